import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { connections, isUnknownOperation, refusals, showDevice } from "../../aws/own";
import { segment } from "../../aws/rest";
import { JsonBlock } from "../../parts/JsonBlock";
import { Ago } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { useTail } from "../../parts/useTail";
import { RefusedAlert } from "./RefusedAlert";
import { type Seen, seen } from "./watch";

const LOOK_MILLIS = 2_000;
const MESSAGES_KEPT = 20;
/** More of them say nothing more. */
const REFUSALS_SHOWN = 3;

interface Props {
  name: string;
  since: number;
  onAnother: () => void;
}

/** Whether the device has come, what it said first, and what was refused to it. */
export function WatchCard({ name, since, onAnother }: Props) {
  const [, go] = useLocation();
  const watched = useWatched(name, since);
  if (watched.error) return <Problem what={name} error={watched.error} />;
  const { connection, lastEvent, firstMessage, handshakes, refusals, areCertificatesUnusable } = watched.seen;
  const page = `/things/${segment(name)}`;
  const hasCome = connection !== "waiting";
  return (
    <SpaceBetween size="s">
      {hasCome ? (
        <Alert
          type="success"
          header={connection === "connected" ? `${name} is connected` : `${name} was here`}
          action={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => go(page)}>Open its page</Button>
              <Button onClick={onAnother}>Connect another</Button>
            </SpaceBetween>
          }
        >
          {connection === "past" && "It connected, and has ended its connection since. "}
          {connection === "past" && lastEvent?.reason && `The end: ${lastEvent.reason}. `}
          {!firstMessage && `No message on ${name}/# yet.`}
        </Alert>
      ) : (
        <Waiting name={name} />
      )}
      {firstMessage && (
        <Container>
          <Box variant="awsui-key-label">
            First message: {firstMessage.topic}, <Ago at={firstMessage.at} />
          </Box>
          {firstMessage.payload === undefined ? (
            <Box>{firstMessage.bytes} bytes that are no text</Box>
          ) : (
            <JsonBlock value={firstMessage.payload} />
          )}
        </Container>
      )}
      {areCertificatesUnusable && (
        <Alert
          type="error"
          header="Its certificate is not active"
          action={<Button onClick={() => go(`${page}?tab=certificates`)}>Certificates</Button>}
        >
          Nothing connects with it. Activate it on the page of the thing, or give the device a new one.
        </Alert>
      )}
      {refusals.slice(0, REFUSALS_SHOWN).map((refusal) => (
        <RefusedAlert key={refusal.id} refusal={refusal} />
      ))}
      {!hasCome &&
        handshakes.slice(0, REFUSALS_SHOWN).map((refusal) => <RefusedAlert key={refusal.id} refusal={refusal} />)}
    </SpaceBetween>
  );
}

function Waiting({ name }: { name: string }) {
  return (
    <Container>
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <Spinner />
        <Box>Waiting for {name} to connect. This changes by itself.</Box>
      </SpaceBetween>
    </Container>
  );
}

function useWatched(name: string, since: number): { seen: Seen; error: unknown } {
  const look = { refetchInterval: LOOK_MILLIS };
  const device = useQuery({ queryKey: ["device", name], queryFn: () => showDevice(name), ...look });
  const refused = useQuery({ queryKey: ["refusals"], queryFn: refusals, ...look });
  const events = useQuery({
    queryKey: ["connections", name],
    queryFn: () => connections(name),
    // An older server has no such memory; what else is looked at tells nearly as much.
    refetchInterval: ({ state }) => (isUnknownOperation(state.error) ? false : LOOK_MILLIS),
  });
  const tailed = useTail(`${name}/#`, MESSAGES_KEPT);
  const known = {
    device: device.data,
    events: events.data ?? [],
    refusals: refused.data ?? [],
    messages: tailed.messages,
    since,
  };
  return { seen: seen(known), error: device.error ?? undefined };
}
