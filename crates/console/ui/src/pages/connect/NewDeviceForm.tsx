import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { doctor, showDevice } from "../../aws/own";
import { AwsError } from "../../aws/errors";
import { CodeEditor } from "../../parts/CodeEditor";
import { jsonMistake } from "../../parts/prettyJson";
import { problemText } from "../../shell/notices";
import { addDevice, type Bundle } from "./calls";

interface Props {
  /** With the server's time from before it was made. */
  onMade: (bundle: Bundle, at: number) => void;
  onExisting: (name: string) => void;
}

export function NewDeviceForm({ onMade, onExisting }: Props) {
  const [name, setName] = useState("");
  const [policy, setPolicy] = useState("");
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isThere, setThere] = useState(false);
  const mistake = policy.trim() ? jsonMistake(policy) : undefined;
  const nameProblem = name === "" ? undefined : problemOfName(name);

  async function make() {
    if (!name) return setFailure("Give the device a name.");
    if (nameProblem || mistake) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const { now } = await doctor();
      onMade(await addDevice(name, policy.trim() || undefined), now);
    } catch (error) {
      setFailure(problemText(error));
      setThere(error instanceof AwsError && !error.isDenied && (await isDevice(name)));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <Container>
        <SpaceBetween size="l">
          <FormField
            label="Name"
            description="The device connects with it as its client id."
            constraintText="Letters, digits and : _ - , up to 128."
            errorText={failure ?? nameProblem}
          >
            <Input
              value={name}
              onChange={({ detail }) => {
                setName(detail.value);
                setFailure(undefined);
                setThere(false);
              }}
              placeholder="thermometer-1"
              autoComplete={false}
              autoFocus
            />
          </FormField>
          <ExpandableSection headerText="A policy of its own">
            <SpaceBetween size="s">
              <Box color="text-body-secondary" fontSize="body-s">
                Without one the device gets the policy thingstead-device: it connects under its own name, publishes and
                subscribes below NAME/, and has its shadow and its jobs.
              </Box>
              <CodeEditor
                language="json"
                value={policy}
                onChange={setPolicy}
                marks={mistake && [mistake]}
                ariaLabel="Policy document"
                minLines={8}
              />
            </SpaceBetween>
          </ExpandableSection>
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" formAction="submit" loading={isBusy}>
              Make the device
            </Button>
            {isThere && <Button onClick={() => onExisting(name)}>Watch the one that is there</Button>}
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </form>
  );
}

function problemOfName(name: string): string | undefined {
  if (!/^[a-zA-Z0-9:_-]*$/.test(name)) return "Only letters, digits and : _ - can be in a name.";
  return name.length > 128 ? "A name has at most 128 letters." : undefined;
}

async function isDevice(name: string): Promise<boolean> {
  return showDevice(name).then(
    () => true,
    () => false,
  );
}
