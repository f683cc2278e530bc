import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { AwsError } from "../../aws/errors";
import { FormModal } from "../../parts/FormModal";
import { useNotices } from "../../shell/notices";
import { saveTestCase } from "./calls";

interface Props {
  topic: string;
  payload: string;
  onDone: () => void;
}

/** A message that rules can be tried on later, kept as a parameter. */
export function SaveTestCase({ topic, payload, onDone }: Props) {
  const [name, setName] = useState(topic.replaceAll(/[^a-zA-Z0-9_.-]+/g, "-").replaceAll(/^-|-$/g, ""));
  const [isReplacing, setReplacing] = useState(false);
  const [isThere, setThere] = useState(false);
  const { tell } = useNotices();
  const mistake = /^[a-zA-Z0-9_.-]+$/.test(name) ? undefined : "Letters, digits and . _ - only.";

  async function save() {
    try {
      await saveTestCase(name, { topic, payload }, isReplacing);
      tell("success", `The test case ${name} is saved`, "Rules can be tried on it.");
    } catch (error) {
      setThere(error instanceof AwsError && error.code === "ParameterAlreadyExists");
      throw error;
    }
  }

  return (
    <FormModal
      title="Save as a test case"
      verb="Save"
      isReady={!mistake}
      onSubmit={save}
      onDone={onDone}
      onDismiss={onDone}
    >
      <FormField
        label="Name"
        description={`Kept as the parameter /thingstead/test-cases/${name}.`}
        errorText={mistake}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoComplete={false} autoFocus />
      </FormField>
      {isThere && (
        <Checkbox checked={isReplacing} onChange={({ detail }) => setReplacing(detail.checked)}>
          Replace the one that is there
        </Checkbox>
      )}
    </FormModal>
  );
}
