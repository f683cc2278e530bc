import Box from "@cloudscape-design/components/box";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { Moment } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { StatusWord } from "./StatusWord";
import { type StackEvent, eventsOf } from "./calls";

const BUSY_MILLIS = 1_500;
const CALM_MILLIS = 5_000;

export function Events({ name, isBusy }: { name: string; isBusy: boolean }) {
  const events = useQuery({
    queryKey: ["stacks", "events", name],
    queryFn: () => eventsOf(name),
    refetchInterval: isBusy ? BUSY_MILLIS : CALM_MILLIS,
  });
  return (
    <Table<StackEvent>
      wrapLines
      contentDensity="compact"
      items={events.data ?? []}
      trackBy="EventId"
      loading={events.isPending}
      loadingText="Loading events"
      ariaLabels={{ tableLabel: "Events" }}
      empty={events.isError ? <Problem what="The list of events" error={events.error} /> : "Nothing has happened yet."}
      columnDefinitions={[
        { id: "at", header: "Time", minWidth: 130, cell: (row) => <Moment at={row.Timestamp} /> },
        {
          id: "what",
          header: "Resource",
          isRowHeader: true,
          cell: (row) => (
            <>
              {row.LogicalResourceId}
              <Box color="text-body-secondary" fontSize="body-s">
                {row.ResourceType}
              </Box>
            </>
          ),
        },
        {
          id: "status",
          header: "Status",
          minWidth: 190,
          cell: (row) => (
            <>
              <StatusWord status={row.ResourceStatus} />
              {row.ResourceStatusReason && <Box color="text-body-secondary">{row.ResourceStatusReason}</Box>}
            </>
          ),
        },
      ]}
    />
  );
}
