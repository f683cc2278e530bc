// Users of the house, as IAM keeps them.

import { AwsError } from "../../../aws/errors";
import { call, listOf } from "../../../aws/xml";

export interface User {
  UserName: string;
  Arn: string;
  CreateDate: string;
}

export interface AccessKey {
  AccessKeyId: string;
  Status: "Active" | "Inactive";
  CreateDate: string;
}

export interface NewAccessKey {
  AccessKeyId: string;
  SecretAccessKey: string;
}

type Listed<Field extends string, Item> = { [name in Field]?: Item[] | string } & { Marker?: string };

const PAGE_USERS = 25;
/** The most that IAM gives at once. */
const PAGE_ITEMS_MAX = 1000;

export async function listUsers(Marker: string | undefined) {
  const listed = await call<Listed<"Users", User>>("iam", "ListUsers", { Marker, MaxItems: PAGE_USERS });
  return { items: listOf(listed.Users), nextToken: listed.Marker };
}

/** All of a list that belongs to one user. */
async function all<Item>(operation: string, field: string, UserName: string): Promise<Item[]> {
  const found: Item[] = [];
  let Marker: string | undefined;
  do {
    const input = { UserName, Marker, MaxItems: PAGE_ITEMS_MAX };
    const listed: Listed<string, Item> = await call("iam", operation, input);
    found.push(...listOf(listed[field] as Item[] | string | undefined));
    Marker = listed.Marker as string | undefined;
  } while (Marker);
  return found;
}

export interface Attached {
  PolicyName: string;
  PolicyArn: string;
}

export const attachedTo = (user: string) =>
  all<Attached>("ListAttachedUserPolicies", "AttachedPolicies", user);
export const groupsOf = (user: string) => all<{ GroupName: string }>("ListGroupsForUser", "Groups", user);
export const inlineOf = (user: string) => all<string>("ListUserPolicies", "PolicyNames", user);
export const accessKeys = (user: string) => all<AccessKey>("ListAccessKeys", "AccessKeyMetadata", user);

export const attach = (UserName: string, PolicyArn: string) => call("iam", "AttachUserPolicy", { UserName, PolicyArn });
export const detach = (UserName: string, PolicyArn: string) => call("iam", "DetachUserPolicy", { UserName, PolicyArn });

export type PasswordState = "none" | "set" | "to be changed";

export async function passwordState(UserName: string): Promise<PasswordState> {
  try {
    const { LoginProfile } = await call<{ LoginProfile: { PasswordResetRequired: string } }>("iam", "GetLoginProfile", {
      UserName,
    });
    return LoginProfile.PasswordResetRequired === "true" ? "to be changed" : "set";
  } catch (error) {
    if (error instanceof AwsError && error.isMissing) return "none";
    throw error;
  }
}

/** Whether there was one before or not. The user chooses another one when it is used first. */
export async function givePassword(UserName: string, Password: string): Promise<void> {
  const input = { UserName, Password, PasswordResetRequired: true };
  const isNew = (await passwordState(UserName)) === "none";
  await call("iam", isNew ? "CreateLoginProfile" : "UpdateLoginProfile", input);
}

export function changePassword(OldPassword: string, NewPassword: string) {
  return call("iam", "ChangePassword", { OldPassword, NewPassword });
}

/** The first thing that fails ends it, and what is made by then stays: the page tells and shows it. */
export async function createUser(UserName: string, policies: string[], password: string): Promise<void> {
  await call("iam", "CreateUser", { UserName });
  for (const arn of policies) await attach(UserName, arn);
  await givePassword(UserName, password);
}

/** IAM deletes nobody who still has something: the way in goes first. */
export async function deleteUser(UserName: string): Promise<void> {
  if ((await passwordState(UserName)) !== "none") await call("iam", "DeleteLoginProfile", { UserName });
  for (const { AccessKeyId } of await accessKeys(UserName)) await deleteAccessKey(UserName, AccessKeyId);
  for (const { PolicyArn } of await attachedTo(UserName)) await detach(UserName, PolicyArn);
  for (const PolicyName of await inlineOf(UserName)) await call("iam", "DeleteUserPolicy", { UserName, PolicyName });
  for (const { GroupName } of await groupsOf(UserName)) await call("iam", "RemoveUserFromGroup", { UserName, GroupName });
  await call("iam", "DeleteUser", { UserName });
}

export async function createAccessKey(UserName: string): Promise<NewAccessKey> {
  return (await call<{ AccessKey: NewAccessKey }>("iam", "CreateAccessKey", { UserName })).AccessKey;
}

export function setAccessKey(UserName: string, AccessKeyId: string, Status: AccessKey["Status"]) {
  return call("iam", "UpdateAccessKey", { UserName, AccessKeyId, Status });
}

export function deleteAccessKey(UserName: string, AccessKeyId: string) {
  return call("iam", "DeleteAccessKey", { UserName, AccessKeyId });
}

/** When a key signed last; nothing if it never did. */
export async function lastUsed(AccessKeyId: string): Promise<string | undefined> {
  const { AccessKeyLastUsed } = await call<{ AccessKeyLastUsed: { LastUsedDate?: string } | string }>(
    "iam",
    "GetAccessKeyLastUsed",
    { AccessKeyId },
  );
  return typeof AccessKeyLastUsed === "string" ? undefined : AccessKeyLastUsed.LastUsedDate;
}

/** The names of all managed policies that the server itself brings. */
export async function builtInPolicies(): Promise<Set<string>> {
  const names = new Set<string>();
  let Marker: string | undefined;
  do {
    const input = { Scope: "AWS", Marker, MaxItems: PAGE_ITEMS_MAX };
    const listed: Listed<"Policies", { PolicyName: string }> = await call("iam", "ListPolicies", input);
    for (const { PolicyName } of listOf(listed.Policies)) names.add(PolicyName);
    Marker = listed.Marker;
  } while (Marker);
  return names;
}
