import Button from "@cloudscape-design/components/button";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { segment } from "../../aws/rest";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Ago, Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { resourceOf } from "../../parts/names";
import { sentence } from "../../parts/sentence";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import { ExecutionStatus } from "./ExecutionStatus";
import { StatusSelect } from "./StatusSelect";
import { type Execution, type ShownJob, cancelExecution, executionsOfJob } from "./calls";

const LOOK_MILLIS = 5_000;

interface Props {
  id: string;
  waiting: ShownJob["waiting"];
}

/** How far each thing is, and what it waits for. */
export function Executions({ id, waiting }: Props) {
  const [status, setStatus] = useUrlState("status");
  const [canceled, setCanceled] = useState<Execution>();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const reasons = new Map(waiting.map((one) => [one.thingName, one]));
  const cancel = async (execution: Execution) => {
    const thing = thingOf(execution);
    const isBegun = execution.jobExecutionSummary.status === "IN_PROGRESS";
    await attempt(`Cancel ${id} for ${thing}`, () => cancelExecution(id, thing, isBegun));
    await queries.invalidateQueries({ queryKey: ["job", id] });
    await queries.invalidateQueries({ queryKey: ["executions", id] });
  };
  return (
    <>
      <PagedTable<Execution>
        variant="container"
        title="Executions"
        noun="executions"
        queryKey={["executions", id, status]}
        fetchPage={(token) => executionsOfJob(id, status, token)}
        // Also of a job that is over: its executions end after it when it is canceled.
        refetchMillis={LOOK_MILLIS}
        keyOf={(execution) => `${thingOf(execution)} ${execution.jobExecutionSummary.executionNumber}`}
        tools={<StatusSelect value={status} onChange={setStatus} />}
        columns={[
          {
            id: "thing",
            header: "Thing",
            isRowHeader: true,
            cell: (execution) => (
              <PageLink href={`/things/${segment(thingOf(execution))}?tab=jobs`}>{thingOf(execution)}</PageLink>
            ),
          },
          {
            id: "status",
            header: "Status",
            cell: ({ jobExecutionSummary }) => <ExecutionStatus status={jobExecutionSummary.status} />,
          },
          {
            id: "waits",
            header: "Waits for",
            isWideOnly: true,
            cell: (execution) => <Waits waiting={reasons.get(thingOf(execution))} />,
          },
          {
            id: "retries",
            header: "Retries",
            isWideOnly: true,
            cell: ({ jobExecutionSummary }) => jobExecutionSummary.retryAttempt,
          },
          {
            id: "changed",
            header: "Changed",
            isWideOnly: true,
            cell: ({ jobExecutionSummary }) => <Ago at={jobExecutionSummary.lastUpdatedAt * 1_000} />,
          },
          {
            id: "actions",
            header: "Actions",
            cell: (execution) =>
              ["QUEUED", "IN_PROGRESS"].includes(execution.jobExecutionSummary.status) ? (
                <Button
                  variant="inline-link"
                  ariaLabel={`Cancel for ${thingOf(execution)}`}
                  onClick={() => setCanceled(execution)}
                >
                  Cancel
                </Button>
              ) : (
                "–"
              ),
          },
        ]}
      />
      {canceled && (
        <ConfirmDelete
          kind="execution for"
          name={thingOf(canceled)}
          verb="Cancel"
          consequences={
            canceled.jobExecutionSummary.status === "IN_PROGRESS"
              ? "The device has begun: it may be left in the middle of it. What it reports later is refused."
              : "The device is not asked any more."
          }
          onConfirm={() => cancel(canceled)}
          onDismiss={() => setCanceled(undefined)}
        />
      )}
    </>
  );
}

function Waits({ waiting }: { waiting: ShownJob["waiting"][number] | undefined }) {
  if (!waiting) return <>–</>;
  return (
    <>
      {sentence(waiting.waitsFor)}{" "}
      {waiting.until && (
        <>
          Until <Moment at={waiting.until} />
        </>
      )}
    </>
  );
}

function thingOf({ thingArn }: Execution): string {
  return resourceOf(thingArn).replace(/^thing\//, "");
}
