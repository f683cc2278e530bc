// What the pages of stacks ask.

import { call, listOf } from "../../aws/xml";
import { AwsError } from "../../aws/errors";

export interface Stack {
  StackName: string;
  StackId: string;
  StackStatus: string;
  StackStatusReason?: string;
  Description?: string;
  CreationTime: string;
  LastUpdatedTime?: string;
  EnableTerminationProtection?: string;
  Parameters?: { ParameterKey: string; ParameterValue: string }[] | string;
  Outputs?: { OutputKey: string; OutputValue: string; Description?: string; ExportName?: string }[] | string;
}

export interface Resource {
  LogicalResourceId: string;
  PhysicalResourceId?: string;
  ResourceType: string;
  ResourceStatus: string;
  ResourceStatusReason?: string;
  LastUpdatedTimestamp: string;
}

export interface StackEvent {
  EventId: string;
  LogicalResourceId: string;
  PhysicalResourceId?: string;
  ResourceType: string;
  ResourceStatus: string;
  ResourceStatusReason?: string;
  Timestamp: string;
}

export interface TemplateParameter {
  ParameterKey: string;
  DefaultValue?: string;
  ParameterType: string;
  NoEcho?: string;
  Description?: string;
  ParameterConstraints?: { AllowedValues?: string[] | string };
}

export interface Summary {
  Parameters?: TemplateParameter[] | string;
  Capabilities?: string[] | string;
  CapabilitiesReason?: string;
  Description?: string;
}

export interface Change {
  ResourceChange: {
    Action: string;
    LogicalResourceId: string;
    PhysicalResourceId?: string;
    ResourceType: string;
    Replacement?: string;
  };
}

export interface ChangeSet {
  ChangeSetId: string;
  Status: string;
  StatusReason?: string;
  ExecutionStatus: string;
  Changes?: Change[] | string;
}

export interface Wanted {
  stack: string;
  isNew: boolean;
  template: string;
  /** Without a value the one that was used last is used again. */
  parameters: { key: string; value?: string }[];
  capabilities: string[];
}

export async function listStacks(nextToken: string | undefined) {
  const input = { NextToken: nextToken };
  const page = await call<{ Stacks?: Stack[] | string; NextToken?: string }>("cloudformation", "DescribeStacks", input);
  return { items: listOf(page.Stacks), nextToken: page.NextToken };
}

export async function getStack(name: string): Promise<Stack> {
  const input = { StackName: name };
  const { Stacks } = await call<{ Stacks?: Stack[] | string }>("cloudformation", "DescribeStacks", input);
  const [stack] = listOf(Stacks);
  if (!stack) throw new AwsError("ValidationError", `there is no stack ${name}`, 404);
  return stack;
}

export async function resourcesOf(name: string): Promise<Resource[]> {
  return allPages("ListStackResources", { StackName: name }, "StackResourceSummaries");
}

/** The newest first. */
export async function eventsOf(name: string): Promise<StackEvent[]> {
  const input = { StackName: name };
  const page = await call<{ StackEvents?: StackEvent[] | string }>("cloudformation", "DescribeStackEvents", input);
  return listOf(page.StackEvents);
}

export async function templateOf(name: string): Promise<string> {
  const input = { StackName: name, TemplateStage: "Original" };
  return (await call<{ TemplateBody: string }>("cloudformation", "GetTemplate", input)).TemplateBody;
}

export function summaryOf(template: string): Promise<Summary> {
  return call("cloudformation", "GetTemplateSummary", { TemplateBody: template });
}

export function deleteStack(name: string) {
  return call("cloudformation", "DeleteStack", { StackName: name });
}

export async function createChangeSet(wanted: Wanted): Promise<string> {
  const { Id } = await call<{ Id: string }>("cloudformation", "CreateChangeSet", {
    StackName: wanted.stack,
    // Unlike any before it, and a name as AWS wants one.
    ChangeSetName: `console-${Date.now()}`,
    ChangeSetType: wanted.isNew ? "CREATE" : "UPDATE",
    TemplateBody: wanted.template,
    Parameters: wanted.parameters.map(({ key, value }) => ({
      ParameterKey: key,
      ...(value === undefined ? { UsePreviousValue: true } : { ParameterValue: value }),
    })),
    Capabilities: wanted.capabilities,
  });
  return Id;
}

export async function describeChangeSet(id: string): Promise<ChangeSet> {
  const input = { ChangeSetName: id };
  const set = await call<ChangeSet & { NextToken?: string }>("cloudformation", "DescribeChangeSet", input);
  const more = set.NextToken ? await allPages<Change>("DescribeChangeSet", { ...input, NextToken: set.NextToken }, "Changes") : [];
  return { ...set, Changes: [...listOf(set.Changes), ...more] };
}

export function executeChangeSet(id: string) {
  return call("cloudformation", "ExecuteChangeSet", { ChangeSetName: id });
}

/** A set that was made for a stack that is not there yet leaves that stack in review: it goes, too. */
export async function dropChangeSet(id: string, stack: string, isNew: boolean) {
  await call("cloudformation", "DeleteChangeSet", { ChangeSetName: id });
  if (isNew) await deleteStack(stack);
}

async function allPages<Item>(operation: string, input: Record<string, unknown>, field: string): Promise<Item[]> {
  const items: Item[] = [];
  let token = input.NextToken as string | undefined;
  do {
    const page = await call<Record<string, Item[] | string | undefined>>("cloudformation", operation, {
      ...input,
      NextToken: token,
    });
    items.push(...listOf(page[field] as Item[] | string | undefined));
    token = page.NextToken as string | undefined;
  } while (token);
  return items;
}
