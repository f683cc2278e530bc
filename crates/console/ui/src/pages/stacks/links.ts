// Where a resource of a stack is looked at in this console.

type Link = (physicalId: string) => string;

const named = (home: string): Link => (id) => `${home}/${encodeURIComponent(id)}`;
const last = (id: string) => id.split(/[/:]/).at(-1) ?? id;

const LINKS: Record<string, Link> = {
  "AWS::IoT::Thing": named("/things"),
  "AWS::IoT::ThingGroup": named("/thing-groups"),
  "AWS::IoT::ThingType": () => "/thing-types",
  "AWS::IoT::Policy": named("/policies"),
  "AWS::IoT::TopicRule": named("/rules"),
  "AWS::DynamoDB::Table": named("/tables"),
  "AWS::S3::Bucket": named("/objects"),
  "AWS::SQS::Queue": (id) => `/queues/${encodeURIComponent(last(id))}`,
  "AWS::SSM::Parameter": (id) => `/parameters?${new URLSearchParams({ name: id })}`,
  "AWS::Lambda::Function": named("/functions"),
  "AWS::Logs::LogGroup": named("/logs"),
  "AWS::Timestream::Table": () => "/series",
  "AWS::Events::Rule": (id) => `/schedules?${new URLSearchParams({ prefix: last(id) })}`,
  "AWS::Scheduler::Schedule": (id) => `/schedules?${new URLSearchParams({ tab: "schedules", prefix: last(id) })}`,
  "AWS::CloudFormation::Stack": (id) => `/stacks/${encodeURIComponent(/:stack\/([^/]+)\//.exec(id)?.[1] ?? id)}`,
};

export function linkOf(type: string, physicalId: string | undefined): string | undefined {
  return physicalId ? LINKS[type]?.(physicalId) : undefined;
}

export type Look = "success" | "error" | "in-progress" | "warning" | "stopped";

/** How a status of a stack or a resource is shown. */
export function lookOf(status: string): Look {
  if (status.endsWith("_IN_PROGRESS")) return status.includes("REVIEW") ? "stopped" : "in-progress";
  if (status.endsWith("FAILED")) return "error";
  if (status.includes("ROLLBACK")) return "warning";
  return status.startsWith("DELETE_COMPLETE") ? "stopped" : "success";
}

export function isUnderWay(status: string): boolean {
  return lookOf(status) === "in-progress";
}
