"""Who may come in by the AWS door, and what it says to those who may not."""

import json
import urllib.error
import urllib.request

from aws_client import iot, refused


def test_a_request_without_a_signature_is_refused(server):
    with refused("MissingAuthenticationTokenException", 403):
        iot(server, signed=False).list_things()


def test_a_request_with_a_wrong_secret_is_refused(server):
    with refused("InvalidSignatureException", 403):
        iot(server, secret="not the secret").list_things()


def test_an_unknown_access_key_is_refused(server):
    aws = iot(server)
    aws._request_signer._credentials.access_key = "AKIAUNKNOWN"
    with refused("UnrecognizedClientException", 403):
        aws.list_things()


def test_every_region_is_accepted_and_ours_is_in_the_answer(server, name):
    for region in ("eu-west-1", "us-west-2"):
        made = iot(server, region=region).create_thing(thingName=name)
        assert made["thingArn"].startswith("arn:aws:iot:us-east-1:")


def test_an_operation_that_is_not_served_says_where_the_others_are_listed(server):
    coverage = "docs/aws-coverage.md"
    with refused("UnknownOperationException", 404, coverage):
        iot(server).list_packages()
    with refused("UnknownOperationException", 404, coverage):
        iot(server, service="kinesis").list_streams()


def test_a_stranger_who_knows_no_protocol_gets_an_answer(server):
    for body in (b"", b"\xff" * 100, json.dumps({"a": 1}).encode()):
        # Without this, Python says that it sends a form, and the answer is XML.
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(server.aws_url + "/things", body, headers, method="POST")
        try:
            urllib.request.urlopen(request)
            raise AssertionError("let in")
        except urllib.error.HTTPError as error:
            assert error.code == 403
            assert "message" in json.loads(error.read())


def test_what_was_made_is_there_after_a_kill(own_server):
    aws = iot(own_server)
    for number in range(20):
        aws.create_thing(thingName=f"thing-{number}")
    certificate = aws.create_keys_and_certificate(setAsActive=True)["certificateId"]
    own_server.restart()
    aws = iot(own_server)
    assert len(aws.list_things()["things"]) == 20
    assert aws.describe_certificate(certificateId=certificate)
