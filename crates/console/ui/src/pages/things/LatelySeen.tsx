import { ask } from "../../aws/json";
import { segment } from "../../aws/rest";
import { Ago } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";

const LOOK_MILLIS = 5_000;

interface Story {
  id: number;
  at: number;
  topic: string;
  clientId: string | null;
  rules: { rule: string; matched: boolean; failure?: string }[];
}

/** The server gives the latest stories of all clients; those of this one are among them. */
async function storiesOf(clientId: string): Promise<Story[]> {
  const { stories } = await ask<{ stories: Story[] }>("thingstead", "Stories");
  return stories.filter((story) => story.clientId === clientId);
}

/** Messages of the thing that some rule listened to. */
export function LatelySeen({ thing }: { thing: string }) {
  return (
    <PagedTable<Story>
      variant="container"
      title="Lately seen by rules"
      noun="messages"
      description="Of the 50 latest messages of all devices, those that this one published."
      queryKey={["stories-of", thing]}
      fetchPage={async () => ({ items: await storiesOf(thing) })}
      refetchMillis={LOOK_MILLIS}
      keyOf={({ id }) => String(id)}
      columns={[
        {
          id: "topic",
          header: "Topic",
          isRowHeader: true,
          cell: ({ id, topic }) => <PageLink href={`/messages/${segment(String(id))}`}>{topic}</PageLink>,
        },
        { id: "at", header: "When", cell: ({ at }) => <Ago at={at} /> },
        { id: "rules", header: "Rules", cell: ({ rules }) => rulesText(rules) },
      ]}
    />
  );
}

function rulesText(rules: Story["rules"]): string {
  const matched = rules.filter((rule) => rule.matched).map(({ rule }) => rule);
  const failed = rules.filter((rule) => rule.failure !== undefined).map(({ rule }) => `${rule} failed`);
  return [...matched, ...failed].join(", ") || "None matched";
}
