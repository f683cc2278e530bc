"""EventBridge and its Scheduler by boto3 and the aws CLI: rules by pattern and by the clock, schedules with
their targets, and what is refused."""

import io
import json
import time
import zipfile
import zoneinfo
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

import aws_client
from aws_client import own, refused

ACCOUNT = "000000000000"


@pytest.fixture
def aws(server):
    names = ("events", "scheduler", "sqs", "iam", "iot")
    return {name: aws_client.client(server, name) for name in names}


def queue(aws, name, *services):
    """A queue that these services may send to; its URL and ARN."""
    sqs = aws["sqs"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
    allow = [
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        for service in services
    ]
    if allow:
        policy = json.dumps({"Version": "2012-10-17", "Statement": allow})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def role(aws, name, action, *services):
    iam = aws["iam"]
    trusted = {"Service": list(services) or "scheduler.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
    made = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    allow = {"Effect": "Allow", "Action": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=document)
    return made["Role"]["Arn"]


def received(aws, url):
    """The next message, with its attributes."""
    found = aws["sqs"].receive_message(
        QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"]
    )["Messages"][0]
    aws["sqs"].delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])
    return found


def test_an_event_goes_to_the_rules_that_want_it(aws, name):
    events = aws["events"]
    url, arn = queue(aws, name, "events.amazonaws.com")
    pattern = {"source": ["build"], "detail": {"state": [{"prefix": "fail"}]}}
    made = events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    assert made["RuleArn"] == f"arn:aws:events:us-east-1:{ACCOUNT}:rule/{name}"
    transformer = {"InputPathsMap": {"job": "$.detail.job"}, "InputTemplate": '{"job": <job>}'}
    put = events.put_targets(
        Rule=name,
        Targets=[{"Id": "whole", "Arn": arn}, {"Id": "made", "Arn": arn, "InputTransformer": transformer}],
    )
    assert put["FailedEntryCount"] == 0
    detail = {"state": "failed", "job": "j-1"}
    entries = [
        {"Source": "build", "DetailType": "ended", "Detail": json.dumps(detail), "Resources": ["r"]},
        {"Source": "build", "DetailType": "ended", "Detail": json.dumps({"state": "passed"})},
        {"Source": "build", "DetailType": "ended", "Detail": "no JSON"},
    ]
    answer = events.put_events(Entries=entries)
    assert answer["FailedEntryCount"] == 1 and answer["Entries"][2]["ErrorCode"] == "MalformedDetail"
    bodies = [json.loads(received(aws, url)["Body"]) for _ in range(2)]
    whole = next(body for body in bodies if "id" in body)
    assert whole["id"] == answer["Entries"][0]["EventId"] and whole["detail"] == detail
    assert (whole["detail-type"], whole["account"], whole["resources"]) == ("ended", ACCOUNT, ["r"])
    assert {"job": "j-1"} in bodies
    with refused("ValidationException", 400):
        events.delete_rule(Name=name)
    removed = events.remove_targets(Rule=name, Ids=["whole", "made", "none"])
    assert removed["FailedEntries"][0]["TargetId"] == "none"
    events.delete_rule(Name=name)
    with refused("ResourceNotFoundException", 400):
        events.describe_rule(Name=name)


def test_a_queue_that_allows_nothing_gets_nothing_and_the_dead_letters_say_why(aws, name):
    events = aws["events"]
    _, closed = queue(aws, f"{name}-closed")
    dead, dead_arn = queue(aws, f"{name}-dead", "events.amazonaws.com")
    events.put_rule(Name=name, EventPattern='{"source": ["s"]}')
    target = {"Id": "t", "Arn": closed, "DeadLetterConfig": {"Arn": dead_arn}}
    events.put_targets(Rule=name, Targets=[target])
    events.put_events(Entries=[{"Source": "s", "DetailType": "t", "Detail": "{}"}])
    attributes = received(aws, dead)["MessageAttributes"]
    assert attributes["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    assert "sqs:SendMessage" in attributes["ERROR_MESSAGE"]["StringValue"]
    assert attributes["RULE_ARN"]["StringValue"].endswith(f"rule/{name}")


def test_aws_cloudwatch_event_rule_and_target(aws, name):
    """What Terraform's provider asks, in its order."""
    events = aws["events"]
    _, arn = queue(aws, name)
    rule_arn = events.put_rule(
        Name=name, ScheduleExpression="rate(1 minute)", State="ENABLED", EventBusName="default",
        Tags=[{"Key": "a", "Value": "1"}],
    )["RuleArn"]
    for _ in range(2):
        read = events.describe_rule(Name=name, EventBusName="default")
        assert (read["Arn"], read["Name"], read["State"]) == (rule_arn, name, "ENABLED")
        assert read["ScheduleExpression"] == "rate(1 minute)" and "EventPattern" not in read
    assert events.list_tags_for_resource(ResourceARN=rule_arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    target = {"Id": "t", "Arn": arn, "Input": "{}", "RetryPolicy": {
        "MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60}}
    assert events.put_targets(Rule=name, EventBusName="default", Targets=[target])["FailedEntries"] == []
    read = events.list_targets_by_rule(Rule=name, EventBusName="default", Limit=100)
    assert read["Targets"] == [target]
    assert events.list_rule_names_by_target(TargetArn=arn)["RuleNames"] == [name]
    events.remove_targets(Rule=name, EventBusName="default", Ids=["t"])
    events.delete_rule(Name=name, EventBusName="default")
    with refused("ResourceNotFoundException", 400):
        events.list_targets_by_rule(Rule=name)


def test_buses_and_tags(aws, name):
    events = aws["events"]
    arn = events.create_event_bus(Name=name, Tags=[{"Key": "a", "Value": "1"}])["EventBusArn"]
    url, queue_arn = queue(aws, name, "events.amazonaws.com")
    events.put_rule(Name=name, EventBusName=arn, EventPattern='{"source": ["s"]}')
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "t", "Arn": queue_arn}])
    entry = {"Source": "s", "DetailType": "t", "Detail": "{}"}
    events.put_events(Entries=[entry, entry | {"EventBusName": name, "DetailType": "own"}])
    assert json.loads(received(aws, url)["Body"])["detail-type"] == "own"
    names = [bus["Name"] for bus in events.list_event_buses()["EventBuses"]]
    assert names[0] == "default" and name in names
    events.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == []
    with refused("ResourceAlreadyExistsException", 400):
        events.create_event_bus(Name=name)


def test_patterns_are_tried_and_wrong_ones_refused(aws):
    events = aws["events"]
    event = {"id": "1", "detail-type": "t", "source": "s", "account": "1", "time": "x", "region": "r",
             "resources": [], "detail": {"n": 7}}
    tried = events.test_event_pattern(
        EventPattern=json.dumps({"detail": {"n": [{"numeric": [">", 5]}]}}), Event=json.dumps(event)
    )
    assert tried["Result"] is True
    with pytest.raises(ClientError, match="Event pattern is not valid"):
        events.put_rule(Name="r", EventPattern='{"source": "s"}')
    with pytest.raises(ClientError, match="ScheduleExpression"):
        events.put_rule(Name="r", ScheduleExpression="rate(1 minutes)")


def test_a_schedule_fires_once_at_its_time(aws, name):
    scheduler = aws["scheduler"]
    url, arn = queue(aws, name)
    role_arn = role(aws, name, "sqs:SendMessage")
    # A rate begins at once; its next moment is minutes away.
    made = scheduler.create_schedule(
        Name=name,
        ScheduleExpression="rate(5 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": role_arn, "Input": "<aws.scheduler.schedule-arn>"},
    )
    assert received(aws, url)["Body"] == made["ScheduleArn"]
    read = scheduler.get_schedule(Name=name)
    assert (read["GroupName"], read["State"]) == ("default", "ENABLED")
    assert read["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 185
    with refused("ConflictException", 409):
        scheduler.create_schedule(
            Name=name, ScheduleExpression="rate(1 hour)", FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": arn, "RoleArn": role_arn},
        )
    scheduler.delete_schedule(Name=name)
    with refused("ResourceNotFoundException", 404):
        scheduler.get_schedule(Name=name)


def test_what_runs_next_is_told_ten_times_ahead(aws, server, name):
    """As a schedule is stored, and of an expression that is yet to become one."""
    _, arn = queue(aws, name)
    target = {"Arn": arn, "RoleArn": role(aws, name, "sqs:SendMessage")}
    put = dict(
        Name=name,
        ScheduleExpression="cron(30 9 * * ? *)",
        ScheduleExpressionTimezone="Europe/Berlin",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    aws["scheduler"].create_schedule(**put)
    runs = own(server, "NextRuns", {"schedule": name})["runs"]
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    told = [datetime.fromtimestamp(at / 1000, zone) for at in runs]
    assert [(at.hour, at.minute, at.second) for at in told] == [(9, 30, 0)] * 10
    assert [(after.date() - before.date()).days for before, after in zip(told, told[1:])] == [1] * 9
    expression = {"expression": "cron(30 9 * * ? *)", "timeZone": "Europe/Berlin"}
    assert own(server, "NextRuns", expression)["runs"] == runs
    within = {**expression, "start": runs[1], "end": runs[3]}
    assert own(server, "NextRuns", within)["runs"] == runs[1:4]
    aws["scheduler"].update_schedule(**put, State="DISABLED")
    assert own(server, "NextRuns", {"schedule": name})["runs"] == []
    # A rate goes on from where it began, whoever asks when.
    aws["events"].put_rule(Name=name, ScheduleExpression="rate(2 hours)")
    first, *others = own(server, "NextRuns", {"rule": name})["runs"]
    assert others == [first + count * 7_200_000 for count in range(1, 10)]
    assert own(server, "NextRuns", {"rule": name})["runs"] == [first, *others]
    assert "ResourceNotFound" in own(server, "NextRuns", {"rule": f"{name}-none"})["__type"]
    assert "ScheduleExpression" in own(server, "NextRuns", {"expression": "sometimes"})["message"]
    assert "one is needed" in own(server, "NextRuns", {"rule": name, "expression": "rate(1 day)"})["message"]


def test_one_time_schedules_publish_and_go(aws, name, server):
    """The role may publish to anything; a client that subscribed before hears of it."""
    import paho.mqtt.client as mqtt

    heard = []
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.on_message = lambda _client, _data, message: heard.append(message)
    client.connect("127.0.0.1", server.mqtt_port)
    subscribed = []
    client.on_subscribe = lambda *_: subscribed.append(True)
    client.subscribe(f"{name}/#", 1)
    while not subscribed:
        client.loop(0.1)
    role_arn = role(aws, name, "iot:Publish")
    at = time.strftime("at(%Y-%m-%dT%H:%M:%S)", time.gmtime(time.time() + 2))
    aws["scheduler"].create_schedule(
        Name=name,
        ScheduleExpression=at,
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:iotdataplane:publish",
            "RoleArn": role_arn,
            "Input": json.dumps({"Topic": f"{name}/on", "Payload": '{"on":true}', "Qos": 1}),
        },
    )
    while not heard:
        client.loop(0.1)
    assert (heard[0].topic, heard[0].payload) == (f"{name}/on", b'{"on":true}')
    client.disconnect()
    with refused("ResourceNotFoundException", 404):
        aws["scheduler"].get_schedule(Name=name)


def test_groups_take_their_schedules_along(aws, name):
    scheduler = aws["scheduler"]
    role_arn, (_, arn) = role(aws, name, "sqs:SendMessage"), queue(aws, name)
    group = scheduler.create_schedule_group(Name=name, Tags=[{"Key": "a", "Value": "1"}])
    target = {"Arn": arn, "RoleArn": role_arn}
    for number in range(3):
        scheduler.create_schedule(
            Name=f"s{number}", GroupName=name, ScheduleExpression="cron(0 10 * * ? *)",
            ScheduleExpressionTimezone="Europe/Brussels", FlexibleTimeWindow={"Mode": "OFF"},
            Target=target, State="DISABLED" if number else "ENABLED",
        )
    pages = scheduler.get_paginator("list_schedules").paginate(
        GroupName=name, State="DISABLED", PaginationConfig={"PageSize": 1}
    )
    assert [one["Name"] for page in pages for one in page["Schedules"]] == ["s1", "s2"]
    arn = group["ScheduleGroupArn"]
    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}])
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["a", "c"])
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    scheduler.delete_schedule_group(Name=name)
    with refused("ResourceNotFoundException", 404):
        scheduler.get_schedule(Name="s0", GroupName=name)


def test_what_could_never_work_is_refused(aws, name):
    scheduler = aws["scheduler"]
    target = {"Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r"}
    said = {"Name": name, "ScheduleExpression": "rate(1 hour)", "Target": target,
            "FlexibleTimeWindow": {"Mode": "OFF"}}
    cases = [
        ({"ScheduleExpression": "rate(1 hours)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes"),
        ({"Target": target | {"Arn": f"arn:aws:sns:us-east-1:{ACCOUNT}:t"}}, "functions, queues"),
        ({"Target": target | {"KinesisParameters": {"PartitionKey": "k"}}}, "KinesisParameters"),
        ({"KmsKeyArn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"}, "KmsKeyArn"),
        ({"GroupName": "nowhere"}, "nowhere"),
    ]
    for change, expected in cases:
        with pytest.raises(ClientError, match=expected):
            scheduler.create_schedule(**(said | change))


def test_a_rule_and_a_schedule_invoke_a_function(aws, server, name):
    """Which answers by a message to a queue: the lambda needs no permission but its own role's."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    print('heard', event['n'])\n")
    functions, logs = aws_client.client(server, "lambda"), aws_client.client(server, "logs")
    made = functions.create_function(
        FunctionName=name, Runtime="python3.12", Handler="main.handler", Code={"ZipFile": code.getvalue()},
        Role=role(aws, name, "logs:*", "lambda.amazonaws.com", "scheduler.amazonaws.com"),
    )
    arn = made["FunctionArn"]
    rule = aws["events"].put_rule(Name=name, EventPattern='{"source": ["s"]}')["RuleArn"]
    functions.add_permission(
        FunctionName=name, StatementId="events", Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com", SourceArn=rule,
    )
    target = {"Id": "t", "Arn": arn, "InputPath": "$.detail"}
    aws["events"].put_targets(Rule=name, Targets=[target])
    aws["events"].put_events(Entries=[{"Source": "s", "DetailType": "t", "Detail": '{"n": 1}'}])
    allow = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    aws["iam"].put_role_policy(RoleName=name, PolicyName="invoke", PolicyDocument=document)
    aws["scheduler"].create_schedule(
        Name=name, ScheduleExpression="rate(1 hour)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "Input": '{"n": 2}'},
    )
    heard = set()
    while len(heard) < 2:
        try:
            found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="heard")
        except logs.exceptions.ResourceNotFoundException:
            # Nothing has run yet.
            continue
        heard = {event["message"].strip() for event in found["events"]}
    assert heard == {"heard 1", "heard 2"}


def test_events_wait_for_their_target_when_the_program_is_killed(own_server, name):
    names = ("events", "sqs")
    aws = {client: aws_client.client(own_server, client) for client in names}
    url, arn = queue(aws, name, "events.amazonaws.com")
    aws["events"].put_rule(Name=name, EventPattern='{"source": ["s"]}')
    aws["events"].put_targets(Rule=name, Targets=[{"Id": "t", "Arn": arn}])
    entry = {"Source": "s", "DetailType": "t"}
    for start in range(0, 100, 10):
        details = [json.dumps({"n": start + n}) for n in range(10)]
        aws["events"].put_events(Entries=[entry | {"Detail": detail} for detail in details])
    own_server.kill()
    own_server.start()
    aws = {client: aws_client.client(own_server, client) for client in names}
    found = set()
    while len(found) < 100:
        found.add(json.loads(received(aws, url)["Body"])["detail"]["n"])
    assert found == set(range(100))
