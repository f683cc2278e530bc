// A file into a bucket, with progress: what `fetch` does not tell, an XMLHttpRequest does.

import { currentCredentials } from "../session/session";
import { AwsError } from "./errors";
import { objectPath } from "./s3";
import { client } from "./signed";

export interface Upload {
  bucket: string;
  key: string;
  file: File;
  /** 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

export async function upload({ bucket, key, file, onProgress, signal }: Upload): Promise<void> {
  const url = new URL(objectPath(bucket, key), window.location.origin);
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  // The payload is not signed: a file may be larger than what can be read to sign it.
  const signed = await client(await currentCredentials(), "s3").sign(url.href, { method: "PUT", headers });
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    signed.headers.forEach((value, name) => {
      // The browser writes the host itself, as it was signed.
      if (name !== "host") request.setRequestHeader(name, value);
    });
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 1);
    request.onload = () => (request.status < 300 ? resolve() : reject(refused(request)));
    request.onerror = () => reject(new TypeError("the connection broke"));
    request.onabort = () => reject(new Error("stopped; nothing was kept of it"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function refused(request: XMLHttpRequest): AwsError {
  const told = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(request.responseText)?.[1];
  const code = told("Code") ?? `Status${request.status}`;
  return new AwsError(code, told("Message") ?? request.statusText, request.status);
}
