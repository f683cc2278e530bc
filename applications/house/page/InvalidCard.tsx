import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import type { Story } from "console/pages/messages/calls";
import { withLatest } from "console/pages/messages/fold";
import { Ago } from "console/parts/Moment";
import { PageLink } from "console/parts/PageLink";
import { Problem } from "console/parts/Problem";
import { useEffect, useState } from "react";
import { countOf, SENSORS_TOPIC, takenBy } from "./calls";
import { ARTEFACT_FROM } from "./plan";

const REFRESH_MILLIS = 3_000;
const COUNT_MILLIS = 10_000;
const SHOWN = 8;
const COUNT = new Intl.NumberFormat("en");

/** What the rules kept out of the series: artefacts, which are in the table, and what is no reading. */
export function InvalidCard({ names }: { names: Record<string, string> }) {
  const { Artefacts: table = "", InvalidRule: invalid = "", UnreadableRule: unreadable = "" } = names;
  const count = useQuery({
    queryKey: ["house", "artefacts", table],
    queryFn: () => countOf(table),
    refetchInterval: COUNT_MILLIS,
  });
  const latest = useQuery({
    queryKey: ["house", "invalid", invalid, unreadable],
    queryFn: () => takenBy([invalid, unreadable]),
    refetchInterval: REFRESH_MILLIS,
  });
  const stories = useFolded(latest.data);
  const failed = latest.isError ? latest : count.isError ? count : undefined;
  return (
    <Table<Story>
      items={stories.slice(0, SHOWN)}
      trackBy={(story) => String(story.id)}
      loading={latest.isPending}
      loadingText="Loading readings"
      ariaLabels={{ tableLabel: "Invalid readings" }}
      header={
        <Header
          variant="h2"
          counter={count.data === undefined ? undefined : `(${COUNT.format(count.data.items)}${count.data.isCut ? "+" : ""})`}
          description={`${ARTEFACT_FROM} °C and above, or no reading at all. The latest seen.`}
          actions={<PageLink href={`/tables/${encodeURIComponent(table)}`}>{table}</PageLink>}
        >
          Invalid readings
        </Header>
      }
      empty={
        failed ? (
          <Problem what="The invalid readings" error={failed.error} onRetry={() => void failed.refetch()} />
        ) : (
          <Box color="text-body-secondary">
            None lately. What came before is in the table{" "}
            <PageLink href={`/tables/${encodeURIComponent(table)}`}>{table}</PageLink>, and{" "}
            <PageLink href={`/messages?topic=${encodeURIComponent(SENSORS_TOPIC)}`}>Messages</PageLink> shows all that
            come.
          </Box>
        )
      }
      columnDefinitions={[
        {
          id: "at",
          header: "Time",
          cell: (story) => (
            <PageLink href={`/messages/${story.id}`}>
              <Ago at={story.at} />
            </PageLink>
          ),
        },
        { id: "sensor", header: "Sensor", isRowHeader: true, cell: ({ topic }) => topic.split("/").at(-1) },
        { id: "said", header: "Said", cell: saidOf },
      ]}
    />
  );
}

/** The server tells of the latest messages only: those of before stay while the page is open. */
function useFolded(latest: Story[] | undefined): Story[] {
  const [held, setHeld] = useState<Story[]>([]);
  useEffect(() => {
    if (latest) setHeld((before) => withLatest(before, latest));
  }, [latest]);
  return held;
}

function saidOf({ payload }: Story): string {
  if (payload === undefined || payload === null) return "no text";
  try {
    const { temperature } = JSON.parse(payload) as { temperature?: unknown };
    return typeof temperature === "number" ? `${temperature} °C` : payload;
  } catch {
    return payload;
  }
}
