import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Count } from "../../parts/Count";
import { problemText } from "../../shell/notices";
import { type Passage, type Replayed, type Verdicts, messagesOf, replay } from "./recordings";

export interface ReplayButtonProps {
  rule: string;
  digest: string;
  passage: Passage;
  /** Messages for which there is something to do. */
  count: number;
}

/** Does for the recorded messages what the saved rule has to do, each once. */
export function ReplayButton({ rule, digest, passage, count }: ReplayButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const [progress, setProgress] = useState<Verdicts>();
  const [done, setDone] = useState<Replayed>();
  const [failure, setFailure] = useState<string>();
  async function run() {
    setFailure(undefined);
    setDone(undefined);
    try {
      setDone(await replay(rule, digest, passage, setProgress));
    } catch (error) {
      setFailure(problemText(error));
    } finally {
      setProgress(undefined);
    }
  }
  return (
    <SpaceBetween size="s">
      <Button disabled={count === 0 || progress !== undefined} onClick={() => setAsking(true)}>
        Do it for these messages
      </Button>
      {progress && (
        <StatusIndicator type="in-progress">
          <Count value={messagesOf(progress)} /> messages so far
        </StatusIndicator>
      )}
      {failure && (
        <Alert type="error" header="The replay stopped">
          {failure} What was done stays done; started again, it goes on where it was.
        </Alert>
      )}
      {done && (
        <Alert type={done.failures.length > 0 ? "warning" : "success"}>
          Done for <Count value={done.matched} /> messages; <Count value={done.doneBefore} /> were done before, and{" "}
          <Count value={done.failed} /> failed.
          {done.failures.map(({ message, failure: why }) => (
            <Box key={message.at + message.topic}>
              {message.topic}: {why}
            </Box>
          ))}
        </Alert>
      )}
      {isAsking && (
        <ConfirmDelete
          kind="rule"
          name={rule}
          verb="Replay"
          consequences={`Its actions are done for about ${count} recorded messages: items are written, messages are published and sent now. Each message is done once for the rule as it reads.`}
          onConfirm={async () => {
            setAsking(false);
            await run();
          }}
          onDismiss={() => setAsking(false)}
        />
      )}
    </SpaceBetween>
  );
}
