import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { segment } from "../../aws/rest";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { resourceOf } from "../../parts/names";
import type { Job } from "./calls";

/** What a job was made with. */
export function JobSettings({ job }: { job: Job }) {
  const { timeoutConfig, jobExecutionsRetryConfig, abortConfig, jobExecutionsRolloutConfig } = job;
  const minutes = timeoutConfig?.inProgressTimeoutInMinutes;
  const retries = jobExecutionsRetryConfig?.criteriaList ?? [];
  const aborts = abortConfig?.criteriaList ?? [];
  return (
    <Container header={<Header variant="h2">Settings</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          {
            label: "Targets",
            value: job.targets.map((arn) => (
              <div key={arn}>
                <Target arn={arn} />
              </div>
            )),
          },
          {
            label: "For",
            value:
              job.targetSelection === "CONTINUOUS"
                ? "The things that are in the groups, and those that join"
                : "The things that were in the groups when it began",
          },
          { label: "Told in a minute", value: String(jobExecutionsRolloutConfig?.maximumPerMinute ?? "1,000 at most") },
          { label: "Time for one thing", value: minutes ? `${minutes} minutes` : "As long as it takes" },
          {
            label: "Retries",
            value:
              retries.map(({ failureType, numberOfRetries }) => `${numberOfRetries} after ${failureText(failureType)}`).join(", ") ||
              "None",
          },
          {
            label: "Stopped",
            value:
              aborts
                .map(({ failureType, thresholdPercentage }) => `at ${thresholdPercentage} % of ${failureText(failureType)}`)
                .join(", ") || "Never by itself",
          },
          ...(job.schedulingConfig?.startTime
            ? [{ label: "Begins", value: <Moment at={job.schedulingConfig.startTime} /> }]
            : []),
          ...(job.schedulingConfig?.endTime
            ? [{ label: "Ends", value: <Moment at={job.schedulingConfig.endTime} /> }]
            : []),
          ...(job.completedAt ? [{ label: "Was over", value: <Moment at={job.completedAt * 1_000} /> }] : []),
        ]}
      />
    </Container>
  );
}

function failureText(type: string): string {
  const words: Record<string, string> = { ALL: "any failure", FAILED: "a failure", TIMED_OUT: "a timeout", REJECTED: "a rejection" };
  return words[type] ?? type.toLowerCase();
}

function Target({ arn }: { arn: string }) {
  const [kind, ...rest] = resourceOf(arn).split("/");
  const name = rest.join("/");
  const page = kind === "thinggroup" ? "/thing-groups" : "/things";
  return (
    <PageLink href={`${page}/${segment(name)}`}>
      {kind === "thinggroup" ? `group ${name}` : name}
    </PageLink>
  );
}
