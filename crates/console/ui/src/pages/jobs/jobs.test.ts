import { expect, it } from "vitest";
import { jobBody } from "./calls";
import { progressOf } from "./progress";
import { statusText } from "./statuses";

it("shares executions out by status", () => {
  expect(progressOf({ numberOfQueuedThings: 1, numberOfSucceededThings: 2, numberOfFailedThings: 1 })).toEqual({
    shares: [
      { status: "SUCCEEDED", count: 2, percent: 50 },
      { status: "QUEUED", count: 1, percent: 25 },
      { status: "FAILED", count: 1, percent: 25 },
    ],
    total: 4,
    over: 3,
  });
  expect(progressOf({})).toEqual({ shares: [], total: 0, over: 0 });
});

it("asks for what was given only", () => {
  const plain = { id: "j", targets: ["arn"], document: "{}", description: "", isContinuous: false };
  expect(JSON.parse(JSON.stringify(jobBody(plain)))).toEqual({
    targets: ["arn"],
    document: "{}",
    targetSelection: "SNAPSHOT",
  });
  const body = jobBody({ ...plain, isContinuous: true, perMinute: 5, timeoutMinutes: 2, retries: 3, abortPercent: 10 });
  expect(body).toMatchObject({
    targetSelection: "CONTINUOUS",
    jobExecutionsRolloutConfig: { maximumPerMinute: 5 },
    timeoutConfig: { inProgressTimeoutInMinutes: 2 },
    jobExecutionsRetryConfig: { criteriaList: [{ failureType: "ALL", numberOfRetries: 3 }] },
    abortConfig: { criteriaList: [{ action: "CANCEL", thresholdPercentage: 10 }] },
  });
});

it("writes statuses as words", () => {
  expect(statusText("IN_PROGRESS")).toBe("In progress");
});
