import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useRef, useState } from "react";
import { Count } from "../../parts/Count";
import { JsonBlock } from "../../parts/JsonBlock";
import { Moment } from "../../parts/Moment";
import { RangeSelect } from "../../parts/RangeSelect";
import { type Chosen, chosenOf, rangeOf } from "../../parts/results/range";
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

interface Done {
  passage: Passage;
  draft: TrialOnRecorded;
  stored?: Verdicts;
}

export function TrialRecorded({ draft, storedRule, isChanged }: TrialProps) {
  const [chosen, setChosen] = useState<Chosen>({ span: "24h" });
  const [progress, setProgress] = useState<Verdicts>();
  const [done, setDone] = useState<Done>();
  const [failure, setFailure] = useState<string>();
  const control = useRef<AbortController>(undefined);
  const isSaved = storedRule !== undefined && !isChanged;
  useEffect(() => () => control.current?.abort(), []);

  async function run() {
    const running = new AbortController();
    control.current = running;
    setFailure(undefined);
    setDone(undefined);
    setProgress({ matched: 0, unmatched: 0, failed: 0, doneBefore: 0 });
    // Both rules are tried on the same messages, however long it takes.
    const { from: since, to: until } = rangeOf(chosen, Date.now());
    const passage = { since, until };
    try {
      // What is saved as it stands can be done for them: what it did before is left out.
      const asked = isSaved ? { rule: storedRule, leaveOutDone: true } : triedOf(draft);
      const tried = await testOnRecorded(asked, passage, setProgress, running.signal);
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
        <RangeSelect chosen={chosen} onChange={(search) => setChosen(chosenOf(searchOf(search)))} />
      </FormField>
      {progress && (
        <StatusIndicator type="in-progress">
          <Count value={messagesOf(progress)} /> messages so far
        </StatusIndicator>
      )}
      {failure && <Alert type="error">{failure}</Alert>}
      {done && <Counts done={done} />}
      {done && isSaved && (
        <ReplayButton rule={storedRule} digest={done.draft.digest} passage={done.passage} count={done.draft.matched} />
      )}
      {done?.draft.shown.map((trial) => (
        <OneTrial key={trial.message.payloadBase64 + trial.message.at + trial.message.topic} trial={trial} />
      ))}
    </SpaceBetween>
  );
}

function searchOf(said: Record<string, string | undefined>): URLSearchParams {
  return new URLSearchParams(Object.entries(said).flatMap(([name, value]) => (value ? [[name, value]] : [])));
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
