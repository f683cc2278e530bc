import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What holds if nothing is given. */
  placeholder: string;
}

export function NumberField({ label, value, onChange, placeholder }: Props) {
  return (
    <FormField label={label} errorText={numberMistake(value)}>
      <Input
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
        placeholder={placeholder}
        inputMode="numeric"
        autoComplete={false}
      />
    </FormField>
  );
}

/** Nothing is none. */
export function numberMistake(text: string): string | undefined {
  return /^([1-9]\d{0,6})?$/.test(text) ? undefined : "A whole number from 1.";
}
