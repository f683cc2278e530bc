import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { PASSWORD_RULE, madePassword, passwordMistake } from "./password";

interface Props {
  password: string;
  onChange: (password: string) => void;
}

/** A first password for somebody else: readable, for it is told to them. */
export function PasswordField({ password, onChange }: Props) {
  return (
    <FormField
      label="First password"
      description="Tell it to the user, who chooses another one when signing in."
      constraintText={PASSWORD_RULE}
      errorText={password === "" ? undefined : passwordMistake(password)}
      secondaryControl={
        <Button formAction="none" onClick={() => onChange(madePassword())}>
          Make one
        </Button>
      }
    >
      <Input
        value={password}
        onChange={({ detail }) => onChange(detail.value)}
        autoComplete={false}
        spellcheck={false}
      />
    </FormField>
  );
}
