import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Count } from "../../parts/Count";
import { Loading } from "../../parts/Loading";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { Peek } from "./Peek";
import { Redrive } from "./Redrive";
import { SendMessage } from "./SendMessage";
import { type QueueRow, deleteQueue, nameOf, purgeQueue, queueOf } from "./calls";

const REFRESH_MILLIS = 3_000;

export default function QueuePage({ parameters: { name = "" } }: PageProps) {
  const queue = useQuery({
    queryKey: ["queues", "one", name],
    queryFn: () => queueOf(name),
    refetchInterval: REFRESH_MILLIS,
  });
  if (queue.isError) {
    return <Problem what={`The queue ${name}`} error={queue.error} onRetry={() => void queue.refetch()} />;
  }
  return queue.data ? <Shown queue={queue.data} /> : <Loading />;
}

function Shown({ queue }: { queue: QueueRow }) {
  const [open, setOpen] = useState<"purge" | "delete">();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const waiting = Number(queue.attributes.ApproximateNumberOfMessages ?? 0);
  const changed = () => queries.invalidateQueries({ queryKey: ["queues", "one", queue.name] });
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => setOpen("purge")}>Purge</Button>
              <Button onClick={() => setOpen("delete")}>Delete</Button>
            </SpaceBetween>
          }
        >
          {queue.name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container>
          <KeyValuePairs columns={4} items={facts(queue)} />
        </Container>
        <SendMessage queue={queue} onDone={changed} />
        <Peek queue={queue} onChange={changed} />
        <Redrive queue={queue} />
      </SpaceBetween>
      {open === "purge" && (
        <ConfirmDelete
          kind="queue"
          name={queue.name}
          verb="Purge"
          isTyped
          consequences={`All its messages are deleted, about ${waiting} that wait and those that are being worked on. They cannot be had back. The queue stays.`}
          onConfirm={async () => {
            await attempt(`Purge the queue ${queue.name}`, () => purgeQueue(queue.url));
            await changed();
          }}
          onDismiss={() => setOpen(undefined)}
        />
      )}
      {open === "delete" && (
        <ConfirmDelete
          kind="queue"
          name={queue.name}
          isTyped
          consequences={`About ${waiting} messages go with it. Rules, schedules and functions that send to it fail from then on.`}
          onConfirm={async () => {
            const gone = await attempt(`Delete the queue ${queue.name}`, () => deleteQueue(queue.url));
            if (gone === undefined) return;
            go("/queues");
            await queries.invalidateQueries({ queryKey: ["queues", "list"] });
          }}
          onDismiss={() => setOpen(undefined)}
        />
      )}
    </ContentLayout>
  );
}

function facts({ url, attributes }: QueueRow) {
  const number = (name: string) => <Count value={Number(attributes[name] ?? 0)} />;
  const redrive = attributes.RedrivePolicy
    ? (JSON.parse(attributes.RedrivePolicy) as { deadLetterTargetArn: string; maxReceiveCount: number | string })
    : undefined;
  const dead = redrive && nameOf(redrive.deadLetterTargetArn);
  return [
    { label: "Waiting", value: number("ApproximateNumberOfMessages") },
    { label: "Being worked on", value: number("ApproximateNumberOfMessagesNotVisible") },
    { label: "Delayed", value: number("ApproximateNumberOfMessagesDelayed") },
    { label: "Made", value: <Moment at={Number(attributes.CreatedTimestamp) * 1000} /> },
    { label: "Hidden while worked on", value: `${attributes.VisibilityTimeout ?? "–"} s` },
    { label: "Kept", value: `${Number(attributes.MessageRetentionPeriod ?? 0) / 3600} hours` },
    {
      label: "Dead letters",
      value: dead ? (
        <>
          <PageLink href={`/queues/${encodeURIComponent(dead)}`}>{dead}</PageLink> after {redrive.maxReceiveCount} times
        </>
      ) : (
        "–"
      ),
    },
    { label: "URL", value: url },
  ];
}
