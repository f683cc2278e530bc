import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { AskName } from "../../parts/AskName";
import { useNotices } from "../../shell/notices";
import { type ParameterType, TYPES, putParameter } from "./calls";

export function NewParameter(props: { path: string; onDone: () => void; onDismiss: () => void }) {
  const [type, setType] = useState<ParameterType>("String");
  const [value, setValue] = useState("");
  const { attempt } = useNotices();
  return (
    <AskName
      title="Make a parameter"
      verb="Make it"
      constraint={`A path: ${props.path || "/house/"}threshold`}
      pattern={/^[a-zA-Z0-9_.\-/]+$/}
      onDismiss={props.onDismiss}
      onDone={async (name) => {
        await attempt(`Make the parameter ${name}`, () => putParameter(name, type, value, true));
        props.onDone();
      }}
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
