"""Functions that nobody waits for: events, queues and streams, and the power going off meanwhile."""

import json
import os
import time
from pathlib import Path

import aws_client
import pytest
from aws_client import refused
from function_code import TRUST, archive, role
from server import PATIENCE

QUICK = "[functions]\nevent_retry_secs = 0\n"
# Tells a queue what it was given, signed with the credentials that it has.
TELLS = """
import json, os, sys
sys.path.insert(0, os.environ["PACKAGES"])
import boto3
sqs = boto3.client("sqs")
def handler(event, context):
    sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(event))
    if isinstance(event, dict) and event.get("fail"):
        raise ValueError("as asked")
    return "told"
"""


class House:
    """A server, its clients, and a queue that functions tell things to."""

    def __init__(self, make_server):
        import boto3

        packages = str(Path(boto3.__file__).parents[1])
        self.packages = packages
        readable = f'readable = ["{packages}"]\n'
        self.server = make_server(config=QUICK + readable).start()
        self.connect()
        self.role = role(self.iam)
        self.told = self.queue("told")

    def connect(self):
        of = lambda service: aws_client.client(self.server, service)
        self.aws, self.iam, self.sqs = of("lambda"), of("iam"), of("sqs")
        self.dynamodb, self.streams = of("dynamodb"), of("dynamodbstreams")

    def queue(self, name, **attributes):
        given = {"VisibilityTimeout": "30", **attributes}
        return self.sqs.create_queue(QueueName=name, Attributes=given)["QueueUrl"]

    def arn(self, url):
        return f"arn:aws:sqs:us-east-1:000000000000:{url.rsplit('/', 1)[1]}"

    def make(self, name, code=TELLS, **more):
        made = self.aws.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Handler="app.handler",
            Role=self.role,
            Timeout=20,
            Code={"ZipFile": archive({"app.py": code})},
            Environment={"Variables": {"QUEUE": self.told, "PACKAGES": self.packages}},
            **more,
        )
        return made["FunctionArn"]

    def receive(self, url, count, wait=20):
        """So many messages, or those that came until none came for a while."""
        found = []
        while len(found) < count:
            answer = self.sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait, MessageAttributeNames=["All"]
            )
            if not answer.get("Messages"):
                break
            for message in answer["Messages"]:
                found.append(message)
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def bodies(self, url, count, **more):
        return [json.loads(message["Body"]) for message in self.receive(url, count, **more)]


@pytest.fixture
def house(make_server):
    return House(make_server)


def test_an_event_is_retried_and_then_told_where_it_is_wanted(house):
    failed, done, dead = (house.queue(name) for name in ("failed", "done", "dead"))
    arn = house.make("f", DeadLetterConfig={"TargetArn": house.arn(dead)})
    house.aws.put_function_event_invoke_config(
        FunctionName="f",
        MaximumRetryAttempts=1,
        DestinationConfig={
            "OnSuccess": {"Destination": house.arn(done)},
            "OnFailure": {"Destination": house.arn(failed)},
        },
    )
    answer = house.aws.invoke(FunctionName="f", InvocationType="Event", Payload=b'{"a": 1}')
    assert answer["StatusCode"] == 202 and answer["Payload"].read() == b""
    [success] = house.bodies(done, 1)
    assert success["requestContext"]["condition"] == "Success"
    assert success["requestPayload"] == {"a": 1} and success["responsePayload"] == "told"
    house.aws.invoke(FunctionName="f", InvocationType="Event", Payload=b'{"fail": 1}')
    [failure] = house.bodies(failed, 1)
    context = failure["requestContext"]
    assert context["condition"] == "RetriesExhausted" and context["approximateInvokeCount"] == 2
    assert context["functionArn"] == f"{arn}:$LATEST"
    assert failure["responseContext"]["functionError"] == "Unhandled"
    assert failure["responsePayload"]["errorMessage"] == "as asked"
    [letter] = house.receive(dead, 1)
    assert json.loads(letter["Body"]) == {"fail": 1}
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "as asked"
    assert house.bodies(house.told, 3) == [{"a": 1}, {"fail": 1}, {"fail": 1}]


def test_events_that_were_accepted_outlive_the_power(house):
    house.make("f")
    wanted = set(range(40))
    for number in wanted:
        house.aws.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps({"n": number}))
    house.server.restart()
    house.connect()
    seen = set()
    while seen < wanted:
        bodies = house.bodies(house.told, 1)
        assert bodies, f"lost: {sorted(wanted - seen)}"
        seen.update(body["n"] for body in bodies)
    assert seen == wanted


def test_a_queue_feeds_a_function_in_batches(house):
    work = house.queue("work")
    house.make("f", TELLS.replace('return "told"', 'return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"] if r["body"] == "bad" and r["attributes"]["ApproximateReceiveCount"] == "1"]}'))
    with refused("InvalidParameterValueException", 400, "visibility timeout"):
        short = house.queue("short", VisibilityTimeout="1")
        house.aws.create_event_source_mapping(EventSourceArn=house.arn(short), FunctionName="f")
    made = house.aws.create_event_source_mapping(
        EventSourceArn=house.arn(work), FunctionName="f", FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    assert made["State"] == "Creating" and made["BatchSize"] == 10
    house.sqs.send_message_batch(
        QueueUrl=work,
        Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(["good", "fine"])],
    )
    records = []
    while len(records) < 2:
        records += [record for event in house.bodies(house.told, 1) for record in event["Records"]]
    assert {record["body"] for record in records} == {"good", "fine"}
    assert records[0]["eventSource"] == "aws:sqs" and records[0]["eventSourceARN"] == house.arn(work)
    found = house.aws.get_event_source_mapping(UUID=made["UUID"])
    assert found["State"] == "Enabled"
    # What failed is hidden still; nothing else is left.
    house.sqs.send_message(QueueUrl=work, MessageBody="bad")
    assert house.bodies(house.told, 1)[0]["Records"][0]["body"] == "bad"
    counts = house.sqs.get_queue_attributes(QueueUrl=work, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "0"
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"
    with refused("ResourceConflictException", 409, made["UUID"]):
        house.aws.create_event_source_mapping(EventSourceArn=house.arn(work), FunctionName="f")
    assert house.aws.delete_event_source_mapping(UUID=made["UUID"])["State"] == "Deleting"
    assert house.aws.list_event_source_mappings(FunctionName="f")["EventSourceMappings"] == []


def test_filters_let_pass_what_is_wanted(house):
    work, stream = house.queue("work"), table(house, "changes")
    house.make("f")
    hot = {"Pattern": json.dumps({"body": {"temperature": [{"numeric": [">", 40]}]}})}
    new = {"Pattern": json.dumps({"eventName": ["INSERT"], "dynamodb": {"Keys": {"id": {"S": [{"prefix": "a"}]}}}})}
    with refused("InvalidParameterValueException", 400, "Invalid filter pattern"):
        house.aws.create_event_source_mapping(
            EventSourceArn=house.arn(work), FunctionName="f", FilterCriteria={"Filters": [{"Pattern": "{}"}]}
        )
    made = house.aws.create_event_source_mapping(
        EventSourceArn=house.arn(work), FunctionName="f", FilterCriteria={"Filters": [hot]}
    )
    assert made["FilterCriteria"] == {"Filters": [hot]}
    for temperature in (20, 45):
        house.sqs.send_message(QueueUrl=work, MessageBody=json.dumps({"temperature": temperature}))
    [event] = house.bodies(house.told, 1)
    assert [json.loads(record["body"]) for record in event["Records"]] == [{"temperature": 45}]
    house.aws.create_event_source_mapping(
        EventSourceArn=stream,
        FunctionName="f",
        StartingPosition="TRIM_HORIZON",
        FilterCriteria={"Filters": [new]},
    )
    for name in ("b1", "a1", "b2"):
        house.dynamodb.put_item(TableName="changes", Item={"id": {"S": name}})
    [event] = house.bodies(house.told, 1)
    assert [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]] == ["a1"]
    assert house.bodies(house.told, 1, wait=1) == []


def table(house, name):
    made = house.dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return made["TableDescription"]["LatestStreamArn"]


def test_a_stream_feeds_a_function_in_order_across_the_power_going_off(house):
    stream = table(house, "changes")
    house.make("f")
    with refused("InvalidParameterValueException", 400, "startingPosition"):
        house.aws.create_event_source_mapping(EventSourceArn=stream, FunctionName="f")
    house.aws.create_event_source_mapping(
        EventSourceArn=stream, FunctionName="f", StartingPosition="TRIM_HORIZON", BatchSize=5
    )
    for number in range(20):
        house.dynamodb.put_item(TableName="changes", Item={"id": {"S": "one"}, "n": {"N": str(number)}})
        if number == 10:
            house.server.restart()
            house.connect()
    seen = []
    while not seen or seen[-1] != 19:
        events = house.bodies(house.told, 1)
        assert events, seen
        for record in (record for event in events for record in event["Records"]):
            assert record["eventSource"] == "aws:dynamodb"
            seen.append(int(record["dynamodb"]["NewImage"]["n"]["N"]))
    # What was under way may come again; nothing is left out, and nothing overtakes.
    assert sorted(set(seen)) == list(range(20))
    steps = [later - earlier for earlier, later in zip(seen, seen[1:])]
    assert all(step <= 1 for step in steps), seen


def test_a_poisoned_record_is_bisected_out_and_told(house):
    stream, poisoned = table(house, "changes"), house.queue("poisoned")
    code = TELLS.replace("event.get(\"fail\")", "any(r['dynamodb']['Keys']['id']['S'] == 'bad' for r in event['Records'])")
    house.make("f", code)
    for name in ["a", "b", "bad", "c"]:
        house.dynamodb.put_item(TableName="changes", Item={"id": {"S": name}})
    house.aws.create_event_source_mapping(
        EventSourceArn=stream,
        FunctionName="f",
        StartingPosition="TRIM_HORIZON",
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": house.arn(poisoned)}},
    )
    [notice] = house.bodies(poisoned, 1)
    assert notice["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert notice["DDBStreamBatchInfo"]["batchSize"] == 1
    done = set()
    while "c" not in done:
        for event in house.bodies(house.told, 1):
            names = [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]
            done.update(names if "bad" not in names else [])
    assert done == {"a", "b", "c"}


def test_a_rule_invokes_a_function_that_lets_it(house):
    arn, failures = house.make("f"), house.queue("failures")
    iot = aws_client.client(house.server, "iot")
    house.iam.create_role(
        RoleName="rules",
        AssumeRolePolicyDocument=json.dumps(TRUST).replace("lambda.amazonaws.com", "iot.amazonaws.com"),
    )
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    house.iam.put_role_policy(RoleName="rules", PolicyName="all", PolicyDocument=document)
    rules_role = "arn:aws:iam::000000000000:role/rules"
    iot.create_topic_rule(
        ruleName="hot",
        topicRulePayload={
            "sql": "SELECT temperature, topic() AS topic FROM 'rooms/+' WHERE temperature > 40",
            "actions": [{"lambda": {"functionArn": arn}}],
            "errorAction": {"sqs": {"roleArn": rules_role, "queueUrl": failures, "useBase64": False}},
        },
    )
    data = aws_client.client(house.server, "iot-data")
    publish = lambda: data.publish(topic="rooms/1", qos=1, payload=json.dumps({"temperature": 45}))
    publish()
    [document] = house.bodies(failures, 1)
    assert document["failures"][0]["failedAction"] == "LambdaAction"
    assert "AddPermission" in document["failures"][0]["errorMessage"]
    house.aws.add_permission(
        FunctionName="f",
        StatementId="rules",
        Action="lambda:InvokeFunction",
        Principal="iot.amazonaws.com",
        SourceArn="arn:aws:iot:us-east-1:000000000000:rule/hot",
        SourceAccount="000000000000",
    )
    publish()
    assert house.bodies(house.told, 1) == [{"temperature": 45, "topic": "rooms/1"}]


def test_what_a_function_wrote_is_shown(house):
    house.make("f", "def handler(event, context):\n    print('wrote', event)\n")
    house.aws.invoke(FunctionName="f", Payload=b"17")
    shown = ""
    while "wrote 17" not in shown:
        done = house.server.run("logs", "f", check=False)
        shown = done.stdout
        assert done.returncode == 0 or "does not exist" in done.stderr, done.stderr
    assert "REPORT RequestId" in shown


def test_nothing_outlives_the_server(house):
    code = (
        "import os, subprocess, time\n"
        "def handler(event, context):\n"
        "    subprocess.Popen(['setsid', 'sleep', event])\n"
        "    time.sleep(30)\n"
    )
    house.make("f", code)
    marker = f"{500_000 + os.getpid()}"
    house.aws.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps(marker))
    until(lambda: runs(marker))
    house.server.kill()
    until(lambda: not runs(marker))


def until(holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def runs(marker) -> bool:
    """Whether a process has this word on its command line."""
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if marker.encode() in line.read_bytes().split(b"\0"):
                return True
        except OSError:
            continue  # It just ended.
    return False


# Tells that it was asked, thinks for a while, and answers.
ANSWERS = TELLS.replace(
    'return "told"', 'import time; time.sleep(event["secs"]); return {"twice": 2 * event["n"]}'
)


def test_a_rule_that_asked_a_function_when_the_power_went_asks_again_and_acts_once(house):
    from mqtt_client import V5, plain

    iot = aws_client.client(house.server, "iot")
    arn, done = house.make("f", ANSWERS), house.queue("done")
    trust = json.dumps(TRUST).replace("lambda.amazonaws.com", "iot.amazonaws.com")
    made = house.iam.create_role(RoleName="rules", AssumeRolePolicyDocument=trust)
    rules = made["Role"]["Arn"]
    allow = {"Effect": "Allow", "Action": ["dynamodb:PutItem", "sqs:SendMessage"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    house.iam.put_role_policy(RoleName="rules", PolicyName="permits", PolicyDocument=document)
    house.dynamodb.create_table(
        TableName="asked",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    rule = {
        "sql": f"SELECT newuuid() AS id, n, aws_lambda('{arn}', *).twice AS twice FROM 'ask/+'",
        "awsIotSqlVersion": "2016-03-23",
        "actions": [
            {"dynamoDBv2": {"roleArn": rules, "putItem": {"tableName": "asked"}}},
            {"sqs": {"roleArn": rules, "queueUrl": done}},
        ],
    }
    iot.create_topic_rule(ruleName="ask", topicRulePayload=rule)
    house.aws.add_permission(
        FunctionName="f",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="iot.amazonaws.com",
        SourceArn=iot.get_topic_rule(ruleName="ask")["ruleArn"],
    )
    sender = plain(house.server, V5, "sender")
    for n in (1, 2):
        reason = sender.publish("ask/a", json.dumps({"n": n, "secs": 2}), 1)
        assert not reason.is_failure, reason
    sender.leave()
    assert [body["n"] for body in house.bodies(house.told, 1)] == [1]
    house.server.restart()
    house.connect()
    told = house.bodies(done, 2)
    assert [(body["n"], body["twice"]) for body in told] == [(1, 2), (2, 4)], "in order"
    asked = [body["n"] for body in house.bodies(house.told, 2)]
    assert asked == [1, 2], "the first is asked again"
    assert house.receive(done, 1, wait=3) == []
    items = house.dynamodb.scan(TableName="asked")["Items"]
    found = {item["id"]["S"]: (item["n"]["N"], item["twice"]["N"]) for item in items}
    assert found == {body["id"]: (str(body["n"]), str(body["twice"])) for body in told}
