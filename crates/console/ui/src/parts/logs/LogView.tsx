// The lines of a log group, and those that come.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { AwsError } from "../../aws/errors";
import { problemText } from "../../shell/notices";
import { RangeSelect } from "../RangeSelect";
import { download } from "../download";
import { type Chosen, chosenOf, rangeOf } from "../results/range";
import { useSettled } from "../useSettled";
import { useUrlStates } from "../useUrlState";
import { KEPT_MAX, type LogEvent, logEvents, nextStart, withEvents } from "./events";
import styles from "./logs.module.css";

const REFRESH_MILLIS = 2_000;
const CLOCK = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

export function LogView({ group }: { group: string }) {
  const [search, setSearch] = useUrlStates();
  const [isPaused, setPaused] = useState(false);
  const pattern = search.get("pattern") ?? "";
  const asked = useSettled(pattern, 500);
  const chosen = chosenOf(search);
  const { events, latest } = useLogEvents(group, asked, chosen, isPaused);
  const isMissing = latest.error instanceof AwsError && latest.error.isMissing;
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${events.length}${events.length >= KEPT_MAX ? "+" : ""})`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <RangeSelect chosen={chosen} onChange={setSearch} />
              <Button iconName={isPaused ? "play" : "pause"} onClick={() => setPaused(!isPaused)}>
                {isPaused ? "Go on" : "Pause"}
              </Button>
              <Button iconName="download" disabled={events.length === 0} onClick={() => save(group, events)}>
                Save
              </Button>
            </SpaceBetween>
          }
        >
          Log
        </Header>
      }
    >
      <SpaceBetween size="s">
        <TextFilter
          filteringText={pattern}
          filteringPlaceholder='Pattern: ERROR -debug, "disk full", { $.status >= 400 }'
          filteringAriaLabel="Pattern"
          filteringClearAriaLabel="Clear the pattern"
          onChange={({ detail }) => setSearch({ pattern: detail.filteringText })}
        />
        {latest.isError && !isMissing && <Alert type="error">{problemText(latest.error)}</Alert>}
        {isMissing && <Box color="text-body-secondary">There is no log group {group} yet: nothing was written.</Box>}
        {!latest.isError && events.length === 0 && (
          <Box color="text-body-secondary">
            {latest.isPending ? "Reading …" : "There are no lines of this time."}
            {!latest.isPending && chosen.from === undefined && " New ones appear by themselves."}
          </Box>
        )}
        {events.length > 0 && <Lines events={events} isFollowing={!isPaused} />}
      </SpaceBetween>
    </Container>
  );
}

function Lines({ events, isFollowing }: { events: LogEvent[]; isFollowing: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  // New lines move the end.
  useEffect(() => {
    const place = box.current;
    if (place && isFollowing && wasAtEnd.current) place.scrollTop = place.scrollHeight;
  }, [events, isFollowing]);
  return (
    // What scrolls must be reachable by the keyboard.
    <div
      ref={box}
      className={styles.lines}
      tabIndex={0}
      role="log"
      aria-label="Lines of the log"
      onScroll={({ currentTarget: place }) => {
        wasAtEnd.current = place.scrollHeight - place.scrollTop - place.clientHeight < 40;
      }}
    >
      {events.map((event) => (
        <div key={event.eventId} className={styles.line} title={event.logStreamName}>
          <time className={styles.time} dateTime={new Date(event.timestamp).toISOString()}>
            {CLOCK.format(event.timestamp)}
          </time>
          <span>{event.message.trimEnd()}</span>
        </div>
      ))}
    </div>
  );
}

/** What was read stays; each look asks only for what came since. */
function useLogEvents(group: string, pattern: string, chosen: Chosen, isPaused: boolean) {
  const key = JSON.stringify([group, pattern, chosen]);
  const begin = () => ({ key, startTime: rangeOf(chosen, Date.now()).from, events: [] as LogEvent[] });
  const held = useRef<ReturnType<typeof begin>>(undefined);
  if (held.current?.key !== key) held.current = begin();
  const latest = useQuery({
    queryKey: ["logs", "events", key],
    queryFn: async ({ signal }) => {
      const before = held.current ?? begin();
      const startTime = nextStart(before.events, before.startTime);
      const wanted = { group, pattern, startTime, endTime: chosen.to };
      const events = withEvents(before.events, await logEvents(wanted, signal));
      if (held.current?.key === key) held.current = { ...before, events };
      return events;
    },
    // What lies between two moments does not change.
    refetchInterval: isPaused || chosen.to !== undefined ? false : REFRESH_MILLIS,
    gcTime: 0,
  });
  return { events: latest.data ?? [], latest };
}

function save(group: string, events: LogEvent[]) {
  const lines = events.map(({ timestamp, message }) => `${new Date(timestamp).toISOString()} ${message.trimEnd()}\n`);
  download(`${group.replaceAll("/", "_").replace(/^_/, "")}.log`, lines.join(""));
}
