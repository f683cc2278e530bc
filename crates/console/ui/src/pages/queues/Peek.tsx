import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { JsonBlock } from "../../parts/JsonBlock";
import { Moment } from "../../parts/Moment";
import { problemText, useNotices } from "../../shell/notices";
import { type QueueRow, type Received, deleteMessage, giveBack, receive } from "./calls";

/** Long enough to read, short enough that work goes on when the reader forgets it. */
const HIDDEN_SECS = 30;

export function Peek({ queue, onChange }: { queue: QueueRow; onChange: () => void }) {
  const [messages, setMessages] = useState<Received[]>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const { attempt } = useNotices();
  const without = (message: Received) =>
    setMessages((held) => held?.filter(({ MessageId }) => MessageId !== message.MessageId));

  async function look() {
    setBusy(true);
    setFailure(undefined);
    try {
      setMessages(await receive(queue.url, HIDDEN_SECS));
      onChange();
    } catch (error) {
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }

  async function act(what: string, message: Received, work: (url: string, message: Received) => Promise<unknown>) {
    const done = await attempt(what, () => work(queue.url, message));
    if (done !== undefined) without(message);
    onChange();
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`Takes up to ten messages, as a worker would: for ${HIDDEN_SECS} seconds nobody else sees them, and each look counts as a try.`}
          actions={
            <Button onClick={() => void look()} loading={isBusy}>
              Look at messages
            </Button>
          }
        >
          Messages
        </Header>
      }
    >
      <SpaceBetween size="s">
        {failure && <Alert type="error">{failure}</Alert>}
        {messages?.length === 0 && <Box color="text-body-secondary">No message can be taken now.</Box>}
        {messages?.map((message) => (
          <ExpandableSection
            key={message.MessageId}
            headerText={message.Body.slice(0, 100) || "(empty)"}
            headerActions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button onClick={() => void act("Give the message back", message, giveBack)}>Give back</Button>
                <Button onClick={() => void act("Delete the message", message, deleteMessage)}>Delete</Button>
              </SpaceBetween>
            }
          >
            <SpaceBetween size="xs">
              <JsonBlock value={message.Body} label="Copy the body" />
              <Box color="text-body-secondary">
                Sent <Moment at={Number(message.Attributes?.SentTimestamp)} /> · taken{" "}
                {message.Attributes?.ApproximateReceiveCount ?? "?"} times · {message.MessageId}
              </Box>
              {message.MessageAttributes && <JsonBlock value={message.MessageAttributes} label="Copy the attributes" />}
            </SpaceBetween>
          </ExpandableSection>
        ))}
      </SpaceBetween>
    </Container>
  );
}
