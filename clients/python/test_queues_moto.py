"""The same random calls, asked of our queues and parameters and of moto's: their answers are compared.

moto is another program that was written to behave as the services do, by other people. Where the two
differ one is wrong, and where that is moto, the call is left out here and the reason given:

- Ids, receipt handles and times are each server's own, and which messages of a standard queue come first
  is nobody's promise: messages are compared by their bodies, all that wait.
- How many of a group come together is nobody's promise either: of FIFO queues one is asked for at a time.
- moto answers a missing label as a missing parameter, and does not repeat selectors.
- moto forgets deduplication ids with their messages; so none comes twice.
- moto hides messages by its own clock; so they are hidden for good or not at all.
- moto changes a parameter's type, which Parameter Store refuses; so none is changed.
- moto fails on a name whose history or label was asked for before there was such a parameter; so there is
  one.
"""

import os
import random

import aws_client
import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

CALLS = int(os.environ.get("THINGSTEAD_CALLS", "120"))
SEEDS = range(int(os.environ.get("THINGSTEAD_SEEDS", "3")))
HIDDEN = 43_200


def same(ours, theirs, calls, answer):
    """Makes the calls on both sides; each side keeps what it has to remember of its answers."""
    sides = ({}, {})
    for number, (method, parameters) in enumerate(calls):
        found, expected = (
            answer(client, kept, method, dict(parameters))
            for client, kept in zip((ours, theirs), sides)
        )
        assert found == expected, f"call {number}: {method} {parameters}"


def outcome(call):
    try:
        return call()
    except ClientError as error:
        return error.response["Error"]["Code"]


def queue_calls(seed, is_fifo):
    chance = random.Random(seed)
    for number in range(CALLS):
        kind = chance.choices(["send", "batch", "receive", "delete", "show", "count", "tag"],
                              weights=[6, 2, 5, 5, 2, 3, 1])[0]
        group = chance.choice("ab")
        body = f"{group}{number}"
        attribute = {"n": {"DataType": "Number", "StringValue": str(number)}}
        fifo = {"MessageGroupId": group, "MessageDeduplicationId": body}
        message = {"MessageBody": body, "MessageAttributes": chance.choice([{}, attribute])}
        if kind == "send":
            yield kind, message | (fifo if is_fifo else {})
        elif kind == "batch":
            entries = [message | {"Id": str(n), "MessageBody": f"{body}-{n}"} for n in range(3)]
            ordered = [
                entry | fifo | {"MessageDeduplicationId": entry["MessageBody"]} for entry in entries
            ]
            yield kind, {"Entries": ordered if is_fifo else entries}
        elif kind == "tag":
            yield kind, {"Tags": {chance.choice("xyz"): str(number)}}
        else:
            yield kind, {}


def ask_queue(client, kept, method, parameters):
    url = kept.setdefault("url", client.list_queues()["QueueUrls"][0])
    held = kept.setdefault("held", {})
    if method == "send":
        sent = client.send_message(QueueUrl=url, **parameters)
        return sent["MD5OfMessageBody"], sent.get("MD5OfMessageAttributes")
    if method == "batch":
        sent = client.send_message_batch(QueueUrl=url, **parameters)
        return [(one["Id"], one["MD5OfMessageBody"]) for one in sent["Successful"]]
    if method == "receive":
        return receive(client, url, held)
    if method == "count":
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return found
    if method == "tag":
        client.tag_queue(QueueUrl=url, **parameters)
        return client.list_queue_tags(QueueUrl=url)["Tags"]
    if not held:
        return None
    body = min(held)
    handle = held.pop(body)
    if method == "delete":
        client.delete_message(QueueUrl=url, ReceiptHandle=handle)
    else:
        client.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    return body


def receive(client, url, held):
    """All that can be received, in an order of its own."""
    found, most = [], 1 if url.endswith(".fifo") else 10
    while True:
        page = client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=most, MessageAttributeNames=["All"],
            AttributeNames=["ApproximateReceiveCount", "MessageGroupId"],
        ).get("Messages", [])
        if not page:
            return sorted(found)
        for one in page:
            held[one["Body"]] = one["ReceiptHandle"]
            given = one["Attributes"]
            count, group = given["ApproximateReceiveCount"], given.get("MessageGroupId", "")
            attributes = one.get("MessageAttributes", {})
            found.append((one["Body"], count, group, str(sorted(attributes)), one["MD5OfBody"]))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("is_fifo", [False, True])
def test_queues_answer_as_moto_does(server, seed, is_fifo):
    ours = aws_client.client(server, "sqs")
    fifo = {"FifoQueue": "true"} if is_fifo else {}
    attributes = {"VisibilityTimeout": str(HIDDEN)} | fifo
    with mock_aws():
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        theirs = boto3.client("sqs", region_name="us-east-1", **keys)
        for client in (theirs, ours):
            name = "compared.fifo" if is_fifo else "compared"
            client.create_queue(QueueName=name, Attributes=attributes)
        try:
            same(ours, theirs, queue_calls(seed, is_fifo), ask_queue)
        finally:
            for url in ours.list_queues()["QueueUrls"]:
                ours.delete_queue(QueueUrl=url)


NAMES = ["plain", "/a/b", "/a/c", "/a/d/e", "/f"]


def parameter_calls(seed):
    chance = random.Random(seed)
    for number in range(CALLS):
        name, version = chance.choice(NAMES), chance.randint(1, 4)
        kind = chance.choices(
            ["put_parameter", "get_parameter", "get_parameters", "get_parameters_by_path",
             "get_parameter_history", "label_parameter_version", "delete_parameter"],
            weights=[8, 5, 2, 3, 3, 3, 2])[0]
        if kind == "put_parameter":
            yield kind, put(name, number, Overwrite=chance.random() < 0.8)
        elif kind == "get_parameter":
            selector = chance.choice(["", f":{version}", ":label"])
            yield kind, {"Name": name + selector, "WithDecryption": True}
        elif kind == "get_parameters":
            yield kind, {"Names": chance.sample(NAMES, 3), "WithDecryption": True}
        elif kind == "get_parameters_by_path":
            path = chance.choice(["/", "/a", "/a/d"])
            yield kind, {"Path": path, "Recursive": chance.random() < 0.5, "WithDecryption": True}
        elif kind == "label_parameter_version":
            yield "put_parameter", put(name, number, Overwrite=True)
            yield kind, {"Name": name, "Labels": ["label"], "ParameterVersion": version}
        elif kind == "get_parameter_history":
            yield "put_parameter", put(name, number, Overwrite=True)
            yield kind, {"Name": name, "WithDecryption": True}
        else:
            yield kind, {"Name": name}


def put(name, number, **more):
    kinds = ["String", "StringList", "SecureString"]
    return {"Name": name, "Value": str(number), "Type": kinds[len(name) % 3]} | more


def ask_parameters(client, _kept, method, parameters):
    found = outcome(lambda: told(getattr(client, method)(**parameters)))
    return "ParameterNotFound" if found == "ParameterVersionNotFound" else found


def told(response):
    """An answer without what is each server's own."""
    found = response.get("Parameters", [response["Parameter"]] if "Parameter" in response else [])
    kept = ("Name", "Type", "Value", "Version", "Labels")
    found = [{name: one[name] for name in kept if one.get(name)} for one in found]
    rest = {name: response.get(name) for name in ("Version", "Tier", "InvalidLabels")}
    invalid = sorted(response.get("InvalidParameters", []))
    return sorted(found, key=str), rest, invalid


@pytest.mark.parametrize("seed", SEEDS)
def test_parameters_answer_as_moto_does(server, seed):
    ours = aws_client.client(server, "ssm")
    with mock_aws():
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        theirs = boto3.client("ssm", region_name="us-east-1", **keys)
        try:
            same(ours, theirs, parameter_calls(seed), ask_parameters)
        finally:
            for name in NAMES:
                outcome(lambda name=name: ours.delete_parameter(Name=name))
