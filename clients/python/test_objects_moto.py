"""The same random calls, asked of ours and of moto: their answers are compared.

moto is another program that was written to behave as S3 does, by other people. Where the two differ one
is wrong, and where that is moto, the call is left out here and the reason given:

- Ids of versions and times are each server's own; so versions are compared by what they hold.
- moto leaves no marker where an object of a suspended bucket is deleted, nor where there was none; so no
  bucket is suspended, and markers are not compared.
- moto folds keys that are deleted by a marker into common prefixes; so nothing is folded when there may be
  markers.
- moto answers a request for the tags of a marker now with one error and now with another; so the two are
  taken for one.
- moto leaves an object the tags that it had when a copy without any replaces it; so copies bring tags.
- moto gives the last bytes of an empty object; S3 has no such range. So no object is empty.
"""

import os
import random

import aws_client
import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

CALLS = int(os.environ.get("THINGSTEAD_CALLS", "120"))
SEEDS = range(int(os.environ.get("THINGSTEAD_SEEDS", "6")))
BUCKET = "compared"
KEYS = ["a", "a/b", "a/c", "b c", "d/e/f", "ü+&"]


class Calls:
    """Calls that one seed makes, as names of methods and their parameters."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.has_markers = False

    def next(self):
        kinds = [self.put, self.get, self.head, self.copy, self.delete, self.batch, self.list,
                 self.list_old, self.versions, self.versioning, self.tag, self.tags]
        return self.random.choices(kinds, weights=[8, 5, 3, 4, 3, 1, 3, 2, 2, 1, 2, 2])[0]()

    def key(self):
        return {"Key": self.random.choice(KEYS)}

    def maybe(self, chance, **parameters):
        return parameters if self.random.random() < chance else {}

    def put(self):
        body = bytes(self.random.randbytes(self.random.choice([1, 9, 100, 5000])))
        return "put_object", self.key() | {"Body": body} | self.maybe(
            0.4, ContentType="text/x", Metadata={"room": self.random.choice("xyz")}
        ) | self.maybe(0.3, Tagging=f"t={self.random.randint(0, 3)}") | self.maybe(0.15, IfNoneMatch="*")

    def get(self):
        return "get_object", self.key() | self.maybe(
            0.4, Range=self.random.choice(["bytes=0-0", "bytes=1-9", "bytes=-3", "bytes=7-"])
        )

    def head(self):
        return "head_object", self.key()

    def copy(self):
        source = {"Bucket": BUCKET, "Key": self.random.choice(KEYS)}
        tagged = {"TaggingDirective": "REPLACE", "Tagging": "c=1"}
        return "copy_object", self.key() | {"CopySource": source} | tagged | self.maybe(
            0.4, MetadataDirective="REPLACE", Metadata={"copied": "1"}, ContentType="text/y"
        )

    def delete(self):
        return "delete_object", self.key()

    def batch(self):
        objects = [{"Key": key} for key in self.random.sample(KEYS, 2)]
        return "delete_objects", {"Delete": {"Objects": objects, "Quiet": True}}

    def list(self):
        return "list_objects_v2", self.page() | self.maybe(0.2, StartAfter=self.random.choice(KEYS))

    def list_old(self):
        return "list_objects", self.page()

    def page(self):
        folded = self.maybe(0 if self.has_markers else 0.5, Delimiter="/")
        return folded | self.maybe(0.4, Prefix=self.random.choice(["a", "a/", "d/"]))

    def versions(self):
        return "list_object_versions", self.page()

    def versioning(self):
        self.has_markers = True
        return "put_bucket_versioning", {"VersioningConfiguration": {"Status": "Enabled"}}

    def tag(self):
        tags = [{"Key": key, "Value": "v"} for key in self.random.sample("abc", 2)]
        return "put_object_tagging", self.key() | {"Tagging": {"TagSet": tags}}

    def tags(self):
        return "get_object_tagging", self.key()


def told(method, response):
    """An answer without what is each server's own."""
    if "versions" in method:
        named = [(one["Key"], one["Size"], one["ETag"]) for one in response.get("Versions", [])]
        return sorted(named), prefixes(response)
    if "list" in method:
        named = [(one["Key"], one["Size"], one["ETag"]) for one in response.get("Contents", [])]
        return named, prefixes(response), response["IsTruncated"]
    if method == "get_object_tagging":
        return sorted((tag["Key"], tag["Value"]) for tag in response["TagSet"])
    if method in ("get_object", "head_object"):
        body = response["Body"].read() if "Body" in response else None
        kept = ("ContentLength", "ContentType", "ETag", "Metadata", "ContentRange", "TagCount")
        return body, {name: response.get(name) for name in kept}
    if method == "copy_object":
        return response["CopyObjectResult"]["ETag"]
    return response.get("ETag")


def prefixes(response):
    return [one["Prefix"] for one in response.get("CommonPrefixes", [])]


def answer(client, method, parameters):
    try:
        return told(method, getattr(client, method)(Bucket=BUCKET, **parameters))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return "NoSuchKey" if "tagging" in method and code == "MethodNotAllowed" else code


def empty(client):
    listed = client.list_object_versions(Bucket=BUCKET)
    for one in listed.get("Versions", []) + listed.get("DeleteMarkers", []):
        client.delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture(scope="module")
def ours(server):
    return aws_client.client(server, "s3")


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_are_the_same(ours, seed):
    with mock_aws():
        theirs = boto3.client(
            "s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        for client in (theirs, ours):
            client.create_bucket(Bucket=BUCKET)
        calls = Calls(seed)
        try:
            for number in range(CALLS):
                method, parameters = calls.next()
                expected = answer(theirs, method, parameters)
                found = answer(ours, method, parameters)
                assert found == expected, f"call {number} of seed {seed}: {method} {parameters}"
        finally:
            empty(ours)
