import { segment } from "../../aws/rest";
import { Ago, Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useUrlState } from "../../parts/useUrlState";
import { ExecutionStatus } from "../jobs/ExecutionStatus";
import { StatusSelect } from "../jobs/StatusSelect";
import { type ThingExecution, executionsOfThing } from "./calls";

const LOOK_MILLIS = 5_000;

/** What jobs asked of the thing. */
export function JobsTab({ thing }: { thing: string }) {
  const [status, setStatus] = useUrlState("status");
  return (
    <PagedTable<ThingExecution>
      variant="container"
      title="Jobs of this thing"
      noun="jobs"
      queryKey={["executions-of", thing, status]}
      fetchPage={(token) => executionsOfThing(thing, status, token)}
      refetchMillis={LOOK_MILLIS}
      keyOf={({ jobId, jobExecutionSummary }) => `${jobId}/${jobExecutionSummary.executionNumber}`}
      tools={<StatusSelect value={status} onChange={setStatus} />}
      columns={[
        {
          id: "job",
          header: "Job",
          isRowHeader: true,
          cell: ({ jobId }) => <PageLink href={`/jobs/${segment(jobId)}`}>{jobId}</PageLink>,
        },
        {
          id: "status",
          header: "Status",
          cell: ({ jobExecutionSummary }) => <ExecutionStatus status={jobExecutionSummary.status} />,
        },
        {
          id: "retries",
          header: "Retries",
          isWideOnly: true,
          cell: ({ jobExecutionSummary }) => jobExecutionSummary.retryAttempt,
        },
        {
          id: "queued",
          header: "Queued",
          isWideOnly: true,
          cell: ({ jobExecutionSummary }) => <Moment at={jobExecutionSummary.queuedAt * 1_000} />,
        },
        {
          id: "updated",
          header: "Changed",
          cell: ({ jobExecutionSummary }) => <Ago at={jobExecutionSummary.lastUpdatedAt * 1_000} />,
        },
      ]}
    />
  );
}
