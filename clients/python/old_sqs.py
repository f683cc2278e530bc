"""SQS by boto3 of 2023, which speaks the query protocol. Runs in a Python of its own, with the server's environment."""

import os

import boto3
from botocore.exceptions import ClientError

# It does not know the variable yet.
sqs = boto3.client("sqs", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
assert sqs.meta.service_model.metadata["protocol"] == "query"


def refused(code, call, **given):
    try:
        call(**given)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


refused("AWS.SimpleQueueService.NonExistentQueue", sqs.get_queue_url, QueueName="old-jobs")
url = sqs.create_queue(QueueName="old-jobs", Attributes={"VisibilityTimeout": "30"}, tags={"a": "b"})["QueueUrl"]
assert url.endswith("/000000000000/old-jobs")
assert sqs.get_queue_url(QueueName="old-jobs")["QueueUrl"] == url
assert sqs.list_queues(QueueNamePrefix="old-")["QueueUrls"] == [url]
assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "b"}
sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0", "MessageRetentionPeriod": "600"})
attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
assert (attributes["VisibilityTimeout"], attributes["MessageRetentionPeriod"]) == ("30", "600")

# The client checks the sums of bodies and attributes itself.
given = {"kind": {"DataType": "String", "StringValue": "ü <&>"}, "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01"}}
sent = sqs.send_message(QueueUrl=url, MessageBody="one & <two>", MessageAttributes=given)
received = sqs.receive_message(
    QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"], MaxNumberOfMessages=3, WaitTimeSeconds=1
)
[message] = received["Messages"]
assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "one & <two>")
assert message["MessageAttributes"] == given
assert message["Attributes"]["ApproximateReceiveCount"] == "1"
sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=60)
sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
assert "Messages" not in sqs.receive_message(QueueUrl=url)

entries = [{"Id": str(number), "MessageBody": f"body {number}", "DelaySeconds": 0} for number in range(3)]
done = sqs.send_message_batch(QueueUrl=url, Entries=[*entries, {"Id": "late", "MessageBody": "x", "DelaySeconds": 901}])
assert [it["Id"] for it in done["Successful"]] == ["0", "1", "2"]
assert [(it["Id"], it["SenderFault"]) for it in done["Failed"]] == [("late", True)]
found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
assert sorted(it["Body"] for it in found) == ["body 0", "body 1", "body 2"]
handles = [{"Id": str(number), "ReceiptHandle": it["ReceiptHandle"]} for number, it in enumerate(found)]
hidden = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[{**it, "VisibilityTimeout": 9} for it in handles])
assert len(hidden["Successful"]) == 3 and not hidden.get("Failed")
assert len(sqs.delete_message_batch(QueueUrl=url, Entries=handles)["Successful"]) == 3

refused("ReceiptHandleIsInvalid", sqs.delete_message, QueueUrl=url, ReceiptHandle="no handle")
refused("InvalidAttributeName", sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["Colour"])
sqs.add_permission(QueueUrl=url, Label="all", AWSAccountIds=["000000000000"], Actions=["SendMessage"])
assert "Policy" in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
sqs.tag_queue(QueueUrl=url, Tags={"c": "d"})
sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"c": "d"}
sqs.purge_queue(QueueUrl=url)
sqs.delete_queue(QueueUrl=url)
refused("AWS.SimpleQueueService.NonExistentQueue", sqs.send_message, QueueUrl=url, MessageBody="x")
print("done")
