"""Recordings, and a corrected rule that does for them what it missed."""

import json
import subprocess
import threading
import time

import pytest

from aws_client import client, iot
from mqtt_client import V5, plain
from server import PROGRAM
from test_rules import items, put_item, role, table, tables  # noqa: F401 (fixtures)

COLD = "SELECT newuuid() AS id, timestamp() AS at, t FROM '{}/in' WHERE t > 1000"
RIGHT = "SELECT newuuid() AS id, timestamp() AS at, t FROM '{}/in' WHERE t >= 40"


@pytest.fixture(scope="module")
def aws(server):
    return iot(server)


@pytest.fixture
def sensor(server, name):
    sensor = plain(server, V5, f"{name}-sensor")
    yield sensor
    sensor.leave()


@pytest.fixture
def wrong(aws, role, table, name):  # noqa: F811
    """A rule that matches nothing, and how to correct it."""
    made = name.replace("-", "_")

    def say(sql: str) -> dict:
        return {
            "sql": sql.format(name),
            "awsIotSqlVersion": "2016-03-23",
            "actions": [put_item(role, table)],
        }

    aws.create_topic_rule(ruleName=made, topicRulePayload=say(COLD))
    yield made, lambda: aws.replace_topic_rule(ruleName=made, topicRulePayload=say(RIGHT))
    aws.delete_topic_rule(ruleName=made)


@pytest.fixture
def recorded(server, name):
    server.run("record", "on", f"{name}/#")
    yield f"{name}/#"
    server.run("record", "off", f"{name}/#")


def replay(server, *words) -> dict:
    verdicts = server.ask("replay", *words)
    return {key: verdicts[key] for key in ("matched", "unmatched", "failed", "doneBefore")}


def counted(matched=0, unmatched=0, failed=0, done_before=0) -> dict:
    return {
        "matched": matched,
        "unmatched": unmatched,
        "failed": failed,
        "doneBefore": done_before,
    }


def test_a_recording_is_listed_with_its_limits(server, sensor, name):
    server.run("record", "on", f"{name}/+", "--days", "2", "--megabytes", "3")
    sensor.publish(f"{name}/in", "hello", 1)
    sensor.publish("elsewhere", "hello", 1)
    of_ours = [one for one in server.ask("record", "list") if one["filter"] == f"{name}/+"]
    assert [(one["days"], one["megabytes"], one["messages"]) for one in of_ours] == [(2, 3, 1)]
    assert of_ours[0]["firstAt"] == of_ours[0]["lastAt"] > 0
    assert "1 messages" in server.run("record", "list").stdout
    server.run("record", "off", f"{name}/+")
    assert f"{name}/+" not in server.run("record", "list").stdout
    for words in (["off", f"{name}/+"], ["on", "$share/g/a"], ["on", "a", "--days", "0"]):
        command = [PROGRAM, "--data", str(server.data), "record", *words]
        assert subprocess.run(command, capture_output=True).returncode != 0, words


def test_a_corrected_rule_does_what_it_missed_once(
    server, tables, table, wrong, recorded, sensor, name  # noqa: F811
):
    rule, correct = wrong
    before = int(time.time() * 1000) - 1000
    for t in (45, 39, 40):
        sensor.publish(f"{name}/in", json.dumps({"t": t}), 1)
    after = int(time.time() * 1000) + 1000
    tried = server.run("rule", "test", "--rule", rule, "--since", "1h").stdout
    assert "of the recorded messages: 0 matched, 3 did not match" in tried
    correct()
    tried = server.run("rule", "test", "--rule", rule, "--since", "1h").stdout
    assert "2 matched, 1 did not match" in tried and "would put into the table" in tried

    said = server.run("replay", "--rule", rule, "--since", "1h").stdout
    assert "2 matched, 1 did not match" in said and "--yes" in said
    assert items(tables, table) == []
    assert replay(server, "--rule", rule, "--since", "1h", "--yes") == counted(2, 1)
    made = items(tables, table)
    assert sorted(int(item["t"]) for item in made) == [40, 45]
    assert all(before <= int(item["at"]) <= after for item in made)
    assert replay(server, "--rule", rule, "--since", "1h", "--yes") == counted(0, 1, 0, 2)
    assert items(tables, table) == made


def test_what_the_rule_did_at_once_is_not_done_again(
    server, tables, table, wrong, recorded, sensor, name  # noqa: F811
):
    rule, correct = wrong
    correct()
    sensor.publish(f"{name}/in", '{"t": 50}', 1)
    made = items(tables, table)
    assert len(made) == 1
    assert replay(server, "--rule", rule, "--yes") == counted(done_before=1)
    assert items(tables, table) == made


def test_only_what_is_asked_for_is_replayed(
    server, wrong, recorded, sensor, name  # noqa: F811
):
    rule, correct = wrong
    sensor.publish(f"{name}/in", '{"t": 50}', 1)
    correct()
    assert replay(server, "--rule", rule, "--topic", f"{name}/out", "--yes") == counted()
    assert replay(server, "--rule", rule, "--until", "1h", "--yes") == counted()
    assert replay(server, "--rule", rule, "--until", "0s", "--since", "1h") == counted(1)


def test_a_replay_goes_on_after_kill(own_server):
    """The server is killed while it replays: what it did stays done, and the rest follows."""
    count = 1500
    server = own_server
    server.run("record", "on", "in")
    sql = client(server, "dynamodb")
    sql.create_table(
        TableName="replayed",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    iam = client(server, "iam")
    statement = {"Effect": "Allow", "Principal": {"Service": "iot.amazonaws.com"}}
    trust = {"Version": "2012-10-17", "Statement": [{**statement, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))
    allow = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document)
    action = put_item(["arn:aws:iam::000000000000:role/r"], "replayed")
    sensor = plain(server, V5, "sensor")
    for t in range(count):
        sensor.publish("in", json.dumps({"t": t}), 1)
    sensor.leave()
    payload = {"sql": "SELECT newuuid() AS id, t FROM 'in'", "actions": [action]}
    iot(server).create_topic_rule(
        ruleName="late", topicRulePayload={**payload, "awsIotSqlVersion": "2016-03-23"}
    )
    command = [PROGRAM, "--data", str(server.data), "replay", "--rule", "late", "--yes"]
    replaying = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    some = threading.Event()

    def watch():
        while sql.scan(TableName="replayed", Select="COUNT", Limit=1)["Count"] == 0:
            if replaying.poll() is not None:
                break
        some.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert some.wait(60)
    server.kill()
    replaying.wait()
    watcher.join()
    server.start()
    tried = server.ask("replay", "--rule", "late")
    done = tried["doneBefore"]
    pages = client(server, "dynamodb").get_paginator("scan")
    held = lambda: sum(page["Count"] for page in pages.paginate(TableName="replayed"))  # noqa: E731
    assert held() == done > 0
    rest = replay(server, "--rule", "late", "--yes")
    assert rest == counted(matched=count - done, done_before=done)
    assert held() == count
