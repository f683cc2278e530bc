// What the pages of buckets and objects ask.

import { AwsError } from "../../aws/errors";
import { objectPath, objectResponse, s3 } from "../../aws/s3";
import { presigned } from "../../aws/signed";

export interface Bucket {
  name: string;
  madeAt: string;
}

export interface Entry {
  /** Whole, of an object; ending with a slash, of a folder. */
  key: string;
  isFolder: boolean;
  bytes?: number;
  modifiedAt?: string;
}

export interface Version {
  versionId: string;
  isLatest: boolean;
  isDeletion: boolean;
  modifiedAt: string;
  bytes?: number;
}

/** How long an address for a download may be used. */
const DOWNLOAD_SECS = 300;

export async function listBuckets(): Promise<Bucket[]> {
  const root = await s3("GET", "/");
  return [...root.querySelectorAll("Bucket")].map((bucket) => ({
    name: textOf(bucket, "Name") ?? "",
    madeAt: textOf(bucket, "CreationDate") ?? "",
  }));
}

export function createBucket(name: string) {
  return objectResponse("PUT", `/${name}`).then(checked);
}

export function deleteBucket(name: string) {
  return objectResponse("DELETE", `/${name}`).then(checked);
}

export async function listEntries(bucket: string, prefix: string, token: string | undefined) {
  const query = { "list-type": 2, delimiter: "/", prefix, "max-keys": 50, "continuation-token": token };
  const root = await s3("GET", `/${bucket}`, query);
  const folders = [...root.querySelectorAll(":scope > CommonPrefixes > Prefix")].map(
    (folder): Entry => ({ key: folder.textContent ?? "", isFolder: true }),
  );
  const objects = [...root.querySelectorAll(":scope > Contents")].map((object): Entry => ({
    key: textOf(object, "Key") ?? "",
    isFolder: false,
    bytes: Number(textOf(object, "Size")),
    modifiedAt: textOf(object, "LastModified"),
  }));
  return { items: [...folders, ...objects], nextToken: textOf(root, "NextContinuationToken") };
}

export async function listVersions(bucket: string, key: string): Promise<Version[]> {
  const root = await s3("GET", `/${bucket}`, { versions: "", prefix: key, "max-keys": 100 });
  return [...root.querySelectorAll(":scope > Version, :scope > DeleteMarker")]
    .filter((version) => textOf(version, "Key") === key)
    .map((version) => ({
      versionId: textOf(version, "VersionId") ?? "null",
      isLatest: textOf(version, "IsLatest") === "true",
      isDeletion: version.tagName === "DeleteMarker",
      modifiedAt: textOf(version, "LastModified") ?? "",
      bytes: version.tagName === "Version" ? Number(textOf(version, "Size")) : undefined,
    }));
}

export async function isVersioned(bucket: string): Promise<boolean> {
  return textOf(await s3("GET", `/${bucket}`, { versioning: "" }), "Status") === "Enabled";
}

export async function setVersioned(bucket: string, isOn: boolean) {
  const status = isOn ? "Enabled" : "Suspended";
  const body = `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></VersioningConfiguration>`;
  return checked(await objectResponse("PUT", `/${bucket}`, { versioning: "" }, body));
}

export async function headOf(bucket: string, key: string): Promise<[string, string][]> {
  const response = await objectResponse("HEAD", objectPath(bucket, key));
  if (!response.ok) throw new Error(`the server answered with the status ${response.status}`);
  const shown = /^(content-type|content-length|etag|last-modified|cache-control|x-amz-(meta-|version-id|checksum))/;
  return [...response.headers].filter(([name]) => shown.test(name));
}

export async function deleteObject(bucket: string, key: string, versionId?: string) {
  return checked(await objectResponse("DELETE", objectPath(bucket, key), { versionId }));
}

/** An address that gives the object to whoever has it, for some minutes. */
export function downloadLink(bucket: string, key: string, versionId?: string): Promise<string> {
  const name = key.split("/").at(-1) ?? key;
  const query = new URLSearchParams({
    "response-content-disposition": `attachment;filename*=UTF-8''${encodeURIComponent(name)}`,
    ...(versionId ? { versionId } : {}),
  });
  return presigned("s3", `${objectPath(bucket, key)}?${query}`, DOWNLOAD_SECS);
}

/** Of an answer without a body: whether it went well, in the server's words if not. */
async function checked(response: Response): Promise<true> {
  if (response.ok) return true;
  const text = await response.text();
  const told = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  throw new AwsError(told("Code") ?? `Status${response.status}`, told("Message") ?? response.statusText, response.status);
}

function textOf(element: Element, name: string): string | undefined {
  return element.querySelector(`:scope > ${name}`)?.textContent ?? undefined;
}
