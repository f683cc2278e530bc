// Things, their types and groups, as the operations of AWS IoT give them.

import { rest, segment } from "../rest";

export interface Thing {
  thingName: string;
  thingArn: string;
  thingTypeName?: string;
  attributes: Record<string, string>;
  version: number;
}

export interface ThingFilter {
  type?: string;
  attribute?: string;
  value?: string;
  isPrefix?: boolean;
}

/** Rows of one page of a list. */
export const PAGE_ITEMS = 25;

export async function listThings(filter: ThingFilter, nextToken?: string) {
  const { type, attribute, value, isPrefix } = filter;
  const query = {
    maxResults: PAGE_ITEMS,
    nextToken,
    thingTypeName: type || undefined,
    attributeName: attribute || undefined,
    attributeValue: (attribute && value) || undefined,
    usePrefixAttributeValue: (attribute && value && isPrefix) || undefined,
  };
  const { things, nextToken: next } = await rest<{ things: Thing[]; nextToken?: string }>("iot", "GET", "/things", {
    query,
  });
  return { items: things, nextToken: next };
}

export interface DescribedThing extends Thing {
  thingId: string;
  billingGroupName?: string;
}

export const describeThing = (name: string) => rest<DescribedThing>("iot", "GET", `/things/${segment(name)}`);

export interface ThingChange {
  thingTypeName?: string;
  attributes: Record<string, string>;
}

export function createThing(name: string, { thingTypeName, attributes }: ThingChange) {
  const body = { thingTypeName: thingTypeName || undefined, attributePayload: { attributes } };
  return rest("iot", "POST", `/things/${segment(name)}`, { body });
}

/** All its attributes become these; refused if another changed it since `version`. */
export function updateThing(name: string, version: number, { thingTypeName, attributes }: ThingChange) {
  const type = thingTypeName ? { thingTypeName } : { removeThingType: true };
  const body = { ...type, attributePayload: { attributes, merge: false }, expectedVersion: version };
  return rest("iot", "PATCH", `/things/${segment(name)}`, { body });
}

export const deleteThing = (name: string) => rest("iot", "DELETE", `/things/${segment(name)}`);

export interface ThingType {
  thingTypeName: string;
  thingTypeArn: string;
  thingTypeProperties: { thingTypeDescription?: string; searchableAttributes: string[] };
  thingTypeMetadata: { deprecated: boolean; deprecationDate?: number; creationDate: number };
}

export async function listThingTypes(nextToken?: string) {
  const query = { maxResults: PAGE_ITEMS, nextToken };
  const { thingTypes, nextToken: next } = await rest<{ thingTypes: ThingType[]; nextToken?: string }>(
    "iot",
    "GET",
    "/thing-types",
    { query },
  );
  return { items: thingTypes, nextToken: next };
}

export function createThingType(name: string, description: string, searchableAttributes: string[]) {
  const thingTypeProperties = { thingTypeDescription: description || undefined, searchableAttributes };
  return rest("iot", "POST", `/thing-types/${segment(name)}`, { body: { thingTypeProperties } });
}

export function deprecateThingType(name: string, undoDeprecate: boolean) {
  return rest("iot", "POST", `/thing-types/${segment(name)}/deprecate`, { body: { undoDeprecate } });
}

export const deleteThingType = (name: string) => rest("iot", "DELETE", `/thing-types/${segment(name)}`);

export interface GroupName {
  groupName: string;
  groupArn: string;
}

export async function listThingGroups(filter: { prefix?: string; parent?: string; isTop?: boolean }, nextToken?: string) {
  const query = {
    maxResults: PAGE_ITEMS,
    nextToken,
    namePrefixFilter: filter.prefix || undefined,
    parentGroup: filter.parent || undefined,
    recursive: filter.isTop || filter.parent ? false : undefined,
  };
  const { thingGroups, nextToken: next } = await rest<{ thingGroups: GroupName[]; nextToken?: string }>(
    "iot",
    "GET",
    "/thing-groups",
    { query },
  );
  return { items: thingGroups, nextToken: next };
}

export interface ThingGroup {
  thingGroupName: string;
  thingGroupId: string;
  thingGroupArn: string;
  version: number;
  thingGroupProperties: {
    thingGroupDescription?: string;
    attributePayload: { attributes: Record<string, string> };
  };
  thingGroupMetadata: {
    parentGroupName?: string;
    rootToParentThingGroups?: GroupName[];
    creationDate: number;
  };
}

export const describeThingGroup = (name: string) => rest<ThingGroup>("iot", "GET", `/thing-groups/${segment(name)}`);

export interface GroupChange {
  description: string;
  attributes: Record<string, string>;
}

function groupProperties({ description, attributes }: GroupChange, merge?: boolean) {
  return { thingGroupDescription: description, attributePayload: { attributes, merge } };
}

export function createThingGroup(name: string, parentGroupName: string | undefined, change: GroupChange) {
  const body = { parentGroupName: parentGroupName || undefined, thingGroupProperties: groupProperties(change) };
  return rest("iot", "POST", `/thing-groups/${segment(name)}`, { body });
}

export function updateThingGroup(name: string, expectedVersion: number, change: GroupChange) {
  const body = { thingGroupProperties: groupProperties(change, false), expectedVersion };
  return rest("iot", "PATCH", `/thing-groups/${segment(name)}`, { body });
}

export const deleteThingGroup = (name: string) => rest("iot", "DELETE", `/thing-groups/${segment(name)}`);

export async function thingsInGroup(name: string, recursive: boolean, nextToken?: string) {
  const query = { maxResults: PAGE_ITEMS, nextToken, recursive };
  const path = `/thing-groups/${segment(name)}/things`;
  const { things, nextToken: next } = await rest<{ things: string[]; nextToken?: string }>("iot", "GET", path, {
    query,
  });
  return { items: things, nextToken: next };
}

export async function groupsOfThing(thing: string): Promise<GroupName[]> {
  const path = `/things/${segment(thing)}/thing-groups`;
  return (await rest<{ thingGroups: GroupName[] }>("iot", "GET", path, { query: { maxResults: 100 } })).thingGroups;
}

export function addToGroup(thingName: string, thingGroupName: string) {
  return rest("iot", "PUT", "/thing-groups/addThingToThingGroup", { body: { thingName, thingGroupName } });
}

export function removeFromGroup(thingName: string, thingGroupName: string) {
  return rest("iot", "PUT", "/thing-groups/removeThingFromThingGroup", { body: { thingName, thingGroupName } });
}
