import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Pagination from "@cloudscape-design/components/pagination";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { RangeSelect } from "../../parts/RangeSelect";
import { type Chosen, chosenOf, rangeOf } from "../../parts/results/range";
import { useNarrow } from "../../parts/useNarrow";
import { useSettled } from "../../parts/useSettled";
import { useUrlStates } from "../../parts/useUrlState";
import { FateWord } from "./FateWord";
import { type Story, type WantedStories, latestStories } from "./calls";
import { KEPT_MAX, summaryOf, withLatest } from "./fold";

const REFRESH_MILLIS = 2_000;
const PREVIEW_LETTERS = 90;
const ROWS = 25;

export default function Messages() {
  const isNarrow = useNarrow();
  const [search, setSearch] = useUrlStates();
  const chosen = chosenOf(search, ANY_TIME);
  const asked = useSettled(JSON.stringify([search.get("topic") ?? "", search.get("client") ?? "", chosen]));
  const [wantedPage, setPage] = useState(1);
  const [isPaused, setPaused] = useState(false);
  const latest = useQuery({
    queryKey: ["stories", asked],
    queryFn: () => latestStories(wantedOf(asked)),
    // What lies between two moments does not change.
    refetchInterval: isPaused || chosen.to !== undefined ? false : REFRESH_MILLIS,
    enabled: !isPaused,
  });
  const stories = useFolded(asked, latest.data);
  const pageCount = Math.max(1, Math.ceil(stories.length / ROWS));
  const page = Math.min(wantedPage, pageCount);
  return (
    <Table<Story>
      variant="full-page"
      stickyHeader
      items={latest.isError ? [] : stories.slice((page - 1) * ROWS, page * ROWS)}
      trackBy={(story) => String(story.id)}
      loading={latest.isPending}
      loadingText="Loading messages"
      wrapLines={isNarrow}
      ariaLabels={{ tableLabel: "Messages" }}
      header={
        <Header
          variant="awsui-h1-sticky"
          description={`Messages that some rule listens to, the latest ${KEPT_MAX}, and what became of them.`}
          actions={
            <Button onClick={() => setPaused(!isPaused)} iconName={isPaused ? "play" : "pause"}>
              {isPaused ? "Go on" : "Pause"}
            </Button>
          }
        >
          Messages
        </Header>
      }
      filter={
        <SpaceBetween direction="horizontal" size="xs">
          <TextFilter
            filteringText={search.get("topic") ?? ""}
            filteringPlaceholder="Topic filter: sensor/+/temperature"
            filteringAriaLabel="Filter by topic"
            filteringClearAriaLabel="Clear the topic"
            onChange={({ detail }) => setSearch({ topic: detail.filteringText })}
          />
          <TextFilter
            filteringText={search.get("client") ?? ""}
            filteringPlaceholder="Client id"
            filteringAriaLabel="Filter by client id"
            filteringClearAriaLabel="Clear the client id"
            onChange={({ detail }) => setSearch({ client: detail.filteringText })}
          />
          <RangeSelect chosen={chosen} onChange={setSearch} isOptional />
        </SpaceBetween>
      }
      empty={
        latest.isError ? (
          <Problem what="The list of messages" error={latest.error} onRetry={() => void latest.refetch()} />
        ) : (
          <Empty isFiltered={asked !== NOTHING_ASKED} />
        )
      }
      pagination={
        <Pagination
          currentPageIndex={page}
          pagesCount={pageCount}
          onChange={({ detail }) => {
            // A page that is read must not move on under the reader.
            setPaused(detail.currentPageIndex > 1);
            setPage(detail.currentPageIndex);
          }}
          ariaLabels={{
            nextPageLabel: "Next page",
            previousPageLabel: "Previous page",
            pageLabel: (number) => `Page ${number}`,
          }}
        />
      }
      columnDefinitions={isNarrow ? COLUMNS.filter(({ id }) => NARROW.includes(id)) : COLUMNS}
    />
  );
}

const ANY_TIME = "";
const NOTHING_ASKED = JSON.stringify(["", "", { span: ANY_TIME }]);

function wantedOf(asked: string): WantedStories {
  const [topic, clientId, chosen] = JSON.parse(asked) as [string, string, Chosen];
  const isAnyTime = chosen.span === ANY_TIME && chosen.from === undefined;
  const { from, to } = isAnyTime ? {} : { ...rangeOf(chosen, Date.now()), to: chosen.to };
  return { topic: topic || undefined, clientId: clientId || undefined, from, to };
}

/** What was told before stays until something else is asked for. */
function useFolded(asked: string, latest: Story[] | undefined): Story[] {
  const [held, setHeld] = useState<{ asked: string; stories: Story[] }>({ asked, stories: [] });
  useEffect(() => {
    if (!latest) return;
    setHeld((before) => ({
      asked,
      stories: withLatest(before.asked === asked ? before.stories : [], latest),
    }));
  }, [asked, latest]);
  return held.asked === asked ? held.stories : [];
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  return (
    <Box textAlign="center" color="text-body-secondary" padding={{ vertical: "l" }}>
      <SpaceBetween size="s">
        <Box color="inherit">
          {isFiltered
            ? "No such message has come to a rule lately."
            : "No message has come to a rule yet. A message is told of here if some rule listens to its topic."}
        </Box>
        {!isFiltered && <PageLink href="/rules/new">Make a rule</PageLink>}
      </SpaceBetween>
    </Box>
  );
}

const NARROW = ["at", "topic", "rules"];

const COLUMNS = [
  {
    id: "at",
    header: "Time",
    minWidth: 110,
    cell: (story: Story) => (
      <PageLink href={`/messages/${story.id}`}>
        <Moment at={story.at} />
      </PageLink>
    ),
  },
  { id: "topic", header: "Topic", isRowHeader: true, cell: (story: Story) => story.topic },
  {
    id: "rules",
    header: "Rules",
    minWidth: 160,
    cell: (story: Story) => (
      <>
        {summaryOf(story.rules).map(({ fate, names }) => (
          <div key={fate}>
            <FateWord fate={fate}>
              {fate === "unmatched" && names.length > 1 ? `${names.length} did not match` : names.join(", ")}
            </FateWord>
          </div>
        ))}
        {story.unknownRule && <FateWord fate="failed">{`no rule ${story.unknownRule}`}</FateWord>}
      </>
    ),
  },
  {
    id: "client",
    header: "Client",
    cell: ({ clientId }: Story) =>
      clientId ? <PageLink href={`/messages?${new URLSearchParams({ client: clientId })}`}>{clientId}</PageLink> : "–",
  },
  {
    id: "payload",
    header: "Payload",
    maxWidth: 420,
    cell: (story: Story) => (
      <Box variant="code" fontSize="body-s">
        {previewOf(story)}
      </Box>
    ),
  },
];

function previewOf({ payload, payloadBase64 }: Story): string {
  if (payload === undefined || payload === null) return `${Math.floor((payloadBase64.length * 3) / 4)} bytes`;
  return payload.length > PREVIEW_LETTERS ? `${payload.slice(0, PREVIEW_LETTERS)}…` : payload;
}
