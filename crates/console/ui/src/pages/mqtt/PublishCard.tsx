import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import type { MqttLink } from "../../aws/mqtt";
import { CodeEditor } from "../../parts/CodeEditor";
import { useUrlStates } from "../../parts/useUrlState";
import { QosChoice } from "./SubscribeCard";
import { topicMistake } from "./topics";

interface Props {
  publish: MqttLink["publish"];
  isConnected: boolean;
}

type Outcome = { at: number } | { failure: string };

/** `?topic=…&payload=…` fills it in. */
export function PublishCard({ publish, isConnected }: Props) {
  const [search] = useUrlStates();
  const [topic, setTopic] = useState(search.get("topic") ?? "");
  const [payload, setPayload] = useState(search.get("payload") ?? '{\n  "hello": "from the console"\n}');
  const [qos, setQos] = useState<0 | 1>(0);
  const [isRetained, setRetained] = useState(false);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const mistake = topicMistake(topic);

  async function send() {
    setTried(true);
    if (mistake || isBusy || !isConnected) return;
    setBusy(true);
    try {
      await publish(topic, payload, { qos, retain: isRetained });
      setOutcome({ at: Date.now() });
    } catch (error) {
      setOutcome({ failure: (error as Error).message });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Container header={<Header variant="h2">Publish</Header>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <SpaceBetween size="s">
          <FormField label="Topic" errorText={isTried ? mistake : undefined}>
            <Input
              value={topic}
              onChange={({ detail }) => setTopic(detail.value)}
              placeholder="lamp/state"
              autoComplete={false}
              spellcheck={false}
            />
          </FormField>
          <FormField label="Payload" stretch>
            <CodeEditor
              language="json"
              value={payload}
              onChange={setPayload}
              ariaLabel="Payload"
              minLines={4}
              maxLines={16}
              onRun={() => void send()}
            />
          </FormField>
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <QosChoice qos={qos} onChange={setQos} label="QoS of the message" />
            <Checkbox checked={isRetained} onChange={({ detail }) => setRetained(detail.checked)}>
              Retain
            </Checkbox>
          </SpaceBetween>
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <Button variant="primary" formAction="submit" loading={isBusy} disabled={!isConnected}>
              Publish
            </Button>
            {outcome && <Told key={"at" in outcome ? outcome.at : 0} outcome={outcome} qos={qos} />}
          </SpaceBetween>
        </SpaceBetween>
      </form>
    </Container>
  );
}

/** QoS 0 has no answer: nobody can say that such a message has arrived. */
function Told({ outcome, qos }: { outcome: Outcome; qos: 0 | 1 }) {
  if ("failure" in outcome) return <StatusIndicator type="error">Not published: {outcome.failure}</StatusIndicator>;
  const time = new Date(outcome.at).toLocaleTimeString();
  return (
    <StatusIndicator type="success">
      {qos === 1 ? "Acknowledged" : "Sent"} {time}
    </StatusIndicator>
  );
}
