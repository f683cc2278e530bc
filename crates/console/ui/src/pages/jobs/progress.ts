// How far a job is: its executions by status.

import type { CounterName, Job } from "./calls";
import { EXECUTION_STATUSES } from "./statuses";

type Status = (typeof EXECUTION_STATUSES)[number];

const COUNTERS: Record<Status, CounterName> = {
  SUCCEEDED: "numberOfSucceededThings",
  IN_PROGRESS: "numberOfInProgressThings",
  QUEUED: "numberOfQueuedThings",
  FAILED: "numberOfFailedThings",
  TIMED_OUT: "numberOfTimedOutThings",
  REJECTED: "numberOfRejectedThings",
  REMOVED: "numberOfRemovedThings",
  CANCELED: "numberOfCanceledThings",
};

export interface Share {
  status: Status;
  count: number;
  percent: number;
}

export interface Progress {
  /** Those that there are, in the order in which they are drawn. */
  shares: Share[];
  total: number;
  /** Whose executions will not change any more. */
  over: number;
}

export function progressOf(details: Job["jobProcessDetails"]): Progress {
  const counts = EXECUTION_STATUSES.map((status) => ({ status, count: details[COUNTERS[status]] ?? 0 }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const open = counts.filter(({ status }) => status === "QUEUED" || status === "IN_PROGRESS");
  return {
    shares: counts
      .filter(({ count }) => count > 0)
      .map((share) => ({ ...share, percent: (100 * share.count) / total })),
    total,
    over: total - open.reduce((sum, { count }) => sum + count, 0),
  };
}
