import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { statusText } from "./statuses";

const TYPES: Record<string, StatusIndicatorProps.Type> = {
  QUEUED: "pending",
  IN_PROGRESS: "in-progress",
  SUCCEEDED: "success",
  COMPLETED: "success",
  FAILED: "error",
  TIMED_OUT: "error",
  REJECTED: "warning",
  REMOVED: "stopped",
  CANCELED: "stopped",
  SCHEDULED: "pending",
  DELETION_IN_PROGRESS: "in-progress",
};

/** Of a job or one of its executions. */
export function ExecutionStatus({ status }: { status: string }) {
  return <StatusIndicator type={TYPES[status] ?? "info"} wrapText={false}>{statusText(status)}</StatusIndicator>;
}
