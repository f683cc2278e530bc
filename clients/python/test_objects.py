"""Buckets and objects, by boto3."""

import base64
import hashlib
import http.client
import json
import os
import socket
import urllib.error
import urllib.parse
import urllib.request
import zlib

import boto3
import pytest
from botocore.config import Config

from aws_client import caller, client, refused

LARGE = 64 * 1024 * 1024


@pytest.fixture(scope="module")
def s3(server):
    return client(server, "s3")


@pytest.fixture
def bucket(s3, name):
    bucket = name.replace("_", "-")
    s3.create_bucket(Bucket=bucket)
    return bucket


def pattern(size: int) -> bytes:
    """Bytes that are different everywhere, and the same each time."""
    block = b"".join(hashlib.sha256(str(at).encode()).digest() for at in range(4096))
    return (block * (size // len(block) + 1))[:size]


# === buckets ===


def test_buckets_are_made_listed_and_deleted(s3, name):
    first, second = f"a-{name}".replace("_", "-"), f"b-{name}".replace("_", "-")
    for one in (first, second, first):
        s3.create_bucket(Bucket=one)
    page = s3.list_buckets(MaxBuckets=1, Prefix=first[:2])
    assert [one["Name"] for one in page["Buckets"]] == [first]
    named = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    assert first in named and second in named
    assert s3.head_bucket(Bucket=first)["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=first)["LocationConstraint"] is None
    s3.put_object(Bucket=first, Key="k", Body=b"x")
    with refused("BucketNotEmpty", 409):
        s3.delete_bucket(Bucket=first)
    s3.delete_object(Bucket=first, Key="k")
    s3.delete_bucket(Bucket=first)
    with refused("NoSuchBucket", 404):
        s3.list_objects_v2(Bucket=first)
    with refused("404", 404):
        s3.head_bucket(Bucket=first)
    with refused("InvalidBucketName", 400):
        s3.create_bucket(Bucket="Not-A-Name")


def test_what_no_bucket_has_is_told_as_aws_does(s3, bucket):
    for call, code in [
        (s3.get_bucket_website, "NoSuchWebsiteConfiguration"),
        (s3.get_bucket_replication, "ReplicationConfigurationNotFoundError"),
        (s3.get_bucket_cors, "NoSuchCORSConfiguration"),
        (s3.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration"),
        (s3.get_bucket_policy, "NoSuchBucketPolicy"),
        (s3.get_bucket_tagging, "NoSuchTagSet"),
        (s3.get_object_lock_configuration, "ObjectLockConfigurationNotFoundError"),
    ]:
        with refused(code, 404):
            call(Bucket=bucket)
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)
    grants = s3.get_bucket_acl(Bucket=bucket)["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    rules = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_settings_come_back_as_they_were_put(s3, bucket):
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "ü"}]
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket=bucket)
    cors = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://*.example"], "MaxAgeSeconds": 60,
            "AllowedHeaders": ["*"], "ExposeHeaders": ["ETag"]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [cors]})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [cors]
    rules = [
        {"ID": "one", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 3}},
        {"ID": "two", "Status": "Disabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 9},
         "Filter": {"And": {"Prefix": "x", "Tags": [{"Key": "k", "Value": "v"}]}}},
        {"ID": "three", "Status": "Enabled", "Filter": {"Prefix": ""},
         "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
    ]
    put = s3.put_bucket_lifecycle_configuration
    put(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == rules
    moved = {"Status": "Enabled", "Filter": {"Prefix": ""},
             "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]}
    with refused("NotImplemented", 501, "Transition"):
        put(Bucket=bucket, LifecycleConfiguration={"Rules": [moved]})
    with refused("NotImplemented", 501, "website"):
        s3.put_bucket_website(
            Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}
        )


# === objects ===


@pytest.mark.parametrize("size", [0, 1, 4096, 131_072, 131_073, 6_000_000])
def test_objects_come_back(s3, bucket, size):
    body = pattern(size)
    put = s3.put_object(Bucket=bucket, Key="a b/ü+&<>", Body=body, ContentType="text/x",
                        Metadata={"Room": "hall", "two": "words here"}, CacheControl="no-store",
                        Tagging="a=1&b=%20")
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = s3.get_object(Bucket=bucket, Key="a b/ü+&<>", ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert (got["ContentType"], got["ContentLength"]) == ("text/x", size)
    assert got["Metadata"] == {"room": "hall", "two": "words here"}
    assert got["CacheControl"] == "no-store" and got["TagCount"] == 2
    assert got["ChecksumCRC32"] == base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
    head = s3.head_object(Bucket=bucket, Key="a b/ü+&<>")
    assert head["ContentLength"] == size and head["ETag"] == put["ETag"]
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert [(one["Key"], one["Size"]) for one in listed] == [("a b/ü+&<>", size)]


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_checksums_are_verified_and_given_back(s3, bucket, algorithm):
    value = {
        "CRC32": "y/Q5Jg==", "CRC32C": "4waSgw==", "CRC64NVME": "rosUhgp5mIg=",
        "SHA1": "98O8HYCOBHMq32eZZczDTKeuNEE=",
        "SHA256": "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
    }[algorithm]
    member = {f"Checksum{algorithm}": value}
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"123456789", **member)
    assert put[f"Checksum{algorithm}"] == value and put["ChecksumType"] == "FULL_OBJECT"
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert head[f"Checksum{algorithm}"] == value
    attributes = s3.get_object_attributes(
        Bucket=bucket, Key="k", ObjectAttributes=["Checksum", "ETag", "ObjectSize"]
    )
    assert attributes["Checksum"][f"Checksum{algorithm}"] == value
    assert attributes["ObjectSize"] == 9
    with refused("BadDigest", 400):
        s3.put_object(Bucket=bucket, Key="k", Body=b"12345678X", **member)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"123456789"


def test_content_md5_is_verified(s3, bucket):
    right = base64.b64encode(hashlib.md5(b"x").digest()).decode()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5=right)
    with refused("BadDigest", 400):
        s3.put_object(Bucket=bucket, Key="k", Body=b"y", ContentMD5=right)
    with refused("InvalidDigest", 400):
        s3.put_object(Bucket=bucket, Key="k", Body=b"y", ContentMD5="no")


@pytest.mark.parametrize("size", [10_000, 1_000_000])
def test_ranges(s3, bucket, size):
    body = pattern(size)
    s3.put_object(Bucket=bucket, Key="k", Body=body)
    for asked, expected in [
        ("bytes=0-0", body[:1]), ("bytes=9000-", body[9000:]), ("bytes=-7", body[-7:]),
        (f"bytes=5-{size * 2}", body[5:]),
    ]:
        got = s3.get_object(Bucket=bucket, Key="k", Range=asked)
        assert got["Body"].read() == expected
        assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert got["ContentRange"].endswith(f"/{size}")
    with refused("InvalidRange", 416):
        s3.get_object(Bucket=bucket, Key="k", Range=f"bytes={size}-")


def test_conditions_of_reads_and_writes(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfNoneMatch="*")["ETag"]
    at = s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    s3.get_object(Bucket=bucket, Key="k", IfMatch=etag)
    s3.get_object(Bucket=bucket, Key="k", IfUnmodifiedSince=at)
    with refused("304", 304):
        s3.get_object(Bucket=bucket, Key="k", IfNoneMatch=etag)
    with refused("304", 304):
        s3.head_object(Bucket=bucket, Key="k", IfModifiedSince=at)
    with refused("PreconditionFailed", 412):
        s3.get_object(Bucket=bucket, Key="k", IfMatch='"other"')
    with refused("PreconditionFailed", 412):
        s3.put_object(Bucket=bucket, Key="k", Body=b"y", IfNoneMatch="*")
    with refused("PreconditionFailed", 412):
        s3.put_object(Bucket=bucket, Key="k", Body=b"y", IfMatch='"other"')
    with refused("NoSuchKey", 404):
        s3.put_object(Bucket=bucket, Key="none", Body=b"y", IfMatch=etag)
    s3.put_object(Bucket=bucket, Key="k", Body=b"z", IfMatch=etag)
    with refused("PreconditionFailed", 412):
        s3.delete_object(Bucket=bucket, Key="k", IfMatch=etag)


def test_copies(s3, bucket):
    body = pattern(300_000)
    s3.put_object(Bucket=bucket, Key="from/ü", Body=body, Metadata={"a": "1"}, Tagging="t=1",
                  ContentType="text/x")
    source = {"Bucket": bucket, "Key": "from/ü"}
    s3.copy_object(Bucket=bucket, Key="to", CopySource=source)
    got = s3.get_object(Bucket=bucket, Key="to")
    assert got["Body"].read() == body and got["Metadata"] == {"a": "1"}
    assert got["ContentType"] == "text/x" and got["TagCount"] == 1
    s3.copy_object(Bucket=bucket, Key="to", CopySource=source, MetadataDirective="REPLACE",
                   Metadata={"b": "2"}, TaggingDirective="REPLACE", Tagging="u=2")
    assert s3.head_object(Bucket=bucket, Key="to")["Metadata"] == {"b": "2"}
    tags = s3.get_object_tagging(Bucket=bucket, Key="to")["TagSet"]
    assert tags == [{"Key": "u", "Value": "2"}]
    with refused("InvalidRequest", 400, "to itself"):
        s3.copy_object(Bucket=bucket, Key="from/ü", CopySource=source)
    s3.copy_object(Bucket=bucket, Key="from/ü", CopySource=source, MetadataDirective="REPLACE",
                   Metadata={"c": "3"})
    assert s3.head_object(Bucket=bucket, Key="from/ü")["Metadata"] == {"c": "3"}
    with refused("PreconditionFailed", 412):
        s3.copy_object(Bucket=bucket, Key="to", CopySource=source, CopySourceIfMatch="other")
    with refused("NoSuchKey", 404):
        s3.copy_object(Bucket=bucket, Key="to", CopySource=f"{bucket}/none")


def test_lists_fold_keys_at_a_delimiter(s3, bucket):
    keys = ["a", "b/1", "b/2", "b/c/3", "d e", "f/1", "ü"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    page = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [one["Key"] for one in page["Contents"]] == ["a", "d e", "ü"]
    assert [one["Prefix"] for one in page["CommonPrefixes"]] == ["b/", "f/"]
    assert page["KeyCount"] == 5
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    assert [one["Key"] for page in pages for one in page["Contents"]] == keys
    pages = s3.get_paginator("list_objects").paginate(
        Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}
    )
    both = [[one.get("Key", one.get("Prefix")) for kind in ("Contents", "CommonPrefixes")
             for one in page.get(kind, [])] for page in pages]
    assert both == [["a"], ["b/"], ["d e"], ["f/"], ["ü"]]
    after = s3.list_objects_v2(Bucket=bucket, StartAfter="b/c/3", Prefix="")
    assert [one["Key"] for one in after["Contents"]] == keys[4:]


def test_versions(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["DeleteMarker"]
    with refused("NoSuchKey", 404) as info:
        s3.get_object(Bucket=bucket, Key="k")
    headers = info.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-delete-marker"] == "true"
    for version, body in ((first, b"1"), (second, b"2"), ("null", b"0")):
        assert s3.get_object(Bucket=bucket, Key="k", VersionId=version)["Body"].read() == body
    with refused("405", 405):
        s3.head_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": 1}
    )
    listed = [(one["VersionId"], one["IsLatest"]) for page in pages
              for one in page.get("Versions", []) + page.get("DeleteMarkers", [])]
    assert listed == [(marker["VersionId"], True), (second, False), (first, False), ("null", False)]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    assert s3.get_object(Bucket=bucket, Key="k")["VersionId"] == second
    s3.delete_object(Bucket=bucket, Key="k", VersionId=second)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"
    with refused("InvalidArgument", 400):
        s3.get_object(Bucket=bucket, Key="k", VersionId="nonsense")


def test_batches_are_deleted(s3, bucket):
    keys = [f"k{at}" for at in range(20)] + ["<&>"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    done = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": key} for key in [*keys[1:], "none"]]}
    )
    assert sorted(one["Key"] for one in done["Deleted"]) == sorted([*keys[1:], "none"])
    quiet = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k0"}], "Quiet": True})
    assert "Deleted" not in quiet and "Errors" not in quiet
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_object_tags(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    tags = [{"Key": "a", "Value": "b"}]
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == tags
    many = [{"Key": str(at), "Value": ""} for at in range(11)]
    with refused("BadRequest", 400):
        s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": many})
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    with refused("NoSuchKey", 404):
        s3.get_object_tagging(Bucket=bucket, Key="none")


def test_what_is_not_served_is_refused_by_name(s3, bucket):
    for parameters, text in [
        ({"StorageClass": "GLACIER"}, "StorageClass"),
        ({"ServerSideEncryption": "aws:kms"}, "ServerSideEncryption"),
        ({"WebsiteRedirectLocation": "/x"}, "WebsiteRedirectLocation"),
        ({"ObjectLockMode": "GOVERNANCE"}, "ObjectLockMode"),
    ]:
        with refused("NotImplemented", 501, text):
            s3.put_object(Bucket=bucket, Key="k", Body=b"", **parameters)
    with refused("AccessControlListNotSupported", 400):
        s3.put_object(Bucket=bucket, Key="k", Body=b"", ACL="public-read")
    s3.put_object(Bucket=bucket, Key="k", Body=b"", ACL="private", ServerSideEncryption="AES256")
    with refused("MetadataTooLarge", 400):
        s3.put_object(Bucket=bucket, Key="k", Body=b"", Metadata={"a": "x" * 2048})
    with refused("KeyTooLongError", 400):
        s3.put_object(Bucket=bucket, Key="k" * 1025, Body=b"")


# === large objects ===


def test_a_large_file_goes_up_and_down(s3, bucket, tmp_path):
    file, back = tmp_path / "large", tmp_path / "back"
    file.write_bytes(pattern(LARGE))
    s3.upload_file(str(file), bucket, "large")
    head = s3.head_object(Bucket=bucket, Key="large", PartNumber=1)
    assert head["PartsCount"] == 8 and head["ContentLength"] == 8 * 1024 * 1024
    s3.download_file(bucket, "large", str(back))
    assert back.read_bytes() == file.read_bytes()
    attributes = s3.get_object_attributes(
        Bucket=bucket, Key="large", ObjectAttributes=["ObjectParts", "Checksum"]
    )
    assert attributes["ObjectParts"]["TotalPartsCount"] == 8
    s3.delete_object(Bucket=bucket, Key="large")


def test_parts_by_hand(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", Metadata={"a": "1"})["UploadId"]
    one = pattern(5 * 1024 * 1024)
    parts = []
    for number, body in ((1, one), (2, b"end")):
        put = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": put["ETag"]})
    s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789")
    copied = s3.upload_part_copy(
        Bucket=bucket, Key="k", UploadId=upload, PartNumber=3, CopySourceRange="bytes=2-4",
        CopySource={"Bucket": bucket, "Key": "source"},
    )
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"]
    assert [(part["PartNumber"], part["Size"]) for part in listed] == [(1, len(one)), (2, 3), (3, 3)]
    uploads = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [(one["Key"], one["UploadId"]) for one in uploads] == [("k", upload)]
    three = {"PartNumber": 3, "ETag": copied["CopyPartResult"]["ETag"]}
    for wrong, code in [
        ([*parts, three], "EntityTooSmall"),
        ([parts[1], parts[0]], "InvalidPartOrder"),
        ([{"PartNumber": 9, "ETag": "x"}], "InvalidPart"),
    ]:
        with refused(code, 400):
            s3.complete_multipart_upload(
                Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": wrong}
            )
    done = s3.complete_multipart_upload(
        Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": parts}
    )
    hashes = b"".join(hashlib.md5(body).digest() for body in (one, b"end"))
    assert done["ETag"] == f'"{hashlib.md5(hashes).hexdigest()}-2"'
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == one + b"end" and got["Metadata"] == {"a": "1"}
    other = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=other)
    with refused("NoSuchUpload", 404):
        s3.upload_part(Bucket=bucket, Key="k", UploadId=other, PartNumber=1, Body=b"")


def test_objects_outlive_a_kill(own_server):
    s3 = client(own_server, "s3")
    s3.create_bucket(Bucket="cellar")
    bodies = {"small": b"small", "large": pattern(3_000_000)}
    for key, body in bodies.items():
        s3.put_object(Bucket="cellar", Key=key, Body=body)
    own_server.restart()
    s3 = client(own_server, "s3")
    for key, body in bodies.items():
        assert s3.get_object(Bucket="cellar", Key=key)["Body"].read() == body


# === who may ===


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned_urls(server, s3, bucket, version):
    """By the signature of today, and by the older one, which boto3 takes unless it is told."""
    environment = server.environment()
    signer = boto3.client(
        "s3", endpoint_url=server.aws_url, region_name="eu-west-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(signature_version=version),
    )
    where = {"Bucket": bucket, "Key": "a b/k"}
    put = signer.generate_presigned_url("put_object", where)
    # Not by urllib, which adds a type that nobody signed.
    url = urllib.parse.urlsplit(put)
    connection = http.client.HTTPConnection(url.netloc)
    connection.request("PUT", f"{url.path}?{url.query}", b"by url")
    assert connection.getresponse().status == 200
    shown = where | {"ResponseContentType": "text/y"}
    got = urllib.request.urlopen(signer.generate_presigned_url("get_object", shown))
    assert got.read() == b"by url" and got.headers["content-type"] == "text/y"
    url = signer.generate_presigned_url("get_object", where)
    for broken, code in [(url.replace("k?", "other?"), "SignatureDoesNotMatch"), (url[:url.index("?")], "AccessDenied")]:
        with pytest.raises(urllib.error.HTTPError) as info:
            urllib.request.urlopen(broken)
        assert info.value.code == 403 and f"<Code>{code}</Code>" in info.value.read().decode()


def test_policies_of_users_and_of_buckets(server, s3, bucket):
    iam = client(server, "iam")
    user = f"user-of-{bucket}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    theirs = caller(server, "s3", key)
    s3.put_object(Bucket=bucket, Key="open/k", Body=b"x")
    s3.put_object(Bucket=bucket, Key="closed", Body=b"x")
    with refused("AccessDenied", 403, "s3:GetObject"):
        theirs.get_object(Bucket=bucket, Key="open/k")
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/open/*"}
    iam.put_user_policy(UserName=user, PolicyName="p",
                        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}))
    assert theirs.get_object(Bucket=bucket, Key="open/k")["Body"].read() == b"x"
    with refused("AccessDenied", 403):
        theirs.get_object(Bucket=bucket, Key="closed")
    with refused("AccessDenied", 403, "s3:ListBucket"):
        theirs.get_object(Bucket=bucket, Key="open/none")
    arn = iam.get_user(UserName=user)["User"]["Arn"]
    by_name = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "s3:*",
               "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject",
              "Resource": f"arn:aws:s3:::{bucket}/closed"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(
        {"Version": "2012-10-17", "Statement": [by_name, denied]}))
    assert theirs.list_objects_v2(Bucket=bucket)["KeyCount"] == 2
    theirs.delete_object(Bucket=bucket, Key="open/k")
    done = theirs.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "closed"}]})
    assert done["Errors"][0]["Code"] == "AccessDenied"


def test_a_public_policy_opens_a_bucket(server, s3, bucket):
    s3.put_object(Bucket=bucket, Key="page", Body=b"hello", ContentType="text/plain")
    anyone = client(server, "s3", signed=False)
    with refused("AccessDenied", 403):
        anyone.get_object(Bucket=bucket, Key="page")
    policy = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*"}})
    with refused("AccessDenied", 403, "BlockPublicPolicy"):
        s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"]
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(policy)
    assert anyone.get_object(Bucket=bucket, Key="page")["Body"].read() == b"hello"
    for call in (lambda: anyone.put_object(Bucket=bucket, Key="page", Body=b""),
                 lambda: anyone.list_objects_v2(Bucket=bucket)):
        with refused("AccessDenied", 403):
            call()


def test_browsers_ask_first(server, s3, bucket):
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [
        {"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://page.example"], "AllowedHeaders": ["x-*"]}]})
    host = server.aws_url.removeprefix("http://")

    def preflight(origin, method, headers):
        connection = http.client.HTTPConnection(host)
        connection.request("OPTIONS", f"/{bucket}/k", headers={
            "Origin": origin, "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": headers})
        return connection.getresponse()

    allowed = preflight("https://page.example", "PUT", "X-One")
    assert allowed.status == 200
    assert allowed.headers["access-control-allow-origin"] == "https://page.example"
    for asked in [("https://other", "PUT", "x-one"), ("https://page.example", "GET", "x-one"),
                  ("https://page.example", "PUT", "y")]:
        assert preflight(*asked).status == 403


def test_a_refused_body_is_not_awaited(server, bucket):
    """Who may not put a gigabyte is told so before it is sent."""
    host, port = server.aws_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            f"PUT /{bucket}/k HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1073741824\r\n"
            "Expect: 100-continue\r\n\r\n".encode()
        )
        answer = connection.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 403 ") and "AccessDenied" in answer


def test_chunks_that_are_signed_and_their_trailers(server, s3, bucket):
    """As the SDKs for Java and Go send bodies; by botocore's own signer."""
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    import hmac

    environment = server.environment()
    secret = environment["AWS_SECRET_ACCESS_KEY"]
    credentials = Credentials(environment["AWS_ACCESS_KEY_ID"], secret)
    chunks = [pattern(70_000), b"rest", b""]
    body = b"".join(chunks)
    url = f"{server.aws_url}/{bucket}/chunked"

    def send(trailer: bool, break_it: bool):
        kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
        headers = {"X-Amz-Content-Sha256": kind, "X-Amz-Decoded-Content-Length": str(len(body)),
                   "Content-Encoding": "aws-chunked"}
        if trailer:
            headers["X-Amz-Trailer"] = "x-amz-checksum-crc32"
        request = AWSRequest("PUT", url, headers=headers)
        auth = S3SigV4Auth(credentials, "s3", "us-east-1")
        auth.payload = lambda _: kind
        auth._should_sha256_sign_payload = lambda _: True
        auth.add_auth(request)
        signature = request.headers["Authorization"].rsplit("Signature=", 1)[1]
        date = request.headers["X-Amz-Date"]
        scope = f"{date[:8]}/us-east-1/s3/aws4_request"
        key = ("AWS4" + secret).encode()
        for part in (date[:8], "us-east-1", "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        empty = hashlib.sha256(b"").hexdigest()
        wire = b""
        for chunk in chunks:
            text = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", date, scope, signature, empty,
                              hashlib.sha256(chunk).hexdigest()])
            signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
            sent = chunk if not break_it else chunk.replace(b"rest", b"rent")
            wire += f"{len(chunk):x};chunk-signature={signature}\r\n".encode() + sent
            wire += b"\r\n" if chunk or not trailer else b""
        if trailer:
            line = "x-amz-checksum-crc32:" + base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
            text = "\n".join(["AWS4-HMAC-SHA256-TRAILER", date, scope, signature,
                              hashlib.sha256(f"{line}\n".encode()).hexdigest()])
            signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
            wire += f"{line}\r\nx-amz-trailer-signature:{signature}\r\n\r\n".encode()
        connection = http.client.HTTPConnection(server.aws_url.removeprefix("http://"))
        connection.request("PUT", f"/{bucket}/chunked", wire, dict(request.headers.items()))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    for trailer in (False, True):
        assert send(trailer, False) == (200, "")
        assert s3.get_object(Bucket=bucket, Key="chunked")["Body"].read() == body
        assert "ContentEncoding" not in s3.head_object(Bucket=bucket, Key="chunked")
        status, text = send(trailer, True)
        assert status == 403 and "SignatureDoesNotMatch" in text


def test_unsigned_chunks_with_a_trailer(server, s3, bucket):
    """As boto3 sends what it cannot rewind, over TLS."""
    stream = open(os.devnull, "rb")
    s3.put_object(Bucket=bucket, Key="empty", Body=stream)
    assert s3.head_object(Bucket=bucket, Key="empty")["ContentLength"] == 0
    secure = boto3.client(
        "s3", endpoint_url=server.aws_url.replace("http://127.0.0.1", "https://localhost"),
        region_name="us-east-1", verify=str(server.ready["root_ca"]),
        aws_access_key_id=server.environment()["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=server.environment()["AWS_SECRET_ACCESS_KEY"],
    )
    body = pattern(1_000_000)
    secure.put_object(Bucket=bucket, Key="k", Body=body, ChecksumAlgorithm="CRC32C")
    got = secure.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["Body"].read() == body and got["ChecksumCRC32C"]


def test_a_bucket_in_the_host(server, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a/k", Body=b"by host")
    environment = server.environment()
    virtual = boto3.client(
        "s3", endpoint_url=server.aws_url.replace("127.0.0.1", "localhost"), region_name="us-east-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(s3={"addressing_style": "virtual"}, signature_version="s3v4"),
    )
    url = urllib.parse.urlsplit(virtual.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "a/k"}))
    assert url.hostname == f"{bucket}.localhost"
    connection = http.client.HTTPConnection("127.0.0.1", url.port)
    connection.request("GET", f"{url.path}?{url.query}", headers={"Host": url.netloc})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"by host")
