import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type ConnectionEvent, connections } from "../../aws/own";
import { Moment } from "../../parts/Moment";
import { PagedTable } from "../../parts/PagedTable";
import { sentence } from "../../parts/sentence";

const LOOK_MILLIS = 3_000;

const KINDS: Record<ConnectionEvent["kind"], { type: "success" | "stopped" | "error"; text: string }> = {
  connected: { type: "success", text: "Connected" },
  disconnected: { type: "stopped", text: "Disconnected" },
  refused: { type: "error", text: "Refused" },
};

/** When the thing came and went, as far as the server remembers. */
export function ConnectionHistory({ name }: { name: string }) {
  return (
    <PagedTable<ConnectionEvent>
      variant="container"
      title="Connection history"
      noun="connection events"
      description="Newest first; what the server remembers since its start."
      queryKey={["connections", name]}
      fetchPage={async () => ({ items: await connections(name) })}
      refetchMillis={LOOK_MILLIS}
      keyOf={({ id }) => String(id)}
      columns={[
        { id: "at", header: "Time", cell: ({ at }) => <Moment at={at} /> },
        {
          id: "kind",
          header: "What",
          isRowHeader: true,
          cell: ({ kind }) => <StatusIndicator type={KINDS[kind].type}>{KINDS[kind].text}</StatusIndicator>,
        },
        { id: "from", header: "From", isWideOnly: true, cell: ({ sourceIp }) => sourceIp ?? "–" },
        { id: "reason", header: "Why", cell: ({ reason }) => (reason ? sentence(reason) : "–") },
      ]}
    />
  );
}
