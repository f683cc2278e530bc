import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useRef, useState } from "react";
import { Count } from "../../parts/Count";
import { JsonBlock } from "../../parts/JsonBlock";
import { Moment } from "../../parts/Moment";
import { base64OfText } from "../../parts/base64";
import { tap } from "../../parts/tap";
import { problemText } from "../../shell/notices";
import type { TrialProps } from "./TrialPanel";
import { TrialResult, Verdict } from "./TrialResult";
import { testRule } from "./calls";
import { filterOf, triedOf } from "./draft";
import { type LiveTrial, type LiveTrials, NO_TRIALS, differs, withSkipped, withTrial } from "./liveTrials";

/** Of each answer of the tap; a busy topic would keep the server at nothing else. */
const TRIED_MAX = 10;

export function TrialLive(props: TrialProps) {
  const { draft, storedRule, isChanged } = props;
  const [filter, setFilter] = useState(() => filterOf(draft.sql) ?? "#");
  const { trials, isRunning, failure, start, stop } = useLiveTrials(props);
  const isCompared = storedRule !== undefined && isChanged;
  return (
    <SpaceBetween size="m">
      <FormField
        label="Messages of the topics"
        stretch
        secondaryControl={
          isRunning ? (
            <Button onClick={stop} iconName="close">
              Stop
            </Button>
          ) : (
            <Button onClick={() => start(filter)} iconName="play">
              Start
            </Button>
          )
        }
      >
        <Input value={filter} onChange={({ detail }) => setFilter(detail.value)} disabled={isRunning} />
      </FormField>
      {failure && <Alert type="error">{failure}</Alert>}
      {(isRunning || trials.lastId > 0) && <Counts trials={trials} isCompared={isCompared ?? false} />}
      {isRunning && trials.lastId === 0 && (
        <Box color="text-body-secondary">No message has passed yet. It stays here until one does.</Box>
      )}
      {trials.kept.map((trial) => (
        <OneTrial key={trial.id} trial={trial} />
      ))}
    </SpaceBetween>
  );
}

function Counts({ trials, isCompared }: { trials: LiveTrials; isCompared: boolean }) {
  const compared = { label: "Other than the saved rule", value: <Count value={trials.differing} /> };
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: "Match", value: <Count value={trials.matched} /> },
        { label: "Do not match", value: <Count value={trials.unmatched} /> },
        { label: "Fail", value: <Count value={trials.failed} isBad /> },
        isCompared ? compared : { label: "Passed untried", value: <Count value={trials.skipped} /> },
      ]}
    />
  );
}

function OneTrial({ trial }: { trial: LiveTrial }) {
  const { message, draft, stored } = trial;
  return (
    <ExpandableSection
      header={
        <span>
          <Verdict trial={draft} listens={draft.listens} /> {message.topic} · <Moment at={message.at} />
          {differs(trial) && " · other than the saved rule"}
        </span>
      }
    >
      <SpaceBetween size="m">
        <JsonBlock value={message.payload ?? ""} label="Copy the payload" />
        <TrialResult trial={draft} listens={draft.listens} />
        {stored && differs(trial) && (
          <div>
            <Box variant="awsui-key-label">The saved rule</Box>
            <TrialResult trial={stored} listens={stored.listens} />
          </div>
        )}
      </SpaceBetween>
    </ExpandableSection>
  );
}

function useLiveTrials(props: TrialProps) {
  const [trials, setTrials] = useState(NO_TRIALS);
  const [failure, setFailure] = useState<string>();
  const [running, setRunning] = useState<AbortController>();
  const latest = useRef(props);
  latest.current = props;
  // Who leaves the page stops asking.
  useEffect(() => () => running?.abort(), [running]);

  async function run(filter: string, control: AbortController) {
    try {
      for await (const messages of tap(filter, control.signal)) {
        // What is no text cannot be handed on as it came.
        const texts = messages.filter((message) => message.payload !== undefined);
        const tried = texts.slice(0, TRIED_MAX);
        setTrials((held) => withSkipped(held, messages.length - tried.length));
        for (const message of tried) {
          if (control.signal.aborted) return;
          const { draft, storedRule, isChanged } = latest.current;
          const sample = { topic: message.topic, payloadBase64: base64OfText(message.payload ?? "") };
          const [made, stored] = await Promise.all([
            testRule(triedOf(draft), sample, control.signal),
            storedRule && isChanged ? testRule({ rule: storedRule }, sample, control.signal) : undefined,
          ]);
          setTrials((held) => withTrial(held, { message, draft: made, stored }));
        }
      }
    } catch (error) {
      if (!control.signal.aborted) setFailure(problemText(error));
    } finally {
      setRunning((held) => (held === control ? undefined : held));
    }
  }

  return {
    trials,
    failure,
    isRunning: running !== undefined,
    start(filter: string) {
      const control = new AbortController();
      setTrials(NO_TRIALS);
      setFailure(undefined);
      setRunning(control);
      void run(filter, control);
    },
    stop: () => {
      running?.abort();
      setRunning(undefined);
    },
  };
}
