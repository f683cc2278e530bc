"""Queues, as boto3 and the aws CLI use them."""

import json
import os
import subprocess
import threading
from pathlib import Path

import aws_client
import boto3
import pytest
from aws_client import refused


@pytest.fixture(scope="module")
def sqs(server):
    return aws_client.client(server, "sqs")


@pytest.fixture
def queue(sqs, name):
    return sqs.create_queue(QueueName=name)["QueueUrl"]


@pytest.fixture
def fifo(sqs, name):
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    return sqs.create_queue(QueueName=f"{name}.fifo", Attributes=attributes)["QueueUrl"]


def arn(sqs, url):
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return asked["Attributes"]["QueueArn"]


def receive(sqs, url, **more):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **more).get("Messages", [])


# === queues ===


def test_a_queue_is_made_found_changed_and_deleted(server, sqs, name):
    made = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "7"}, tags={"a": "b"})
    url = made["QueueUrl"]
    assert url == f"{server.aws_url}/000000000000/{name}"
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == url
    assert sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "7"})["QueueUrl"] == url
    with refused("QueueAlreadyExists", 400, "attribute VisibilityTimeout"):
        sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "8"})
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "7"
    assert attributes["QueueArn"] == f"arn:aws:sqs:us-east-1:000000000000:{name}"
    assert attributes["ApproximateNumberOfMessages"] == "0"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "3"})
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds", "Policy"])
    assert asked["Attributes"] == {"DelaySeconds": "3"}
    sqs.tag_queue(QueueUrl=url, Tags={"c": "d"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"c": "d"}
    assert url in sqs.list_queues(QueueNamePrefix=name)["QueueUrls"]
    sqs.delete_queue(QueueUrl=url)
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix=name)
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as raised:
        sqs.get_queue_url(QueueName=name)
    assert raised.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_queues_are_listed_in_pages(sqs, name):
    made = {sqs.create_queue(QueueName=f"{name}-{number}")["QueueUrl"] for number in range(5)}
    pages = sqs.get_paginator("list_queues").paginate(
        QueueNamePrefix=name, PaginationConfig={"PageSize": 2}
    )
    seen = [page["QueueUrls"] for page in pages]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert {url for page in seen for url in page} == made


@pytest.mark.parametrize(
    "code, attributes",
    [
        ("InvalidAttributeName", {"Depth": "1"}),
        ("InvalidAttributeName", {"ContentBasedDeduplication": "true"}),
        ("InvalidAttributeValue", {"DelaySeconds": "901"}),
        ("InvalidAttributeValue", {"FifoQueue": "true"}),
        ("InvalidAttributeValue", {"RedrivePolicy": '{"maxReceiveCount": 1}'}),
        (
            "InvalidAttributeValue",
            {"RedrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:none", '
                              '"maxReceiveCount": 1}'},
        ),
    ],
)
def test_attributes_that_do_not_fit_are_refused(sqs, name, code, attributes):
    with refused(code, 400, next(iter(attributes))):
        sqs.create_queue(QueueName=name, Attributes=attributes)


def test_names_that_do_not_fit_are_refused(sqs):
    for name in ("a b", "a" * 81, "a.b"):
        with refused("InvalidParameterValue", 400, "1 to 80 in length"):
            sqs.create_queue(QueueName=name)


# === messages ===


def test_a_message_is_received_hidden_shown_and_deleted(sqs, queue):
    attributes = {
        "colour": {"DataType": "String", "StringValue": "blue"},
        "level": {"DataType": "Number.int", "StringValue": "7"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-a"}}
    sent = sqs.send_message(
        QueueUrl=queue,
        MessageBody="hällo",
        MessageAttributes=attributes,
        MessageSystemAttributes=trace,
    )
    (got,) = receive(
        sqs, queue, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    )
    assert (got["MessageId"], got["Body"]) == (sent["MessageId"], "hällo")
    assert got["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert got["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert got["MessageAttributes"] == attributes
    assert got["Attributes"]["ApproximateReceiveCount"] == "1"
    assert got["Attributes"]["AWSTraceHeader"] == "Root=1-a"
    assert receive(sqs, queue) == []
    sqs.change_message_visibility(
        QueueUrl=queue, ReceiptHandle=got["ReceiptHandle"], VisibilityTimeout=0
    )
    (again,) = receive(sqs, queue, AttributeNames=["ApproximateReceiveCount"],
                       MessageAttributeNames=["col.*"])
    assert again["Attributes"] == {"ApproximateReceiveCount": "2"}
    assert set(again["MessageAttributes"]) == {"colour"}
    with refused("AWS.SimpleQueueService.MessageNotInflight", 400):
        sqs.change_message_visibility(
            QueueUrl=queue, ReceiptHandle=got["ReceiptHandle"], VisibilityTimeout=9
        )
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=again["ReceiptHandle"])
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=again["ReceiptHandle"])
    counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_who_waits_gets_what_is_sent_meanwhile(sqs, server, queue):
    waiting = aws_client.client(server, "sqs")
    got = []
    thread = threading.Thread(target=lambda: got.extend(receive(waiting, queue, WaitTimeSeconds=15)))
    thread.start()
    sqs.send_message(QueueUrl=queue, MessageBody="at last")
    thread.join()
    assert [message["Body"] for message in got] == ["at last"]


def test_batches_tell_of_each_entry(sqs, queue):
    entries = [{"Id": f"n{number}", "MessageBody": str(number)} for number in range(9)]
    entries.append({"Id": "bad", "MessageBody": "\x00"})
    sent = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    assert len(sent["Successful"]) == 9
    (failed,) = sent["Failed"]
    assert (failed["Id"], failed["Code"], failed["SenderFault"]) == (
        "bad", "InvalidMessageContents", True,
    )
    got = receive(sqs, queue)
    assert [message["Body"] for message in got] == [str(number) for number in range(9)]
    changes = [
        {"Id": str(at), "ReceiptHandle": one["ReceiptHandle"], "VisibilityTimeout": 60}
        for at, one in enumerate(got)
    ]
    changed = sqs.change_message_visibility_batch(QueueUrl=queue, Entries=changes)
    assert len(changed["Successful"]) == 9
    deletions = [{"Id": str(at), "ReceiptHandle": one["ReceiptHandle"]} for at, one in enumerate(got)]
    deletions.append({"Id": "bad", "ReceiptHandle": "none"})
    done = sqs.delete_message_batch(QueueUrl=queue, Entries=deletions)
    assert len(done["Successful"]) == 9
    assert done["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"


@pytest.mark.parametrize(
    "code, entries",
    [
        ("AWS.SimpleQueueService.EmptyBatchRequest", []),
        ("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", [str(at) for at in range(11)]),
        ("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", ["a", "a"]),
        ("AWS.SimpleQueueService.InvalidBatchEntryId", ["a b"]),
    ],
)
def test_batches_that_cannot_be_told_apart_are_refused(server, queue, code, entries):
    client = aws_client.client(server, "sqs", validate=False)
    with refused(code, 400):
        client.send_message_batch(
            QueueUrl=queue, Entries=[{"Id": id, "MessageBody": "m"} for id in entries]
        )


def test_what_no_queue_takes_is_refused(sqs, queue):
    send = {"QueueUrl": queue, "MessageBody": "m"}
    for code, text, more in [
        ("InvalidParameterValue", "DelaySeconds", {"DelaySeconds": 901}),
        ("InvalidParameterValue", "MessageDeduplicationId", {"MessageDeduplicationId": "d"}),
        ("MissingParameter", "MessageBody", {"MessageBody": ""}),
        ("InvalidParameterValue", "must be shorter than", {"MessageBody": "x" * 1_048_577}),
        ("InvalidParameterValue", "'n'", {
            "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "x"}},
        }),
    ]:
        with refused(code, 400, text):
            sqs.send_message(**{**send, **more})
    with refused("ReceiptHandleIsInvalid", 400, 'The input receipt handle "none" is not'):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle="none")
    with refused("InvalidParameterValue", 400, "MaxNumberOfMessages"):
        sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=11)
    with refused("AWS.SimpleQueueService.NonExistentQueue", 400):
        sqs.send_message(QueueUrl=f"{queue}-not", MessageBody="m")
    with refused("InvalidAddress", 400):
        sqs.send_message(QueueUrl=queue.replace("000000000000", "1"), MessageBody="m")


def test_a_group_keeps_its_order(sqs, fifo):
    for body, group in [("1", "g"), ("2", "g"), ("1", "h"), ("2", "g")]:
        sqs.send_message(QueueUrl=fifo, MessageBody=f"{group}{body}", MessageGroupId=group)
    first = sqs.receive_message(QueueUrl=fifo, MessageSystemAttributeNames=["All"])["Messages"]
    assert [message["Body"] for message in first] == ["g1"]
    assert first[0]["Attributes"]["MessageGroupId"] == "g"
    assert int(first[0]["Attributes"]["SequenceNumber"]) > 0
    assert [message["Body"] for message in receive(sqs, fifo)] == ["h1"]
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=first[0]["ReceiptHandle"])
    assert [message["Body"] for message in receive(sqs, fifo)] == ["g2"]
    with refused("MissingParameter", 400, "MessageGroupId"):
        sqs.send_message(QueueUrl=fifo, MessageBody="m")


def test_dead_letters_go_and_come_back(sqs, name, queue):
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    policy = {"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": 1}
    sqs.set_queue_attributes(
        QueueUrl=queue,
        Attributes={"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "0"},
    )
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [queue]
    sqs.send_message(QueueUrl=queue, MessageBody="m")
    assert len(receive(sqs, queue)) == 1
    assert receive(sqs, queue) == []
    (letter,) = receive(sqs, dead, MessageSystemAttributeNames=["DeadLetterQueueSourceArn"],
                        VisibilityTimeout=0)
    assert letter["Attributes"]["DeadLetterQueueSourceArn"] == arn(sqs, queue)
    started = sqs.start_message_move_task(SourceArn=arn(sqs, dead))
    assert started["TaskHandle"]
    (back,) = receive(sqs, queue, WaitTimeSeconds=15)
    assert back["Body"] == "m"
    (task,) = sqs.list_message_move_tasks(SourceArn=arn(sqs, dead))["Results"]
    assert task["ApproximateNumberOfMessagesMoved"] == 1
    with refused("ResourceNotFoundException", 400):
        sqs.list_message_move_tasks(SourceArn="arn:aws:sqs:us-east-1:000000000000:none")


def test_a_queue_is_emptied(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="m")
    sqs.purge_queue(QueueUrl=queue)
    assert receive(sqs, queue) == []


def test_the_resource_and_another_region_do(server, sqs, queue):
    environment = server.environment()
    resource = boto3.resource(
        "sqs",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name="eu-west-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    ).Queue(queue)
    resource.send_messages(Entries=[{"Id": "a", "MessageBody": "m"}])
    (message,) = resource.receive_messages()
    message.delete()
    assert resource.attributes["ApproximateNumberOfMessages"] == "0"


def test_what_was_sent_and_received_outlives_a_kill(own_server):
    sqs = aws_client.client(own_server, "sqs")
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    for number in range(5):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))
    (hidden,) = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=600)["Messages"]
    (gone,) = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=600)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=gone["ReceiptHandle"])
    own_server.kill()
    own_server.start()
    sqs = aws_client.client(own_server, "sqs")
    queue = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    assert [message["Body"] for message in receive(sqs, queue)] == ["2", "3", "4"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=hidden["ReceiptHandle"])
    counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "3"



# === policies ===


@pytest.fixture
def somebody(server, name):
    """A user: its client of SQS, its ARN, and what gives it a policy of its own."""
    iam = aws_client.client(server, "iam")
    user = iam.create_user(UserName=name)["User"]["Arn"]
    key = iam.create_access_key(UserName=name)["AccessKey"]

    def permit(effect, action):
        statement = {"Effect": effect, "Action": action, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName=effect, PolicyDocument=document)

    return aws_client.caller(server, "sqs", key), user, permit


def set_policy(sqs, queue, effect, principal, action):
    statement = {
        "Effect": effect, "Principal": {"AWS": principal}, "Action": action, "Resource": arn(sqs, queue),
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": document})


def test_a_queue_lets_in_whom_it_names(sqs, queue, somebody):
    theirs, user, _ = somebody
    with refused("AccessDeniedException", 400):
        theirs.send_message(QueueUrl=queue, MessageBody="x")
    set_policy(sqs, queue, "Allow", user, "sqs:SendMessage")
    theirs.send_message(QueueUrl=queue, MessageBody="x")
    with refused("AccessDeniedException", 400):
        theirs.receive_message(QueueUrl=queue)


def test_what_a_queue_denies_nobody_else_allows(sqs, queue, somebody):
    theirs, user, permit = somebody
    permit("Allow", "sqs:*")
    theirs.send_message(QueueUrl=queue, MessageBody="x")
    set_policy(sqs, queue, "Deny", user, "sqs:SendMessage")
    with refused("AccessDeniedException", 400):
        theirs.send_message(QueueUrl=queue, MessageBody="x")
    assert [message["Body"] for message in receive(theirs, queue)] == ["x"]


def test_permissions_are_statements_of_the_policy(sqs, queue):
    sqs.add_permission(
        QueueUrl=queue, Label="others", AWSAccountIds=["111111111111"], Actions=["SendMessage"]
    )
    asked = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])
    (statement,) = json.loads(asked["Attributes"]["Policy"])["Statement"]
    assert (statement["Sid"], statement["Action"]) == ("others", ["SQS:SendMessage"])
    with refused("InvalidParameterValue", 400):
        sqs.add_permission(
            QueueUrl=queue, Label="others", AWSAccountIds=["111111111111"], Actions=["*"]
        )
    sqs.remove_permission(QueueUrl=queue, Label="others")
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])
    with refused("InvalidParameterValue", 400):
        sqs.remove_permission(QueueUrl=queue, Label="others")
    with refused("InvalidAttributeValue", 400):
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": '{"Statement": 1}'})


def test_a_receive_that_is_asked_for_again_hands_out_the_same(sqs, fifo):
    for body in ("one", "two"):
        sqs.send_message(QueueUrl=fifo, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body)
    again = {"QueueUrl": fifo, "MaxNumberOfMessages": 2, "ReceiveRequestAttemptId": "first"}
    first = sqs.receive_message(**again)["Messages"]
    assert [it["Body"] for it in first] == ["one", "two"]
    assert sqs.receive_message(**again)["Messages"] == first
    assert "Messages" not in sqs.receive_message(QueueUrl=fifo)
    for it in first:
        sqs.delete_message(QueueUrl=fifo, ReceiptHandle=it["ReceiptHandle"])
    assert "Messages" not in sqs.receive_message(**again)


def test_attempts_are_for_queues_that_keep_order(sqs, queue):
    with refused("InvalidParameterValue", 400, "ReceiveRequestAttemptId"):
        sqs.receive_message(QueueUrl=queue, ReceiveRequestAttemptId="first")


def test_an_sdk_of_before_speaks_forms(server):
    python = Path("target/clients/old/bin/python").absolute()
    environment = {**os.environ, **server.environment()}
    done = subprocess.run([python, "clients/python/old_sqs.py"], env=environment, capture_output=True, text=True)
    assert done.stdout == "done\n", done.stderr
