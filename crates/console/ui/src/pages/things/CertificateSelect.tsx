import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import type { Device } from "../../aws/own";

interface Props {
  certificates: Device["certificates"];
  value: string;
  onChange: (id: string) => void;
}

export function CertificateSelect({ certificates, value, onChange }: Props) {
  const options = certificates.map(({ certificateId, status }) => ({
    value: certificateId,
    label: certificateId.slice(0, 16),
    description: status.toLowerCase(),
  }));
  return (
    <FormField label="Certificate">
      <Select
        selectedOption={options.find((option) => option.value === value) ?? null}
        options={options}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
      />
    </FormField>
  );
}
