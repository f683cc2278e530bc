import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useMemo, useState } from "react";
import { MessageDetail } from "./MessageDetail";
import { MessageRows } from "./MessageRows";
import { type Arrived, KEPT_MAX } from "./messageLog";
import { searched } from "./searched";
import type { Mqtt, Wanted } from "./useMqtt";

const COUNT = new Intl.NumberFormat("en");

export function MessagesCard({ mqtt, wanted }: { mqtt: Mqtt; wanted: Wanted[] }) {
  const { log, version } = mqtt;
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<Arrived>();
  // `version` says that the log has changed.
  const shown = useMemo(() => searched(log.latest(), search), [log, version, search]);
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={log.received > 0 ? `(${COUNT.format(log.received)})` : undefined}
          description={log.received > 0 ? `${perSecondText(mqtt.perSecond)} a second` : "Newest first."}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button iconName={log.isPaused ? "play" : "pause"} onClick={() => mqtt.setPaused(!log.isPaused)}>
                {log.isPaused ? "Go on" : "Pause"}
              </Button>
              <Button
                disabled={log.received === 0}
                onClick={() => {
                  mqtt.clear();
                  setChosen(undefined);
                }}
              >
                Clear
              </Button>
            </SpaceBetween>
          }
        >
          Messages
        </Header>
      }
    >
      <SpaceBetween size="s">
        <TextFilter
          filteringText={search}
          filteringPlaceholder="Search topics and payloads"
          filteringAriaLabel="Search messages"
          filteringClearAriaLabel="Clear the search"
          countText={search ? `${COUNT.format(shown.length)} of ${COUNT.format(log.count)}` : undefined}
          onChange={({ detail }) => setSearch(detail.filteringText)}
        />
        {log.isPaused && (
          <Alert type="info">Paused. {COUNT.format(log.skipped)} came since, and will not be shown.</Alert>
        )}
        {log.count === 0 ? (
          <Box textAlign="center" padding="xl" color="text-body-secondary">
            {wanted.length === 0 ? "Subscribe to see messages." : "Waiting for messages."}
          </Box>
        ) : (
          <MessageRows messages={shown} wanted={wanted} chosen={chosen} onChoose={setChosen} />
        )}
        {log.gone > 0 && (
          <Box color="text-body-secondary" fontSize="body-s">
            The latest {COUNT.format(Math.min(log.count, KEPT_MAX))} are kept; {COUNT.format(log.gone)} older ones are
            gone.
          </Box>
        )}
        {chosen && <MessageDetail key={chosen.id} message={chosen} onClose={() => setChosen(undefined)} />}
      </SpaceBetween>
    </Container>
  );
}

function perSecondText(perSecond: number): string {
  return perSecond >= 10 ? COUNT.format(Math.round(perSecond)) : perSecond.toFixed(1);
}
