import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { listOf } from "../../aws/xml";
import type { TemplateParameter } from "./calls";

export interface ParameterFieldsProps {
  parameters: TemplateParameter[];
  values: Record<string, string>;
  isUpdate: boolean;
  onChange: (values: Record<string, string>) => void;
}

export function ParameterFields({ parameters, values, isUpdate, onChange }: ParameterFieldsProps) {
  return (
    <Container
      header={
        <Header variant="h2" description={isUpdate ? "What is left empty stays as it is." : undefined}>
          Parameters
        </Header>
      }
    >
      <SpaceBetween size="m">
        {parameters.map((parameter) => (
          <FormField
            key={parameter.ParameterKey}
            label={parameter.ParameterKey}
            description={parameter.Description}
            stretch
          >
            <Value
              parameter={parameter}
              value={values[parameter.ParameterKey] ?? ""}
              placeholder={isUpdate ? "As it is" : parameter.DefaultValue || undefined}
              onChange={(value) => onChange({ ...values, [parameter.ParameterKey]: value })}
            />
          </FormField>
        ))}
      </SpaceBetween>
    </Container>
  );
}

interface ValueProps {
  parameter: TemplateParameter;
  value: string;
  placeholder: string | undefined;
  onChange: (value: string) => void;
}

function Value({ parameter, value, placeholder, onChange }: ValueProps) {
  const allowed = listOf(parameter.ParameterConstraints?.AllowedValues);
  if (allowed.length > 0) {
    return (
      <Select
        placeholder={placeholder}
        selectedOption={value ? { value } : null}
        options={allowed.map((option) => ({ value: option }))}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
      />
    );
  }
  if (parameter.NoEcho === "true") {
    return (
      <Input
        type="password"
        autoComplete={false}
        value={value}
        placeholder={placeholder}
        onChange={({ detail }) => onChange(detail.value)}
      />
    );
  }
  return (
    <Textarea rows={1} value={value} placeholder={placeholder} onChange={({ detail }) => onChange(detail.value)} />
  );
}
