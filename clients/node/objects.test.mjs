// The AWS SDK for JavaScript v3: objects, with the bucket in the path and in the host.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import http from "node:http";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";

import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";

import { Server } from "./server.mjs";

const timeout = 30_000;
const Bucket = "by-node";
let server, clients;

// Not every machine knows the names below localhost.
const lookup = (_, options, done) =>
  options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

before(async () => {
  server = await Server.start();
  const named = { endpoint: `http://localhost:${server.ports.aws}` };
  const requestHandler = { httpAgent: new http.Agent({ keepAlive: true, lookup }) };
  clients = {
    path: new S3Client({ ...server.aws(), forcePathStyle: true }),
    host: new S3Client({ ...server.aws(), ...named, requestHandler }),
  };
  await clients.path.send(new CreateBucketCommand({ Bucket }));
});

after(() => {
  for (const client of Object.values(clients)) client.destroy();
  return server.close();
});

for (const style of ["path", "host"]) {
  test(`objects come back, the bucket in the ${style}`, { timeout }, async () => {
    const client = clients[style];
    const [Key, Body] = [`${style}/a b+ü`, Buffer.alloc(300_000, style)];
    const put = await client.send(new PutObjectCommand({ Bucket, Key, Body, Metadata: { a: "1" } }));
    assert.equal(put.ETag, `"${createHash("md5").update(Body).digest("hex")}"`);
    const got = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    assert.deepEqual(Buffer.from(await got.Body.transformToByteArray()), Body);
    assert.equal(got.Metadata.a, "1");
    assert.equal(got.ChecksumCRC32, put.ChecksumCRC32);
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: "none" })), {
      name: "NoSuchKey",
    });
    await assert.rejects(client.send(new HeadObjectCommand({ Bucket, Key: "none" })), {
      name: "NotFound",
    });
  });
}

test("a stream is sent in chunks with a trailer", { timeout }, async () => {
  const pieces = ["one ", "two ", "three"];
  const [Body, ContentLength] = [Readable.from(pieces.map((piece) => Buffer.from(piece))), pieces.join("").length];
  await clients.path.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength }));
  const got = await clients.path.send(new GetObjectCommand({ Bucket, Key: "stream" }));
  assert.equal(await got.Body.transformToString(), "one two three");
});

test("lists come in pages, and many are deleted at once", { timeout }, async () => {
  const keys = ["l/1", "l/2", "l/3"];
  for (const Key of keys) await clients.host.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  const found = [];
  const config = { client: clients.host, pageSize: 2 };
  for await (const page of paginateListObjectsV2(config, { Bucket, Prefix: "l/" })) {
    found.push(...page.Contents.map((object) => object.Key));
  }
  assert.deepEqual(found, keys);
  const Objects = keys.map((Key) => ({ Key }));
  await clients.host.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  const left = await clients.host.send(new ListObjectsV2Command({ Bucket, Prefix: "l/" }));
  assert.equal(left.KeyCount, 0);
});
