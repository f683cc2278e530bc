import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { AwsError } from "../../aws/errors";
import { problemText, useNotices } from "../../shell/notices";
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
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const { tell } = useNotices();
  const mistake = /^[a-zA-Z0-9_.-]+$/.test(name) ? undefined : "Letters, digits and . _ - only.";

  async function save() {
    if (mistake) return;
    setBusy(true);
    try {
      await saveTestCase(name, { topic, payload }, isReplacing);
      tell("success", `The test case ${name} is saved`, "Rules can be tried on it.");
      onDone();
    } catch (error) {
      setThere(error instanceof AwsError && error.code === "ParameterAlreadyExists");
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal
      visible
      header="Save as a test case"
      closeAriaLabel="Close"
      onDismiss={onDone}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDone}>
              Cancel
            </Button>
            <Button variant="primary" loading={isBusy} onClick={() => void save()}>
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <SpaceBetween size="s">
          <FormField
            label="Name"
            description={`Kept as the parameter /thingstead/test-cases/${name}.`}
            errorText={mistake ?? failure}
          >
            <Input value={name} onChange={({ detail }) => setName(detail.value)} autoComplete={false} autoFocus />
          </FormField>
          {isThere && (
            <Checkbox checked={isReplacing} onChange={({ detail }) => setReplacing(detail.checked)}>
              Replace the one that is there
            </Checkbox>
          )}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
