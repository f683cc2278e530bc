import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { useNotices } from "../../shell/notices";
import { type QueueRow, sendMessage } from "./calls";

export function SendMessage({ queue, onDone }: { queue: QueueRow; onDone: () => void }) {
  const [body, setBody] = useState("");
  const [group, setGroup] = useState("");
  const [isBusy, setBusy] = useState(false);
  const { attempt } = useNotices();
  const isFifo = queue.name.endsWith(".fifo");
  async function send() {
    setBusy(true);
    const sent = await attempt("Send the message", () => sendMessage(queue.url, body, isFifo ? group : undefined));
    setBusy(false);
    if (sent !== undefined) setBody("");
    onDone();
  }
  return (
    <Container header={<Header variant="h2">Send a message</Header>}>
      <SpaceBetween size="s">
        <FormField label="Body" stretch>
          <Textarea value={body} rows={3} onChange={({ detail }) => setBody(detail.value)} />
        </FormField>
        {isFifo && (
          <FormField label="Message group" constraintText="Messages of one group keep their order.">
            <Input value={group} onChange={({ detail }) => setGroup(detail.value)} />
          </FormField>
        )}
        <Button disabled={body === "" || (isFifo && group === "")} loading={isBusy} onClick={() => void send()}>
          Send
        </Button>
      </SpaceBetween>
    </Container>
  );
}
