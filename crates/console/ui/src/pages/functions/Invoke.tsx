import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { CodeEditor } from "../../parts/CodeEditor";
import { CopyLine } from "../../parts/CopyLine";
import { JsonBlock } from "../../parts/JsonBlock";
import { jsonMistake } from "../../parts/prettyJson";
import { useUrlState } from "../../parts/useUrlState";
import { problemText } from "../../shell/notices";
import { type Invoked, invoke } from "./calls";

export function Invoke({ name }: { name: string }) {
  const [kept, keep] = useUrlState("payload", "{}");
  const [payload, setPayload] = useState(kept);
  const [isEvent, setEvent] = useState(false);
  const [result, setResult] = useState<Invoked>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const mistake = jsonMistake(payload);
  async function run() {
    if (mistake || isBusy) return;
    keep(payload);
    setBusy(true);
    setFailure(undefined);
    setResult(undefined);
    try {
      setResult(await invoke(name, payload, isEvent));
    } catch (error) {
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <ColumnLayout columns={2}>
      <Container
        header={
          <Header
            variant="h2"
            description="It really runs, and does what it does. Ctrl-Enter invokes it."
            actions={
              <Button variant="primary" iconName="play" disabled={mistake !== undefined} loading={isBusy} onClick={() => void run()}>
                Invoke
              </Button>
            }
          >
            Payload
          </Header>
        }
      >
        <SpaceBetween size="s">
          <CodeEditor
            language="json"
            ariaLabel="Payload"
            value={payload}
            onChange={setPayload}
            onRun={() => void run()}
            marks={mistake ? [mistake] : []}
            minLines={10}
          />
          <Checkbox checked={isEvent} onChange={({ detail }) => setEvent(detail.checked)}>
            As an event: do not wait for the result
          </Checkbox>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Result</Header>}>
        <div aria-live="polite">
          {failure && <Alert type="error">{failure}</Alert>}
          {isBusy && <StatusIndicator type="in-progress">It runs</StatusIndicator>}
          {!failure && !isBusy && !result && <Box color="text-body-secondary">It was not invoked yet.</Box>}
          {result && <Shown result={result} />}
        </div>
      </Container>
    </ColumnLayout>
  );
}

function Shown({ result }: { result: Invoked }) {
  const { failure, payload, logTail, millis, status } = result;
  if (status === 202) return <StatusIndicator>The event is on disk; the log tells how it goes.</StatusIndicator>;
  return (
    <SpaceBetween size="s">
      <StatusIndicator type={failure ? "error" : "success"}>
        {failure ? `Failed (${failure})` : "Succeeded"} in {Math.round(millis)} ms
      </StatusIndicator>
      <JsonBlock value={payload || "null"} label="Copy the result" />
      {logTail && (
        <div>
          <Box variant="awsui-key-label">The end of its log</Box>
          <CopyLine text={logTail} label="Copy the log" />
        </div>
      )}
    </SpaceBetween>
  );
}
