import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { EXECUTION_STATUSES, statusText } from "./statuses";

interface Props {
  value: string;
  onChange: (status: string) => void;
  statuses?: readonly string[];
}

/** A filter by status; none of them is any. */
export function StatusSelect({ value, onChange, statuses = EXECUTION_STATUSES }: Props) {
  const options = [
    { value: "", label: "Any status" },
    ...statuses.map((status) => ({ value: status, label: statusText(status) })),
  ];
  return (
    <FormField label="Status">
      <Select
        selectedOption={options.find((option) => option.value === value) ?? null}
        options={options}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
      />
    </FormField>
  );
}
