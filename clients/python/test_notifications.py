"""What buckets tell: S3's notifications to functions, queues and EventBridge, as boto3 sets them."""

import json
import re
import time

import aws_client
import pytest
from aws_client import refused
from function_code import archive, role

ACCOUNT = "000000000000"
# Writes what it is told of into its log, a line for each record.
LISTENER = """
import json
def handler(event, context):
    for record in event["Records"]:
        print("HEARD", json.dumps(record))
"""


@pytest.fixture
def aws(server):
    return clients(server)


def clients(server):
    names = ("s3", "sqs", "lambda", "iam", "logs", "events", "cloudformation")
    return {name: aws_client.client(server, name) for name in names}


@pytest.fixture
def bucket(aws, name):
    bucket = re.sub("[^a-z0-9-]", "-", name.lower())[-40:].strip("-")
    aws["s3"].create_bucket(Bucket=bucket)
    return bucket


def queue(aws, name, bucket=None, service="s3.amazonaws.com"):
    """A queue that a bucket may tell, if one is named; its URL and ARN."""
    url = aws["sqs"].create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
    if bucket:
        allow = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {
                "ArnLike": {"aws:SourceArn": f"arn:aws:s3:*:*:{bucket}"},
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
            },
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        aws["sqs"].set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def received(aws, url):
    """The next message."""
    found = aws["sqs"].receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"][0]
    aws["sqs"].delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])
    return json.loads(found["Body"])


def records(aws, url, count):
    """So many records, by their sequencers: a standard queue keeps the order mostly."""
    found = [record for _ in range(count) for record in received(aws, url)["Records"]]
    assert len(found) == count
    return sorted(found, key=lambda it: it["s3"]["object"].get("sequencer", ""))


def is_empty(aws, url):
    return "Messages" not in aws["sqs"].receive_message(QueueUrl=url, WaitTimeSeconds=1)


def listens(arn, *events, id="listener", kind="Queue", **filters):
    rules = [{"Name": name, "Value": value} for name, value in filters.items()]
    found = {"Id": id, f"{kind}Arn": arn, "Events": list(events)}
    return {**found, "Filter": {"Key": {"FilterRules": rules}}} if rules else found


def put(aws, bucket, *queues, functions=(), **more):
    config = {"QueueConfigurations": list(queues), "LambdaFunctionConfigurations": list(functions), **more}
    config = {name: value for name, value in config.items() if value or value == {}}
    aws["s3"].put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=config)
    return config


def configured(aws, bucket):
    found = aws["s3"].get_bucket_notification_configuration(Bucket=bucket)
    found.pop("ResponseMetadata")
    return found


def test_a_queue_is_told_of_what_it_wants_to_hear(aws, bucket, name):
    s3 = aws["s3"]
    url, arn = queue(aws, name, bucket)
    config = put(
        aws,
        bucket,
        listens(arn, "s3:ObjectCreated:*", "s3:ObjectRemoved:*", id="inbox", Prefix="in/", Suffix=".json"),
    )
    assert configured(aws, bucket) == config
    test = received(aws, url)
    assert (test["Service"], test["Event"], test["Bucket"]) == ("Amazon S3", "s3:TestEvent", bucket)
    assert set(test) == {"Service", "Event", "Time", "Bucket", "RequestId", "HostId"}

    key = "in/a b+ü(1).json"
    made = s3.put_object(Bucket=bucket, Key=key, Body=b"data")
    s3.put_object(Bucket=bucket, Key="in/a.txt", Body=b"data")
    s3.put_object(Bucket=bucket, Key="out/a.json", Body=b"data")
    s3.copy_object(Bucket=bucket, Key="in/copy.json", CopySource={"Bucket": bucket, "Key": "in/a.txt"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="in/parts.json")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="in/parts.json", UploadId=upload, PartNumber=1, Body=b"x" * 9)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    done = s3.complete_multipart_upload(
        Bucket=bucket, Key="in/parts.json", UploadId=upload, MultipartUpload=parts
    )
    s3.delete_object(Bucket=bucket, Key=key)
    s3.delete_object(Bucket=bucket, Key="in/nothing.json")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "in/copy.json"}, {"Key": "out/a.json"}]})

    found = records(aws, url, 5)
    assert [it["eventName"] for it in found] == [
        "ObjectCreated:Put",
        "ObjectCreated:Copy",
        "ObjectCreated:CompleteMultipartUpload",
        "ObjectRemoved:Delete",
        "ObjectRemoved:Delete",
    ]
    first, parts = found[0], found[2]["s3"]["object"]
    assert is_empty(aws, url)
    user = first["userIdentity"]["principalId"]
    assert user.startswith("AWS:")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.pop("eventTime"))
    sequencer = first["s3"]["object"].pop("sequencer")
    assert re.fullmatch("[0-9A-F]{16,}", sequencer)
    owner = first["s3"]["bucket"].pop("ownerIdentity")["principalId"]
    assert owner == s3.list_buckets()["Owner"]["ID"]
    request = made["ResponseMetadata"]["HTTPHeaders"]
    assert first == {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": user},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {name: request[name] for name in ("x-amz-request-id", "x-amz-id-2")},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "inbox",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": "in/a+b%2B%C3%BC%281%29.json", "size": 4, "eTag": made["ETag"].strip('"')},
        },
    }
    assert (parts["size"], parts["eTag"]) == (9, done["ETag"].strip('"'))
    assert set(found[3]["s3"]["object"]) == {"key", "sequencer"}

    put(aws, bucket)
    assert configured(aws, bucket) == {}
    s3.put_object(Bucket=bucket, Key=key, Body=b"data")
    assert is_empty(aws, url)


def test_versions_markers_and_tags_are_told(aws, bucket, name):
    s3 = aws["s3"]
    url, arn = queue(aws, name, bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    put(aws, bucket, listens(arn, "s3:ObjectCreated:Put", "s3:ObjectRemoved:*", "s3:ObjectTagging:*"))
    received(aws, url)
    version = s3.put_object(Bucket=bucket, Key="a", Body=b"1")["VersionId"]
    s3.put_object_tagging(Bucket=bucket, Key="a", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    s3.delete_object_tagging(Bucket=bucket, Key="a")
    marker = s3.delete_object(Bucket=bucket, Key="a")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="a", VersionId=version)
    found = {it["eventName"]: (it["eventVersion"], it["s3"]["object"]) for it in records(aws, url, 5)}
    etag = "c4ca4238a0b923820dcc509a6f75849b"
    for kind in ("Put", "Delete"):
        told = found[f"ObjectTagging:{kind}"]
        assert told == ("2.3", {"key": "a", "eTag": etag, "versionId": version})
    assert found["ObjectCreated:Put"][1]["versionId"] == version
    assert found["ObjectRemoved:Delete"][1]["versionId"] == version
    marked = found["ObjectRemoved:DeleteMarkerCreated"][1]
    assert (marked["versionId"], marked["eTag"]) == (marker, "d41d8cd98f00b204e9800998ecf8427e")


def function(aws, name):
    made = aws["lambda"].create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="app.handler",
        Role=role(aws["iam"]),
        Code={"ZipFile": archive({"app.py": LISTENER})},
    )
    aws["lambda"].get_waiter("function_active_v2").wait(FunctionName=name)
    return made["FunctionArn"]


def heard(aws, name, count, until):
    """Records in the log of a function, when there are so many."""
    while True:
        try:
            events = aws["logs"].filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="HEARD")["events"]
        except aws["logs"].exceptions.ResourceNotFoundException:
            events = []
        found = [json.loads(it["message"].split("HEARD ")[1]) for it in events]
        if len(found) >= count:
            return found
        until()


class Patience:
    """Asks again for a while, and not for ever."""

    def __init__(self, seconds=30):
        self.end = time.monotonic() + seconds

    def __call__(self):
        assert time.monotonic() < self.end, "it did not come"
        time.sleep(0.1)


def test_a_function_is_called_if_it_lets_s3_do_so(aws, bucket, name):
    arn = function(aws, name)
    config = listens(arn, "s3:ObjectCreated:*", kind="LambdaFunction", id="f")
    with refused("InvalidArgument", 400, "Unable to validate the following destination") as info:
        put(aws, bucket, functions=[config])
    assert info.value.response["Error"]["ArgumentName1"] == arn
    assert "Not authorized to invoke function" in info.value.response["Error"]["ArgumentValue1"]
    permit = {
        "FunctionName": name,
        "StatementId": "s3",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "SourceAccount": ACCOUNT,
    }
    aws["lambda"].add_permission(**permit, SourceArn="arn:aws:s3:::another")
    with refused("InvalidArgument", 400, "Unable to validate"):
        put(aws, bucket, functions=[config])
    aws["lambda"].remove_permission(FunctionName=name, StatementId="s3")
    aws["lambda"].add_permission(**permit, SourceArn=f"arn:aws:s3:::{bucket}")
    assert configured(aws, bucket) == {}
    assert put(aws, bucket, functions=[config]) == configured(aws, bucket)
    aws["s3"].put_object(Bucket=bucket, Key="x", Body=b"123")
    found = heard(aws, name, 1, Patience())
    assert [(it["eventName"], it["s3"]["object"]["key"]) for it in found] == [("ObjectCreated:Put", "x")]


def test_the_default_bus_is_told_of_everything(aws, bucket, name):
    s3, events = aws["s3"], aws["events"]
    url, arn = queue(aws, name, bucket, "events.amazonaws.com")
    aws["sqs"].set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [{
        "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
    }]})})
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    config = put(aws, bucket, EventBridgeConfiguration={})
    assert configured(aws, bucket) == config == {"EventBridgeConfiguration": {}}
    etag = s3.put_object(Bucket=bucket, Key="a b", Body=b"123")["ETag"].strip('"')
    made = received(aws, url)
    assert (made["source"], made["detail-type"]) == ("aws.s3", "Object Created")
    assert made["resources"] == [f"arn:aws:s3:::{bucket}"]
    detail = made["detail"]
    assert (detail["version"], detail["reason"], detail["requester"]) == ("0", "PutObject", ACCOUNT)
    assert (detail["source-ip-address"], detail["bucket"]) == ("127.0.0.1", {"name": bucket})
    detail["object"].pop("sequencer")
    assert detail["object"] == {"key": "a b", "size": 3, "etag": etag}
    s3.delete_object(Bucket=bucket, Key="a b")
    gone = received(aws, url)
    assert gone["detail-type"] == "Object Deleted"
    assert (gone["detail"]["reason"], gone["detail"]["deletion-type"]) == ("DeleteObject", "Permanently Deleted")


def test_what_cannot_be_told_is_refused(aws, bucket, name):
    _, arn = queue(aws, name, bucket)
    _, closed = queue(aws, f"{name}-closed")
    fifo = aws["sqs"].create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    created = "s3:ObjectCreated:*"
    overlap = "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type."
    shared = "Configurations overlap. Configurations on the same bucket cannot share a common event type."
    for queues, code, status, message in [
        ([listens(arn, created, id="a"), listens(arn, "s3:ObjectCreated:Put", id="b")], "InvalidArgument", 400, shared),
        ([listens(arn, created, id="a", prefix="a"), listens(arn, created, id="b", prefix="ab")], "InvalidArgument", 400, overlap),
        ([listens(arn, created, id="a", prefix="a"), listens(arn, created, id="a", prefix="b")], "InvalidArgument", 400, "Same ID"),
        ([listens("arn:nothing", created)], "InvalidArgument", 400, "The ARN is not well formed"),
        ([listens(arn, "s3:ObjectAcl:Put")], "NotImplemented", 501, "s3:ObjectAcl:Put"),
        ([listens(closed, created)], "InvalidArgument", 400, "Unable to validate the following destination configurations"),
        ([listens(arn + "-gone", created)], "InvalidArgument", 400, "Unable to validate the following destination configurations"),
        ([listens(f"arn:aws:sqs:us-east-1:{ACCOUNT}:{fifo.rsplit('/')[-1]}", created)], "InvalidArgument", 400, "Unable to validate"),
    ]:
        with refused(code, status, message):
            put(aws, bucket, *queues)
    topic = {"Id": "t", "TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:t", "Events": [created]}
    with refused("NotImplemented", 501, "TopicConfiguration"):
        put(aws, bucket, TopicConfigurations=[topic])
    assert configured(aws, bucket) == {}
    # Who says so is not asked whether it works.
    skipped = {"QueueConfigurations": [listens(closed, created)]}
    aws["s3"].put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=skipped, SkipDestinationValidation=True
    )
    assert configured(aws, bucket) == skipped


def test_nothing_is_left_untold_by_a_kill(own_server):
    aws = clients(own_server)
    s3 = aws["s3"]
    s3.create_bucket(Bucket="cellar")
    url, arn = queue(aws, "told", "cellar")
    put(aws, "cellar", listens(arn, "s3:ObjectCreated:*"))
    received(aws, url)
    wanted, told = set(), set()
    for turn in range(3):
        for number in range(40):
            key = f"{turn}/{number}"
            s3.put_object(Bucket="cellar", Key=key, Body=b"x")
            wanted.add(key)
        # What was acknowledged is told, though nobody had the time to tell it.
        own_server.restart()
        aws = clients(own_server)
        s3 = aws["s3"]
    patience = Patience(60)
    while told != wanted:
        messages = aws["sqs"].receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in messages.get("Messages", []):
            told |= {it["s3"]["object"]["key"] for it in json.loads(message["Body"])["Records"]}
        patience()


STACK = """
Resources:
  Told:
    Type: AWS::SQS::Queue
  Leave:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Told]
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: 'sqs:SendMessage', Resource: !GetAtt Told.Arn}]
  Cellar:
    Type: AWS::S3::Bucket
    DependsOn: Leave
    Properties:
      NotificationConfiguration:
        QueueConfigurations:
          - Event: s3:ObjectCreated:*
            Queue: !GetAtt Told.Arn
            Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}
        EventBridgeConfiguration: {EventBridgeEnabled: true}
Outputs:
  Cellar: {Value: !Ref Cellar}
  Told: {Value: !Ref Told}
  Arn: {Value: !GetAtt Told.Arn}
"""


def test_stacks_make_buckets_that_tell(aws):
    stacks = aws["cloudformation"]
    stacks.create_stack(StackName="telling", TemplateBody=STACK)
    stacks.get_waiter("stack_create_complete").wait(StackName="telling", WaiterConfig={"Delay": 0.2, "MaxAttempts": 100})
    made = stacks.describe_stacks(StackName="telling")["Stacks"][0]["Outputs"]
    made = {it["OutputKey"]: it["OutputValue"] for it in made}
    found = configured(aws, made["Cellar"])
    [listener] = found["QueueConfigurations"]
    assert (listener["QueueArn"], listener["Events"]) == (made["Arn"], ["s3:ObjectCreated:*"])
    assert found["EventBridgeConfiguration"] == {}
    assert received(aws, made["Told"])["Event"] == "s3:TestEvent"
    aws["s3"].put_object(Bucket=made["Cellar"], Key="in/a", Body=b"1")
    assert records(aws, made["Told"], 1)[0]["s3"]["object"]["key"] == "in/a"
    aws["s3"].delete_object(Bucket=made["Cellar"], Key="in/a")
    silent = STACK.replace("      NotificationConfiguration:", "      NotificationConfiguration: {}\n    Metadata:\n      Was:")
    stacks.update_stack(StackName="telling", TemplateBody=silent)
    stacks.get_waiter("stack_update_complete").wait(StackName="telling", WaiterConfig={"Delay": 0.2, "MaxAttempts": 100})
    assert configured(aws, made["Cellar"]) == {}
