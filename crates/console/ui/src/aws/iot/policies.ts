// IoT policies, their versions, and whom they are attached to.

import { rest, segment } from "../rest";
import { PAGE_ITEMS } from "./things";

/** AWS's limit; another version needs one of these to go. */
export const VERSIONS_MAX = 5;

export interface PolicyName {
  policyName: string;
  policyArn: string;
}

export async function listPolicies(marker?: string) {
  const query = { pageSize: PAGE_ITEMS, marker };
  const { policies, nextMarker } = await rest<{ policies: PolicyName[]; nextMarker?: string }>(
    "iot",
    "GET",
    "/policies",
    { query },
  );
  return { items: policies, nextToken: nextMarker };
}

export interface Policy extends PolicyName {
  policyDocument: string;
  defaultVersionId: string;
  creationDate: number;
  lastModifiedDate: number;
}

export const getPolicy = (name: string) => rest<Policy>("iot", "GET", `/policies/${segment(name)}`);

export interface PolicyVersion {
  versionId: string;
  isDefaultVersion: boolean;
  createDate: number;
}

export async function listVersions(name: string): Promise<PolicyVersion[]> {
  const path = `/policies/${segment(name)}/version`;
  return (await rest<{ policyVersions: PolicyVersion[] }>("iot", "GET", path)).policyVersions;
}

export async function versionDocument(name: string, version: string): Promise<string> {
  const path = `/policies/${segment(name)}/version/${segment(version)}`;
  return (await rest<{ policyDocument: string }>("iot", "GET", path)).policyDocument;
}

export function createPolicy(name: string, policyDocument: string) {
  return rest("iot", "POST", `/policies/${segment(name)}`, { body: { policyDocument } });
}

export const deletePolicy = (name: string) => rest("iot", "DELETE", `/policies/${segment(name)}`);

export function setDefaultVersion(name: string, version: string) {
  return rest("iot", "PATCH", `/policies/${segment(name)}/version/${segment(version)}`);
}

export function deleteVersion(name: string, version: string) {
  return rest("iot", "DELETE", `/policies/${segment(name)}/version/${segment(version)}`);
}

/** The version that has to go before another can come, if there are as many as can be. */
export function versionToDrop(versions: PolicyVersion[]): PolicyVersion | undefined {
  if (versions.length < VERSIONS_MAX) return undefined;
  const others = versions.filter(({ isDefaultVersion }) => !isDefaultVersion);
  return others.toSorted((one, other) => Number(one.versionId) - Number(other.versionId))[0];
}

/** Another version; the oldest goes if there are as many as can be. */
export async function savePolicyVersion(name: string, policyDocument: string, setAsDefault: boolean): Promise<string> {
  const dropped = versionToDrop(await listVersions(name));
  if (dropped) await deleteVersion(name, dropped.versionId);
  const path = `/policies/${segment(name)}/version`;
  const made = await rest<{ policyVersionId: string }>("iot", "POST", path, {
    query: { setAsDefault },
    body: { policyDocument },
  });
  return made.policyVersionId;
}

/** ARNs of certificates and groups. */
export async function policyTargets(name: string, marker?: string) {
  const path = `/policy-targets/${segment(name)}`;
  const query = { pageSize: PAGE_ITEMS, marker };
  const { targets, nextMarker } = await rest<{ targets: string[]; nextMarker?: string }>("iot", "POST", path, {
    query,
  });
  return { items: targets, nextToken: nextMarker };
}

export function attachPolicy(name: string, target: string) {
  return rest("iot", "PUT", `/target-policies/${segment(name)}`, { body: { target } });
}

export function detachPolicy(name: string, target: string) {
  return rest("iot", "POST", `/target-policies/${segment(name)}`, { body: { target } });
}

export async function attachedPolicies(target: string): Promise<PolicyName[]> {
  const path = `/attached-policies/${segment(target)}`;
  return (await rest<{ policies: PolicyName[] }>("iot", "POST", path, { query: { pageSize: 250 } })).policies;
}

export interface EffectivePolicy extends PolicyName {
  policyDocument: string;
}

/** Of the certificate, and of the groups of the thing. */
export async function effectivePolicies(principal: string, thingName: string): Promise<EffectivePolicy[]> {
  const answer = await rest<{ effectivePolicies: EffectivePolicy[] }>("iot", "POST", "/effective-policies", {
    query: { thingName },
    body: { principal },
  });
  return answer.effectivePolicies;
}

export type ActionType = "CONNECT" | "PUBLISH" | "SUBSCRIBE" | "RECEIVE";

export interface AuthResult {
  authDecision: "ALLOWED" | "EXPLICIT_DENY" | "IMPLICIT_DENY";
  allowed: { policies: PolicyName[] };
  denied: { implicitDeny: { policies: PolicyName[] }; explicitDeny: { policies: PolicyName[] } };
}

export async function testAuthorization(
  principal: string,
  clientId: string,
  actionType: ActionType,
  resource: string,
): Promise<AuthResult | undefined> {
  const body = { principal, authInfos: [{ actionType, resources: [resource] }] };
  const query = { clientId };
  const answer = await rest<{ authResults: AuthResult[] }>("iot", "POST", "/test-authorization", { query, body });
  return answer.authResults[0];
}
