// Jobs, as AWS IoT and our own service give them.

import { ask } from "../../aws/json";
import { rest, segment } from "../../aws/rest";

const PAGE_ITEMS = 25;

export interface ListedJob {
  jobId: string;
  jobArn: string;
  status: string;
  targetSelection: string;
  createdAt: number;
  completedAt?: number;
}

export async function listJobs(status: string, nextToken?: string) {
  const query = { maxResults: PAGE_ITEMS, nextToken, status: status || undefined };
  const { jobs, nextToken: next } = await rest<{ jobs: ListedJob[]; nextToken?: string }>("iot", "GET", "/jobs", {
    query,
  });
  return { items: jobs, nextToken: next };
}

export interface Job extends ListedJob {
  targets: string[];
  description?: string;
  comment?: string;
  reasonCode?: string;
  forceCanceled?: boolean;
  lastUpdatedAt: number;
  jobExecutionsRolloutConfig?: { maximumPerMinute?: number };
  timeoutConfig?: { inProgressTimeoutInMinutes?: number };
  jobExecutionsRetryConfig?: { criteriaList: { failureType: string; numberOfRetries: number }[] };
  abortConfig?: { criteriaList: { failureType: string; thresholdPercentage: number }[] };
  schedulingConfig?: { startTime?: string; endTime?: string; endBehavior?: string };
  jobProcessDetails: Partial<Record<CounterName, number>>;
}

export type CounterName =
  | "numberOfCanceledThings"
  | "numberOfSucceededThings"
  | "numberOfFailedThings"
  | "numberOfRejectedThings"
  | "numberOfQueuedThings"
  | "numberOfInProgressThings"
  | "numberOfRemovedThings"
  | "numberOfTimedOutThings";

export async function describeJob(id: string): Promise<Job> {
  return (await rest<{ job: Job }>("iot", "GET", `/jobs/${segment(id)}`)).job;
}

export interface ShownJob {
  document: string;
  waiting: { thingName: string; status: string | null; waitsFor: string; until: number | null }[];
  hasMore: boolean;
}

/** What each execution that is not over waits for. */
export const showJob = (jobId: string) => ask<ShownJob>("thingstead", "ShowJob", { jobId });

export interface Execution {
  thingArn: string;
  jobExecutionSummary: {
    status: string;
    queuedAt: number;
    startedAt?: number;
    lastUpdatedAt: number;
    executionNumber: number;
    retryAttempt: number;
  };
}

export async function executionsOfJob(id: string, status: string, nextToken?: string) {
  const query = { maxResults: PAGE_ITEMS, nextToken, status: status || undefined };
  const answer = await rest<{ executionSummaries: Execution[]; nextToken?: string }>(
    "iot",
    "GET",
    `/jobs/${segment(id)}/things`,
    { query },
  );
  return { items: answer.executionSummaries, nextToken: answer.nextToken };
}

export interface NewJob {
  id: string;
  targets: string[];
  document: string;
  description: string;
  isContinuous: boolean;
  perMinute?: number;
  timeoutMinutes?: number;
  retries?: number;
  abortPercent?: number;
}

export function createJob(job: NewJob) {
  return rest("iot", "PUT", `/jobs/${segment(job.id)}`, { body: jobBody(job) });
}

/** What is not asked for is left to the server. */
export function jobBody(job: NewJob): Record<string, unknown> {
  const { perMinute, timeoutMinutes, retries, abortPercent } = job;
  return {
    targets: job.targets,
    document: job.document,
    description: job.description || undefined,
    targetSelection: job.isContinuous ? "CONTINUOUS" : "SNAPSHOT",
    jobExecutionsRolloutConfig: perMinute ? { maximumPerMinute: perMinute } : undefined,
    timeoutConfig: timeoutMinutes ? { inProgressTimeoutInMinutes: timeoutMinutes } : undefined,
    jobExecutionsRetryConfig: retries
      ? { criteriaList: [{ failureType: "ALL", numberOfRetries: retries }] }
      : undefined,
    abortConfig: abortPercent
      ? {
          criteriaList: [
            { action: "CANCEL", failureType: "ALL", minNumberOfExecutedThings: 1, thresholdPercentage: abortPercent },
          ],
        }
      : undefined,
  };
}

export function cancelJob(id: string, force: boolean, comment: string) {
  const body = { comment: comment || undefined };
  return rest("iot", "PUT", `/jobs/${segment(id)}/cancel`, { query: { force }, body });
}

export function deleteJob(id: string, force: boolean) {
  return rest("iot", "DELETE", `/jobs/${segment(id)}`, { query: { force } });
}

export function cancelExecution(id: string, thing: string, force: boolean) {
  return rest("iot", "PUT", `/things/${segment(thing)}/jobs/${segment(id)}/cancel`, { query: { force }, body: {} });
}
