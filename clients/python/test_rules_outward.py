"""What rules send out of the house: to a little server of the test's own, and to the house itself."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest

from aws_client import client, refused
from mqtt_client import V3, Client
from server import PATIENCE, Inbox

TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "iot.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


class Receiver:
    """An HTTP server that remembers what it was sent, and answers as it is told to."""

    def __init__(self):
        self.posts, self.answers, inbox = Inbox(), [], self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status = inbox.answers.pop(0) if inbox.answers else 200
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()
                inbox.posts.put((self.path, dict(self.headers), json.loads(body)))

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def confirm(self, iot) -> str:
        """Follows the link of the question that comes, and gives the destination's ARN."""
        _, headers, question = self.posts.one()
        assert headers["x-amz-rules-engine-message-type"] == "DestinationConfirmation"
        assert headers["x-amz-rules-engine-destination-arn"] == question["arn"]
        assert question["messageType"] == "DestinationConfirmation"
        assert urlopen(question["enableUrl"]).status == 200
        destination = iot.get_topic_rule_destination(arn=question["arn"])["topicRuleDestination"]
        assert destination["status"] == "ENABLED"
        return question["arn"]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def iot(server):
    return client(server, "iot")


@pytest.fixture(scope="module")
def role(server):
    iam = client(server, "iam")
    arn = iam.create_role(RoleName="rules", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    statement = {"Effect": "Allow", "Action": ["iot:*", "logs:*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam.put_role_policy(RoleName="rules", PolicyName="all", PolicyDocument=document)
    return arn


def rule(iot, name, sql, action, error_action=None):
    payload = {"sql": sql, "actions": [action], "awsIotSqlVersion": "2016-03-23"}
    if error_action is not None:
        payload["errorAction"] = error_action
    iot.create_topic_rule(ruleName=name.replace("-", "_"), topicRulePayload=payload)


def enter(server, name) -> Client:
    mqtt = Client(V3, name)
    mqtt.enter(server.mqtt_port)
    return mqtt


def test_a_server_that_confirmed_gets_messages_with_headers_and_templates(
    server, iot, receiver, name
):
    http = {
        "url": receiver.url + "/in/${topic(2)}",
        "confirmationUrl": receiver.url + "/in",
        "headers": [{"key": "x-room", "value": "${room}"}],
    }
    rule(iot, name, f"SELECT temperature FROM '{name}/+'", {"http": http})
    arn = receiver.confirm(iot)
    mqtt = enter(server, name)
    mqtt.publish(f"{name}/lamp", json.dumps({"temperature": 41, "room": "hall"}), 1)
    path, headers, body = receiver.posts.one()
    assert (path, body) == ("/in/lamp", {"temperature": 41})
    assert headers["x-room"] == "hall" and headers["content-type"] == "application/json"
    listed = iot.list_topic_rule_destinations()["destinationSummaries"]
    shown = next(one for one in listed if one["arn"] == arn)
    assert shown["httpUrlSummary"] == {"confirmationUrl": receiver.url + "/in"}


def test_destinations_are_made_switched_and_deleted(iot, receiver):
    configuration = {"httpUrlConfiguration": {"confirmationUrl": receiver.url}}
    made = iot.create_topic_rule_destination(destinationConfiguration=configuration)
    arn = made["topicRuleDestination"]["arn"]
    assert made["topicRuleDestination"]["status"] == "IN_PROGRESS"
    with refused("ResourceAlreadyExistsException", 409):
        iot.create_topic_rule_destination(destinationConfiguration=configuration)
    with refused("InvalidRequestException", 400, "was not confirmed"):
        iot.update_topic_rule_destination(arn=arn, status="ENABLED")
    _, _, question = receiver.posts.one()
    iot.update_topic_rule_destination(arn=arn, status="IN_PROGRESS")
    with refused("InvalidRequestException", 400, "token"):
        iot.confirm_topic_rule_destination(confirmationToken=question["confirmationToken"])
    _, _, question = receiver.posts.one()
    iot.confirm_topic_rule_destination(confirmationToken=question["confirmationToken"])
    for status in ("DISABLED", "ENABLED"):
        iot.update_topic_rule_destination(arn=arn, status=status)
        shown = iot.get_topic_rule_destination(arn=arn)["topicRuleDestination"]
        assert shown["status"] == status
        assert shown["httpUrlProperties"] == {"confirmationUrl": receiver.url}
    iot.delete_topic_rule_destination(arn=arn)
    with refused("UnauthorizedException", 401):
        iot.get_topic_rule_destination(arn=arn)
    vpc = {"vpcConfiguration": {"subnetIds": ["a"], "vpcId": "b", "roleArn": "c" * 20}}
    with refused("InvalidRequestException", 400, "vpcConfiguration is not supported"):
        iot.create_topic_rule_destination(destinationConfiguration=vpc)


def test_a_server_that_fails_is_asked_again_and_order_is_kept(server, iot, receiver, name):
    rule(iot, name, f"SELECT * FROM '{name}'", {"http": {"url": receiver.url}})
    receiver.confirm(iot)
    receiver.answers = [500]
    mqtt = enter(server, name)
    for number in range(3):
        mqtt.publish(name, json.dumps({"n": number}), 1)
    assert [body["n"] for _, _, body in receiver.posts.take(4)] == [0, 0, 1, 2]


def test_what_does_not_get_there_is_told_to_the_error_action(server, iot, receiver, role, name):
    error_action = {"republish": {"topic": f"errors/{name}", "roleArn": role, "qos": 1}}
    rule(iot, name, f"SELECT * FROM '{name}'", {"http": {"url": receiver.url}}, error_action)
    receiver.confirm(iot)
    receiver.close()
    mqtt = enter(server, name)
    mqtt.subscribe(f"errors/{name}", 1)
    mqtt.publish(name, "{}", 1)
    document = json.loads(mqtt.messages.one().payload)
    assert document["topic"] == name and document["base64OriginalPayload"] == "e30="
    failure = document["failures"][0]
    assert failure["failedAction"] == "HttpAction" and failure["failedResource"] == receiver.url
    assert "could not be reached" in failure["errorMessage"]
    told = server.run("story", "--topic", name).stdout
    assert "the error action was told" in told, told


def test_a_kill_loses_no_request_that_was_acknowledged(own_server, receiver, name):
    iot = client(own_server, "iot")
    rule(iot, name, f"SELECT * FROM '{name}'", {"http": {"url": receiver.url}})
    receiver.confirm(iot)
    receiver.answers = [503]
    mqtt = enter(own_server, name)
    mqtt.publish(name, '{"n": 1}', 1)
    receiver.posts.one()
    own_server.restart()
    assert receiver.posts.one()[2] == {"n": 1}


def test_a_rule_changes_a_shadow(server, iot, role, name):
    iot.create_thing(thingName=name)
    topic = f"$$aws/things/{name}/shadow/update"
    sql = f"SELECT t AS state.reported.t FROM '{name}/t'"
    rule(iot, name, sql, {"republish": {"topic": topic, "roleArn": role, "qos": 1}})
    mqtt = enter(server, name)
    mqtt.subscribe(f"$aws/things/{name}/shadow/update/accepted", 1)
    for t in (1, 2):
        mqtt.publish(f"{name}/t", json.dumps({"t": t}), 1)
    told = [json.loads(message.payload) for message in mqtt.messages.take(2)]
    assert [one["state"]["reported"]["t"] for one in told] == [1, 2]


def test_lines_are_written_read_and_searched(server, iot, role, name):
    logs, group = client(server, "logs"), f"/rules/{name}"
    action = {"logGroupName": group, "roleArn": role}
    rule(iot, name, f"SELECT t FROM '{name}'", {"cloudwatchLogs": action})
    logs.create_log_group(logGroupName=group, tags={"a": "b"})
    mqtt = enter(server, name)
    for t in range(3):
        mqtt.publish(name, json.dumps({"t": t, "u": "left out"}), 1)
    # What was acknowledged is on disk.
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]
    assert stream["logStreamName"] == name.replace("-", "_") and stream["lastEventTimestamp"]
    at = {"logGroupName": group, "logStreamName": stream["logStreamName"]}
    page = logs.get_log_events(**at, startFromHead=True, limit=2)
    assert [event["message"] for event in page["events"]] == ['{"t":0}', '{"t":1}']
    page = logs.get_log_events(**at, nextToken=page["nextForwardToken"])
    assert [event["message"] for event in page["events"]] == ['{"t":2}']
    last = logs.get_log_events(**at, nextToken=page["nextForwardToken"])
    assert last["events"] == [] and last["nextForwardToken"] == page["nextForwardToken"]
    found = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, filterPattern="-1", PaginationConfig={"PageSize": 1}
    )
    messages = [event["message"] for page in found for event in page["events"]]
    assert messages == ['{"t":0}', '{"t":2}']
    shown = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
    assert shown["storedBytes"] == 3 * (26 + 7)
    assert logs.list_tags_for_resource(resourceArn=shown["logGroupArn"])["tags"] == {"a": "b"}


def test_batches_of_lines_carry_their_own_times(server, iot, role, name):
    logs = client(server, "logs")
    logs.create_log_group(logGroupName=name)
    action = {"logGroupName": name, "roleArn": role, "batchMode": True}
    error_action = {"republish": {"topic": f"errors/{name}", "roleArn": role, "qos": 1}}
    rule(iot, name, f"SELECT VALUE * FROM '{name}'", {"cloudwatchLogs": action}, error_action)
    mqtt = enter(server, name)
    mqtt.subscribe(f"errors/{name}", 1)
    now = int(time.time() * 1000)
    lines = [{"timestamp": now + at, "message": f"line {at}"} for at in range(2)]
    mqtt.publish(name, json.dumps(lines), 1)
    events = logs.filter_log_events(logGroupName=name)["events"]
    assert [(one["timestamp"], one["message"]) for one in events] == [
        (now, "line 0"), (now + 1, "line 1"),
    ]
    mqtt.publish(name, '{"no": "list"}', 1)
    failure = json.loads(mqtt.messages.one().payload)["failures"][0]
    assert failure["failedAction"] == "CloudwatchLogsAction" and failure["failedResource"] == name


def test_log_groups_and_streams_as_any_client_uses_them(server, name):
    logs = client(server, "logs")
    logs.create_log_group(logGroupName=name)
    with refused("ResourceAlreadyExistsException", 400):
        logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=name, retentionInDays=7)
    with refused("InvalidParameterException", 400):
        logs.put_retention_policy(logGroupName=name, retentionInDays=8)
    assert logs.describe_log_groups(logGroupNamePattern=name.upper())["logGroups"][0][
        "retentionInDays"
    ] == 7
    logs.delete_retention_policy(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    at = {"logGroupName": name, "logStreamName": "s"}
    now = int(time.time() * 1000)
    put = logs.put_log_events(
        **at,
        sequenceToken="any",
        logEvents=[
            {"timestamp": now, "message": "ERROR here"},
            {"timestamp": now, "message": '{"status": 404}'},
            {"timestamp": now + 3 * 3_600_000, "message": "ahead"},
        ],
    )
    assert put["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 2}
    latest = logs.get_log_events(**at)
    assert [event["message"] for event in latest["events"]] == ["ERROR here", '{"status": 404}']
    patterns = {"{ $.status = 4* }": '{"status": 404}', "[level, where]": "ERROR here", "%^ERR%": "ERROR here"}
    for pattern, message in patterns.items():
        found = logs.filter_log_events(logGroupName=name, filterPattern=pattern)["events"]
        # What is JSON has two words, too.
        assert message in [event["message"] for event in found], pattern
    with refused("InvalidParameterException", 400, "expected at character 5"):
        logs.filter_log_events(logGroupName=name, filterPattern="{ $.a ")
    with refused("ResourceNotFoundException", 400):
        logs.put_log_events(
            logGroupName=name, logStreamName="x", logEvents=[{"timestamp": now, "message": "m"}]
        )
    logs.tag_log_group(logGroupName=name, tags={"k": "v", "l": "w"})
    logs.untag_log_group(logGroupName=name, tags=["l"])
    assert logs.list_tags_log_group(logGroupName=name)["tags"] == {"k": "v"}
    logs.delete_log_stream(**at)
    assert logs.describe_log_streams(logGroupName=name)["logStreams"] == []
    logs.delete_log_group(logGroupName=name)
    with refused("ResourceNotFoundException", 400):
        logs.delete_log_group(logGroupName=name)


def test_a_server_is_asked_by_tls_if_this_machine_or_the_house_trusts_it(server, iot):
    """The AWS door shows a certificate of the house's authority, and wants a signature."""
    url = server.aws_url.replace("http://", "https://") + "/in"
    configuration = {"httpUrlConfiguration": {"confirmationUrl": url}}
    made = iot.create_topic_rule_destination(destinationConfiguration=configuration)
    arn, deadline = made["topicRuleDestination"]["arn"], time.monotonic() + PATIENCE
    while True:
        destination = iot.get_topic_rule_destination(arn=arn)["topicRuleDestination"]
        if destination["status"] != "IN_PROGRESS":
            break
        assert time.monotonic() < deadline, destination
    assert destination["status"] == "ERROR", destination
    assert "the server answered 4" in destination["statusReason"]
