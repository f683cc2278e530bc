import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useRef, useState } from "react";
import { Count } from "../../parts/Count";
import { JsonBlock } from "../../parts/JsonBlock";
import { Moment } from "../../parts/Moment";
import { problemText } from "../../shell/notices";
import { Recordings } from "./Recordings";
import { ReplayButton } from "./ReplayButton";
import type { TrialProps } from "./TrialPanel";
import { TrialResult, Verdict } from "./TrialResult";
import { filterOf, triedOf } from "./draft";
import {
  type Passage,
  type TrialOnRecorded,
  type TriedRecorded,
  type Verdicts,
  messagesOf,
  testOnRecorded,
} from "./recordings";

const HOUR_MILLIS = 3_600_000;
const SPANS = [
  { value: "1", label: "The last hour" },
  { value: "24", label: "The last 24 hours" },
  { value: "168", label: "The last seven days" },
  { value: "720", label: "The last 30 days" },
];

interface Done {
  passage: Passage;
  draft: TrialOnRecorded;
  stored?: Verdicts;
}

export function TrialRecorded({ draft, storedRule, isChanged }: TrialProps) {
  const [span, setSpan] = useState("24");
  const [progress, setProgress] = useState<Verdicts>();
  const [done, setDone] = useState<Done>();
  const [failure, setFailure] = useState<string>();
  const control = useRef<AbortController>(undefined);
  useEffect(() => () => control.current?.abort(), []);

  async function run() {
    const running = new AbortController();
    control.current = running;
    setFailure(undefined);
    setDone(undefined);
    setProgress({ matched: 0, unmatched: 0, failed: 0, doneBefore: 0 });
    // Both rules are tried on the same messages, however long it takes.
    const until = Date.now();
    const passage = { since: until - Number(span) * HOUR_MILLIS, until };
    try {
      const tried = await testOnRecorded(triedOf(draft), passage, setProgress, running.signal);
      const isCompared = storedRule !== undefined && isChanged;
      const stored = isCompared
        ? await testOnRecorded({ rule: storedRule }, passage, setProgress, running.signal)
        : undefined;
      setDone({ passage, draft: tried, stored });
    } catch (error) {
      if (!running.signal.aborted) setFailure(problemText(error));
    } finally {
      setProgress(undefined);
    }
  }

  return (
    <SpaceBetween size="m">
      <Recordings filter={filterOf(draft.sql)} />
      <FormField
        label="Messages of"
        secondaryControl={
          progress ? (
            <Button onClick={() => control.current?.abort()}>Stop</Button>
          ) : (
            <Button onClick={() => void run()} iconName="play">
              Run
            </Button>
          )
        }
      >
        <Select
          selectedOption={SPANS.find(({ value }) => value === span) ?? null}
          options={SPANS}
          disabled={progress !== undefined}
          onChange={({ detail }) => setSpan(detail.selectedOption.value ?? "24")}
        />
      </FormField>
      {progress && (
        <StatusIndicator type="in-progress">
          <Count value={messagesOf(progress)} /> messages so far
        </StatusIndicator>
      )}
      {failure && <Alert type="error">{failure}</Alert>}
      {done && <Counts done={done} />}
      {done && storedRule && !isChanged && (
        <ReplayButton rule={storedRule} digest={done.draft.digest} passage={done.passage} count={done.draft.matched} />
      )}
      {done?.draft.shown.map((trial) => (
        <OneTrial key={trial.message.payloadBase64 + trial.message.at + trial.message.topic} trial={trial} />
      ))}
    </SpaceBetween>
  );
}

function Counts({ done: { draft, stored } }: { done: Done }) {
  const cell = (name: keyof Verdicts, isBad = false) => (
    <>
      <Count value={draft[name]} isBad={isBad} />
      {stored && stored[name] !== draft[name] && (
        <Box color="text-body-secondary" display="inline">
          {" "}
          (the saved rule: <Count value={stored[name]} />)
        </Box>
      )}
    </>
  );
  if (messagesOf(draft) === 0) return <Box color="text-body-secondary">No message of this time is recorded.</Box>;
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: "Match", value: cell("matched") },
        { label: "Do not match", value: cell("unmatched") },
        { label: "Fail", value: cell("failed", true) },
        { label: "Done before", value: cell("doneBefore") },
      ]}
    />
  );
}

function OneTrial({ trial }: { trial: TriedRecorded }) {
  return (
    <ExpandableSection
      header={
        <span>
          <Verdict trial={trial} /> {trial.message.topic} · <Moment at={trial.message.at} />
        </span>
      }
    >
      <SpaceBetween size="m">
        <JsonBlock value={trial.message.payload ?? trial.message.payloadBase64} label="Copy the payload" />
        <TrialResult trial={trial} />
      </SpaceBetween>
    </ExpandableSection>
  );
}
