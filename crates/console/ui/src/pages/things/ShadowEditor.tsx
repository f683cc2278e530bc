import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { AwsError } from "../../aws/errors";
import { CodeEditor } from "../../parts/CodeEditor";
import { jsonMistake, prettyJson } from "../../parts/prettyJson";
import { problemText } from "../../shell/notices";
import { type Shadow, getShadow, updateShadow } from "./calls";
import { stateChange } from "./shadowPatch";

interface Props {
  thing: string;
  name: string;
  title: string;
  /** Nothing if it is to be made. */
  shadow: Shadow | null;
  onDone: () => void;
}

/** Changes are against the version that was read: what a device changed meanwhile is not overwritten unseen. */
export function ShadowEditor({ thing, name, title, shadow, onDone }: Props) {
  const [base, setBase] = useState(shadow);
  const [desired, setDesired] = useState(prettyJson(shadow?.state.desired ?? {}));
  const [reported, setReported] = useState(prettyJson(shadow?.state.reported ?? {}));
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [desiredMistake, reportedMistake] = [jsonMistake(desired), jsonMistake(reported)];
  const isWrong = Boolean(desiredMistake || reportedMistake);
  const isConflict = failure instanceof AwsError && failure.status === 409;

  async function save(version: number | undefined, before: Shadow["state"]) {
    const change = stateChange(before, { desired: JSON.parse(desired), reported: JSON.parse(reported) });
    if (!change) return onDone();
    setBusy(true);
    setFailure(undefined);
    try {
      await updateShadow(thing, name, change, version);
      onDone();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  async function takeTheirs() {
    const latest = await getShadow(thing, name);
    setBase(latest);
    setDesired(prettyJson(latest.state.desired ?? {}));
    setReported(prettyJson(latest.state.reported ?? {}));
    setFailure(undefined);
  }

  /** Only what the reader changed: what the device reported meanwhile stays. */
  async function applyToTheirs() {
    const latest = await getShadow(thing, name);
    await save(latest.version, base?.state ?? {});
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description={base ? `Of version ${base.version}. What you take away is removed.` : undefined}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={onDone} disabled={isBusy}>
                Cancel
              </Button>
              <Button
                variant="primary"
                loading={isBusy}
                disabled={isWrong}
                onClick={() => void save(base?.version, base?.state ?? {})}
              >
                Save
              </Button>
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {isConflict && (
          <Alert
            type="warning"
            header="It has changed meanwhile"
            action={
              <SpaceBetween direction="horizontal" size="xs">
                <Button onClick={() => void takeTheirs()}>Take what is there now</Button>
                <Button onClick={() => void applyToTheirs()}>Apply my changes to it</Button>
              </SpaceBetween>
            }
          >
            {problemText(failure)}
          </Alert>
        )}
        {failure !== undefined && !isConflict && <Alert type="error">{problemText(failure)}</Alert>}
        <ColumnLayout columns={2}>
          <div>
            <Box variant="awsui-key-label">Desired</Box>
            <CodeEditor
              language="json"
              value={desired}
              onChange={setDesired}
              marks={desiredMistake && [desiredMistake]}
              ariaLabel="Desired state"
              minLines={10}
            />
          </div>
          <div>
            <Box variant="awsui-key-label">Reported</Box>
            <CodeEditor
              language="json"
              value={reported}
              onChange={setReported}
              marks={reportedMistake && [reportedMistake]}
              ariaLabel="Reported state"
              minLines={10}
            />
          </div>
        </ColumnLayout>
      </SpaceBetween>
    </Container>
  );
}
