import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { FormModal } from "../../../parts/FormModal";
import { PasswordField } from "./PasswordField";
import { RoleField } from "./RoleField";
import { createUser } from "./calls";
import { passwordMistake } from "./password";
import { policiesOf } from "./roles";

interface Props {
  onDone: (name: string) => void;
  /** Also when only a part of it went well. */
  onChanged: () => Promise<void>;
  onDismiss: () => void;
}

export function NewUser({ onDone, onChanged, onDismiss }: Props) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("ReadOnlyAccess");
  const [password, setPassword] = useState("");
  const isNamed = /^[\w+=,.@-]{1,64}$/.test(name);
  return (
    <FormModal
      title="Make a user"
      verb="Make the user"
      isReady={isNamed && passwordMistake(password) === undefined}
      onSubmit={() => createUser(name, policiesOf(role), password).finally(onChanged)}
      onDone={() => onDone(name)}
      onDismiss={onDismiss}
    >
      <FormField
        label="User name"
        errorText={name === "" || isNamed ? undefined : "Letters, digits and + = , . @ _ - , at most 64."}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoComplete={false} autoFocus />
      </FormField>
      <RoleField role={role} onChange={setRole} />
      <PasswordField password={password} onChange={setPassword} />
    </FormModal>
  );
}
