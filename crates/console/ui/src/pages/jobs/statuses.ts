/** Of executions, in the order in which a rollout is drawn. */
export const EXECUTION_STATUSES = [
  "SUCCEEDED",
  "IN_PROGRESS",
  "QUEUED",
  "FAILED",
  "TIMED_OUT",
  "REJECTED",
  "REMOVED",
  "CANCELED",
] as const;

export const JOB_STATUSES = ["IN_PROGRESS", "SCHEDULED", "COMPLETED", "CANCELED", "DELETION_IN_PROGRESS"] as const;

/** `IN_PROGRESS` → `In progress` */
export function statusText(status: string): string {
  const words = status.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
