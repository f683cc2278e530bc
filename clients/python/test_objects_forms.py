"""Objects that browsers put with forms, which boto3 signs: generate_presigned_post as it is."""

import base64
import hashlib
import json
import urllib.parse
import xml.etree.ElementTree as ElementTree

import aws_client
import boto3
import pytest
import urllib3
from botocore.config import Config
from test_notifications import clients, listens, put, queue, received, records

HTTP = urllib3.PoolManager()


@pytest.fixture(scope="module")
def s3(server):
    return aws_client.client(server, "s3")


@pytest.fixture(scope="module", params=["s3v4", "s3", None])
def signer(server, request):
    """Signs by version 4, by the one before, and as boto3 chooses if nobody says."""
    environment = server.environment()
    more = {"config": Config(signature_version=request.param)} if request.param else {}
    return boto3.client(
        "s3",
        endpoint_url=server.aws_url,
        region_name="us-east-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        **more,
    )


@pytest.fixture(scope="module")
def bucket(s3):
    s3.create_bucket(Bucket="forms")
    return "forms"


def post(form, body, *, name="photo.png", fields=None, behind=()):
    """Sends a form as a browser does: its fields, then the file, then what is left."""
    parts = [*(form["fields"] if fields is None else fields).items(), ("file", (name, body)), *behind]
    data, kind = urllib3.encode_multipart_formdata(parts)
    headers = {"Content-Type": kind, "Origin": "https://shop.example"}
    return HTTP.request("POST", form["url"], body=data, headers=headers, redirect=False)


def error(answer):
    found = ElementTree.fromstring(answer.data)
    return answer.status, found.findtext("Code"), found.findtext("Message")


@pytest.mark.parametrize("size", [0, 5, 300_000])
def test_a_form_puts_an_object(s3, signer, bucket, size):
    form = signer.generate_presigned_post(
        bucket,
        "in/${filename}",
        Fields={"Content-Type": "image/png", "x-amz-meta-by": "me"},
        Conditions=[{"Content-Type": "image/png"}, {"x-amz-meta-by": "me"}, ["content-length-range", 0, 300_000]],
    )
    body = bytes(number * 7 % 251 for number in range(size)) + b"\r\n--"[: min(size, 4)]
    body = body[:size]
    answer = post(form, body, behind=[("submit", "Upload")])
    assert answer.status == 204, answer.data
    etag = f'"{hashlib.md5(body).hexdigest()}"'
    assert answer.headers["ETag"] == etag
    assert answer.headers["Location"].endswith("/forms/in/photo.png")
    found = s3.get_object(Bucket=bucket, Key="in/photo.png")
    assert (found["Body"].read(), found["ContentType"], found["Metadata"]) == (body, "image/png", {"by": "me"})
    assert found["ETag"] == etag


def test_the_form_says_how_it_is_answered(s3, signer, bucket):
    def form(**fields):
        conditions = [{name: value} for name, value in fields.items()]
        return signer.generate_presigned_post(bucket, "a b", Fields=fields, Conditions=conditions)

    assert post(form(success_action_status="200"), b"1").status == 200
    assert post(form(success_action_status="418"), b"1").status == 204
    made = post(form(success_action_status="201"), b"1")
    told = ElementTree.fromstring(made.data)
    assert (made.status, told.tag, told.findtext("Bucket"), told.findtext("Key")) == (201, "PostResponse", bucket, "a b")
    assert told.findtext("ETag") == made.headers["ETag"]
    assert told.findtext("Location").endswith("/forms/a%20b")
    sent = post(form(success_action_redirect="https://shop.example/done?x=1"), b"1")
    where = urllib.parse.urlsplit(sent.headers["Location"])
    assert (sent.status, where.netloc, where.path) == (303, "shop.example", "/done")
    etag = made.headers["ETag"]
    assert dict(urllib.parse.parse_qsl(where.query)) == {"x": "1", "bucket": bucket, "key": "a b", "etag": etag}


def test_what_the_policy_does_not_allow_is_refused(signer, bucket):
    conditions = [["starts-with", "$key", "in/"], ["content-length-range", 2, 4]]
    form = signer.generate_presigned_post(bucket, "in/a", Conditions=conditions)
    fields = form["fields"]
    bad = {name: "0" + value[1:] if "ignature" in name else value for name, value in fields.items()}
    if bad == fields:
        bad = {name: "1" + value[1:] if "ignature" in name else value for name, value in fields.items()}
    failed = "Invalid according to Policy: "
    for answer, status, code, message in [
        (post(form, b"1"), 400, "EntityTooSmall", "Your proposed upload is smaller"),
        (post(form, b"12345"), 400, "EntityTooLarge", "Your proposed upload exceeds"),
        (post(form, b"x" * 5_000_000), 400, "EntityTooLarge", "Your proposed upload exceeds"),
        (post(form, b"123", fields={**fields, "key": "out/a"}), 403, "AccessDenied", failed + "Policy Condition failed"),
        (post(form, b"123", fields={**fields, "acl": "private"}), 403, "AccessDenied", failed + "Extra input fields: acl"),
        (post(form, b"123", fields=bad), 403, "SignatureDoesNotMatch", "The request signature we calculated"),
        (post(form, b"123", fields={"policy": fields["policy"], **{"key": "in/a"}}), 400, "InvalidArgument", "Bucket POST must contain a field named"),
        (post(form, b"123", fields={}), 400, "InvalidArgument", "Bucket POST must contain a field named 'key'"),
        (post(form, b"123", fields={"key": "in/a"}), 403, "AccessDenied", "Access Denied"),
        (post(form, b"123", fields={"a": "x" * 30_000}), 400, "MaxPostPreDataLengthExceededError", "Your POST request fields"),
    ]:
        assert answer.status == status and error(answer)[1] == code and error(answer)[2].startswith(message), answer.data
    # What was not read to its end is no place for another request, and the client is told.
    assert post(form, b"x" * 5_000_000).headers["Connection"] == "close"
    late = signer.generate_presigned_post(bucket, "in/a", ExpiresIn=-1)
    assert error(post(late, b"123")) == (403, "AccessDenied", failed + "Policy expired.")
    assert post(form, b"123").status == 204


def test_whoever_signed_must_be_allowed_to_put(server, s3, bucket):
    iam = aws_client.client(server, "iam")
    iam.create_user(UserName="poster")
    key = iam.create_access_key(UserName="poster")["AccessKey"]
    theirs = aws_client.caller(server, "s3", key)
    form = theirs.generate_presigned_post(bucket, "mine/a")
    assert error(post(form, b"1"))[:2] == (403, "AccessDenied")
    allow = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/mine/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName="poster", PolicyName="put", PolicyDocument=document)
    assert post(form, b"1").status == 204
    other = theirs.generate_presigned_post(bucket, "yours/a")
    assert error(post(other, b"1"))[:2] == (403, "AccessDenied")
    # A session's form carries its token.
    session = aws_client.caller(server, "sts", key).get_session_token()["Credentials"]
    form = aws_client.caller(server, "s3", session).generate_presigned_post(bucket, "mine/b")
    assert "x-amz-security-token" in form["fields"]
    assert post(form, b"1").status == 204


def test_everybody_may_post_to_a_bucket_that_is_open(server, s3):
    s3.create_bucket(Bucket="letterbox")
    s3.delete_public_access_block(Bucket="letterbox")
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::letterbox/in/*"}
    s3.put_bucket_policy(Bucket="letterbox", Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    form = {"url": f"{server.aws_url}/letterbox/"}
    assert post(form, b"1", fields={"key": "in/a"}).status == 204
    assert post(form, b"1", fields={"key": "out/a"}).status == 403
    tags = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"
    assert post(form, b"1", fields={"key": "in/a", "tagging": tags}).status == 403
    nowhere = {"url": f"{server.aws_url}/no-such-box"}
    assert error(post(nowhere, b"1", fields={"key": "a"}))[:2] == (404, "NoSuchBucket")


def test_checksums_and_tags_of_a_form(s3, signer, bucket):
    digest = base64.b64encode(hashlib.sha256(b"abc").digest()).decode()
    tags = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"
    fields = {"x-amz-checksum-sha256": digest, "tagging": tags}
    conditions = [{name: value} for name, value in fields.items()]
    form = signer.generate_presigned_post(bucket, "sum", Fields=fields, Conditions=conditions)
    assert error(post(form, b"abd"))[:2] == (400, "BadDigest")
    assert post(form, b"abc").status == 204
    assert s3.head_object(Bucket=bucket, Key="sum", ChecksumMode="ENABLED")["ChecksumSHA256"] == digest
    assert s3.get_object_tagging(Bucket=bucket, Key="sum")["TagSet"] == [{"Key": "k", "Value": "v"}]


def test_a_form_is_told_of_as_such(server, signer, s3, name):
    aws = clients(server)
    bucket = name.replace("_", "-")
    s3.create_bucket(Bucket=bucket)
    url, arn = queue(aws, name, bucket)
    put(aws, bucket, listens(arn, "s3:ObjectCreated:Post"))
    received(aws, url)
    assert post(signer.generate_presigned_post(bucket, "a"), b"1").status == 204
    assert records(aws, url, 1)[0]["eventName"] == "ObjectCreated:Post"
