import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { CodeEditor } from "../../parts/CodeEditor";
import { base64OfText } from "../../parts/base64";
import { prettyJson } from "../../parts/prettyJson";
import { problemText, useNotices } from "../../shell/notices";
import type { TrialProps } from "./TrialPanel";
import { TrialResult } from "./TrialResult";
import { type SampleTrial, testRule } from "./calls";
import { filterOf, topicOf, triedOf } from "./draft";
import { listTestCases, saveTestCase } from "./testCases";

const FIRST_PAYLOAD = '{\n  "temperature": 21\n}';

interface Result {
  draft: SampleTrial;
  stored?: SampleTrial;
}

export function TrialSample({ draft, storedRule, isChanged, seen }: TrialProps & { seen?: { topic: string; payload: string } }) {
  const [topic, setTopic] = useState(() => seen?.topic ?? topicOf(filterOf(draft.sql)));
  const [payload, setPayload] = useState(() => (seen ? prettyJson(seen.payload) : FIRST_PAYLOAD));
  const [clientId, setClientId] = useState("");
  const [result, setResult] = useState<Result>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  async function run() {
    setBusy(true);
    setFailure(undefined);
    try {
      const sample = { topic, payloadBase64: base64OfText(payload), clientId: clientId || undefined };
      const isCompared = storedRule !== undefined && isChanged;
      const [tried, stored] = await Promise.all([
        testRule(triedOf(draft), sample),
        isCompared ? testRule({ rule: storedRule }, sample) : undefined,
      ]);
      setResult({ draft: tried, stored });
    } catch (error) {
      setResult(undefined);
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <ColumnLayout columns={2}>
      <SpaceBetween size="m">
        <TestCases
          topic={topic}
          payload={payload}
          onChoose={(chosen) => {
            setTopic(chosen.topic);
            setPayload(prettyJson(chosen.payload));
          }}
        />
        <FormField label="Topic" stretch>
          <Input value={topic} onChange={({ detail }) => setTopic(detail.value)} />
        </FormField>
        <FormField label="Payload" stretch>
          <CodeEditor language="json" ariaLabel="Payload" value={payload} onChange={setPayload} onRun={() => void run()} />
        </FormField>
        <FormField label={<>Client id <i>– optional</i></>} stretch>
          <Input value={clientId} onChange={({ detail }) => setClientId(detail.value)} />
        </FormField>
        <Button onClick={() => void run()} loading={isBusy} iconName="play">
          Run
        </Button>
      </SpaceBetween>
      <div aria-live="polite">
        {failure && <Alert type="error">{failure}</Alert>}
        {result && <Results {...result} />}
      </div>
    </ColumnLayout>
  );
}

function Results({ draft, stored }: Result) {
  if (!stored) return <TrialResult trial={draft} listens={draft.listens} />;
  return (
    <SpaceBetween size="l">
      <div>
        <b>As it is written here</b>
        <TrialResult trial={draft} listens={draft.listens} />
      </div>
      <div>
        <b>As it is saved</b>
        <TrialResult trial={stored} listens={stored.listens} />
      </div>
    </SpaceBetween>
  );
}

interface TestCasesProps {
  topic: string;
  payload: string;
  onChoose: (chosen: { topic: string; payload: string }) => void;
}

/** Messages that were kept, by name; this one can be kept, too. */
function TestCases({ topic, payload, onChoose }: TestCasesProps) {
  const [name, setName] = useState("");
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const kept = useQuery({ queryKey: ["test-cases"], queryFn: listTestCases });
  const isNamed = /^[A-Za-z0-9_.-]+$/.test(name);
  async function save() {
    await attempt(`Keep the test case ${name}`, () => saveTestCase({ name, topic, payload }));
    setName("");
    await queries.invalidateQueries({ queryKey: ["test-cases"] });
  }
  return (
    <ColumnLayout columns={2}>
      <FormField label="Test case" stretch>
        <Select
          selectedOption={null}
          placeholder={kept.data?.length === 0 ? "None is kept yet" : "Take one that is kept"}
          disabled={!kept.data?.length}
          options={(kept.data ?? []).map((one) => ({ value: one.name, description: one.topic }))}
          onChange={({ detail }) => {
            const chosen = kept.data?.find((one) => one.name === detail.selectedOption.value);
            if (chosen) onChoose(chosen);
          }}
        />
      </FormField>
      <FormField
        label="Keep this message as"
        stretch
        errorText={name && !isNamed ? "Letters, digits, point, dash, underscore." : undefined}
        secondaryControl={
          <Button disabled={!isNamed} onClick={() => void save()}>
            Keep
          </Button>
        }
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} placeholder="too-hot" />
      </FormField>
    </ColumnLayout>
  );
}
