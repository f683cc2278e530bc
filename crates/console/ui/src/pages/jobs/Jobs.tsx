import Button from "@cloudscape-design/components/button";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { segment } from "../../aws/rest";
import { Ago } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useUrlState } from "../../parts/useUrlState";
import { ExecutionStatus } from "./ExecutionStatus";
import { ProgressBar } from "./ProgressBar";
import { StatusSelect } from "./StatusSelect";
import { type ListedJob, describeJob, listJobs } from "./calls";
import { progressOf } from "./progress";
import { JOB_STATUSES } from "./statuses";

const LOOK_MILLIS = 5_000;

export default function Jobs() {
  const [, go] = useLocation();
  const [status, setStatus] = useUrlState("status");
  const create = (
    <Button variant="primary" onClick={() => go("/jobs/new")}>
      Create a job
    </Button>
  );
  return (
    <PagedTable<ListedJob>
      title="Jobs"
      noun="jobs"
      description="A job tells things to do something, and knows how far each has come."
      queryKey={["jobs", status]}
      fetchPage={(token) => listJobs(status, token)}
      refetchMillis={LOOK_MILLIS}
      keyOf={({ jobId }) => jobId}
      actions={create}
      empty={!status && <Button onClick={() => go("/jobs/new")}>Create a job</Button>}
      tools={<StatusSelect value={status} onChange={setStatus} statuses={JOB_STATUSES} />}
      columns={[
        {
          id: "job",
          header: "Job",
          isRowHeader: true,
          cell: ({ jobId }) => <PageLink href={`/jobs/${segment(jobId)}`}>{jobId}</PageLink>,
        },
        { id: "status", header: "Status", cell: ({ status: own }) => <ExecutionStatus status={own} /> },
        { id: "progress", header: "Done", minWidth: 180, cell: (job) => <RowProgress job={job} /> },
        {
          id: "kind",
          header: "Targets",
          isWideOnly: true,
          cell: ({ targetSelection }) => (targetSelection === "CONTINUOUS" ? "Who joins as well" : "As it began"),
        },
        { id: "made", header: "Made", isWideOnly: true, cell: ({ createdAt }) => <Ago at={createdAt * 1_000} /> },
      ]}
    />
  );
}

/** Asked when the row is shown, and again as long as something goes on: executions end after a job that is canceled. */
function RowProgress({ job: { jobId, status } }: { job: ListedJob }) {
  const job = useQuery({
    queryKey: ["job", jobId],
    queryFn: () => describeJob(jobId),
    refetchInterval: ({ state }) => {
      const { numberOfQueuedThings = 0, numberOfInProgressThings = 0 } = state.data?.jobProcessDetails ?? {};
      return status === "IN_PROGRESS" || numberOfQueuedThings + numberOfInProgressThings > 0 ? LOOK_MILLIS : false;
    },
  });
  if (!job.data) return <>–</>;
  return <ProgressBar isSmall progress={progressOf(job.data.jobProcessDetails)} />;
}
