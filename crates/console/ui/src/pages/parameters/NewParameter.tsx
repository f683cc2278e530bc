import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { AskName } from "../../parts/AskName";
import { type ParameterType, TYPES, putParameter } from "./calls";

export function NewParameter(props: { path: string; onDone: () => void; onDismiss: () => void }) {
  const [type, setType] = useState<ParameterType>("String");
  const [value, setValue] = useState("");
  return (
    <AskName
      kind="parameter"
      constraint={`A path: ${props.path || "/house/"}threshold`}
      pattern={/^[a-zA-Z0-9_.\-/]+$/}
      make={(name) => putParameter(name, type, value, true)}
      onDone={props.onDone}
      onDismiss={props.onDismiss}
    >
      <FormField
        label="Type"
        constraintText={type === "SecureString" ? "Encrypted on disk; shown only on demand." : undefined}
      >
        <Select
          ariaLabel="Type"
          selectedOption={{ value: type }}
          options={TYPES.map((option) => ({ value: option }))}
          onChange={({ detail }) => setType(detail.selectedOption.value as ParameterType)}
        />
      </FormField>
      <FormField label="Value">
        <Textarea value={value} onChange={({ detail }) => setValue(detail.value)} rows={3} />
      </FormField>
    </AskName>
  );
}
