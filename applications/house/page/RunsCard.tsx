import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { Ago } from "console/parts/Moment";
import { PageLink } from "console/parts/PageLink";
import { Problem } from "console/parts/Problem";
import { degreesText } from "./plan";
import type { Run, ZoneRun } from "./runs";

const SHOWN = 8;
const LOOKS: Record<string, StatusIndicatorProps.Type> = {
  "AC on": "info",
  "AC off": "stopped",
  "no readings": "pending",
};

export interface RunsCardProps {
  names: Record<string, string>;
  runs: Run[] | undefined;
  error: unknown;
  onRetry: () => void;
}

/** What the controller did lately, by its log. */
export function RunsCard({ names, runs, error, onRetry }: RunsCardProps) {
  const { Controller: name = "", ControllerLog: log = "" } = names;
  return (
    <Table<Run>
      items={(runs ?? []).slice(0, SHOWN)}
      trackBy="id"
      loading={!runs && !error}
      loadingText="Loading runs"
      wrapLines
      ariaLabels={{ tableLabel: "Runs of the controller" }}
      header={
        <Header
          variant="h2"
          description={
            <>
              <PageLink href={`/functions/${encodeURIComponent(name)}`}>{name}</PageLink>, each minute of the house
            </>
          }
          actions={<PageLink href={`/logs/${encodeURIComponent(log)}`}>Log</PageLink>}
        >
          Controller
        </Header>
      }
      empty={
        error ? (
          <Problem what="The log of the controller" error={error} onRetry={onRetry} />
        ) : (
          <Box color="text-body-secondary">It has not run yet.</Box>
        )
      }
      columnDefinitions={[
        { id: "at", header: "Time", isRowHeader: true, cell: (run) => <Ago at={run.at} /> },
        { id: "zone-1", header: "Zone 1", cell: (run) => <InZone run={run} zone={1} /> },
        { id: "zone-2", header: "Zone 2", cell: (run) => <InZone run={run} zone={2} /> },
      ]}
    />
  );
}

function InZone({ run, zone }: { run: Run; zone: number }) {
  const told: ZoneRun | undefined = run.zones[zone];
  if (!told) {
    return run.millis === undefined ? <>–</> : <StatusIndicator type="error">{run.said[0] ?? "nothing"}</StatusIndicator>;
  }
  return (
    <>
      {told.mean !== undefined && <div>{degreesText(told.mean)}</div>}
      {told.done === "nothing to do" ? (
        <Box color="text-body-secondary">{told.done}</Box>
      ) : (
        <StatusIndicator type={LOOKS[told.done] ?? "error"}>{told.done}</StatusIndicator>
      )}
    </>
  );
}
