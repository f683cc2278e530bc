"""What the console shows of a house: counters of rules, who came and went, whether a mended policy would help,
what is wrong now, and dashboards."""

import json

import pytest

from aws_client import client, iot, own
from mqtt_client import V5, plain, secure
from server import arn, policy, statement
from test_rules import put_item, role, rule, sensor, table, tables  # noqa: F401 (fixtures)


@pytest.fixture(scope="module")
def aws(server):
    return iot(server)


def counters(server, rule: str) -> dict:  # noqa: F811
    [counted] = own(server, "RuleCounters", {"rule": rule})["rules"]
    return counted


def test_rules_count_what_they_were_asked_and_what_came_of_it(
    server, aws, role, rule, table, sensor, name  # noqa: F811
):
    permit = role[1]
    made = rule(f"SELECT topic() AS id, t FROM '{name}/in' WHERE t >= 40", put_item(role, table))
    for t in (39, 40, 41):
        sensor.publish(f"{name}/in", json.dumps({"t": t}), 1)
    permit("iot:Publish")
    sensor.publish(f"{name}/in", '{"t": 42}', 1)
    counted = counters(server, made)
    assert (counted["evaluated"], counted["matched"], counted["failed"]) == (4, 3, 0)
    [action] = counted["actions"]
    assert (action["action"], action["succeeded"], action["failed"]) == ("DynamoDBv2Action", 2, 1)
    assert "dynamodb:PutItem" in action["lastFailure"]
    overview = own(server, "Overview")
    [problem] = [p for p in overview["problems"] if p.get("page") == f"/rules/{made}"]
    assert problem["severity"] == "error" and "dynamodb:PutItem" in problem["what"]


def test_stories_are_those_of_one_client_and_of_a_time(server, aws, role, rule, table, sensor, name):  # noqa: F811
    rule(f"SELECT topic() AS id FROM '{name}/told'", put_item(role, table))
    sensor.publish(f"{name}/told", "{}", 1)
    aws_data = client(server, "iot-data")
    aws_data.publish(topic=f"{name}/told", qos=1, payload=b"{}")

    def told(**wanted):
        found = own(server, "Stories", {"topic": f"{name}/told", **wanted})["stories"]
        return [(story["clientId"], story["at"]) for story in found]

    (by_api, later), (by_sensor, earlier) = told()
    assert by_api != by_sensor and earlier <= later
    assert told(clientId=by_sensor) == [(by_sensor, earlier)]
    assert told(clientId="nobody") == []
    assert (by_sensor, earlier) in told(**{"from": earlier, "to": earlier})
    assert told(**{"from": later + 1}) == told(to=earlier - 1) == []


def test_a_house_without_anything_says_what_to_do_first(own_server):
    overview = own(own_server, "Overview")
    assert not any(overview["firstSteps"].values())
    assert overview["counts"]["things"] == overview["counts"]["tables"] == 0
    assert overview["problems"] == []
    assert overview["now"] >= overview["startedAt"] > 0
    server, root = overview["certificates"]
    assert (server["kind"], root["kind"]) == ("server", "root")
    assert root["notAfter"] > server["notAfter"] > overview["now"]


def test_first_steps_are_seen_when_they_are_done(own_server):
    lamp = plain(own_server, V5, "lamp")
    lamp.publish("lamp/on", "{}", 1)
    steps = own(own_server, "Overview")["firstSteps"]
    assert steps == {
        "deviceConnected": True, "messageReceived": True, "ruleMade": False, "rowLanded": False
    }
    tables = client(own_server, "dynamodb")  # noqa: F811
    tables.create_table(
        TableName="rows",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    tables.get_waiter("table_exists").wait(TableName="rows")
    assert not own(own_server, "Overview")["firstSteps"]["rowLanded"]
    tables.put_item(TableName="rows", Item={"id": {"S": "1"}})
    overview = own(own_server, "Overview")
    assert overview["firstSteps"]["rowLanded"]
    assert overview["messagesReceived"] == 1 and overview["counts"]["tables"] == 1
    lamp.leave()


def test_who_came_and_went_is_remembered(server, name):
    client_id = f"{name}-lamp"
    plain(server, V5, client_id).leave()
    plain(server, V5, f"{name}-other").leave()
    went, came = own(server, "Connections", {"clientId": client_id})["events"]
    assert (came["kind"], went["kind"]) == ("connected", "disconnected")
    assert went["reason"] == "CLIENT_INITIATED_DISCONNECT"
    assert came["sourceIp"] == "127.0.0.1" and came["clientId"] == client_id


def test_a_policy_with_a_leading_slash_is_tried_before_it_is_mended(server, aws, name):
    def document(topic: str) -> dict:
        return policy(
            statement("Allow", "iot:Connect", arn("client/*")),
            statement("Allow", "iot:Publish", arn(f"topic/{topic}")),
        )

    bundle = server.device(name, document("/cicd/led"))
    device = secure(server, V5, bundle)
    assert device.publish("cicd/led", "on", 1) == "Not authorized"
    device.leave()
    refusal = server.refused(kind="publish", text="slash")
    trial = {"event": refusal["id"], "policyName": bundle.policy}
    same = own(server, "TryPolicy", {**trial, "document": json.dumps(document("/cicd/led"))})
    assert not same["before"]["allowed"] and not same["after"]["allowed"]
    assert same["after"]["reason"] == refusal["reason"] and "slash" in same["after"]["advice"]
    mended = own(server, "TryPolicy", {**trial, "document": json.dumps(document("cicd/led"))})
    assert (mended["before"]["allowed"], mended["after"]) == (False, {"allowed": True})
    wrong = own(server, "TryPolicy", {**trial, "document": "{"})
    assert "MalformedPolicyException" in wrong["__type"]
    # Nothing was changed by trying.
    stored = aws.get_policy(policyName=bundle.policy)["policyDocument"]
    assert json.loads(stored) == document("/cicd/led")


def test_dashboards_are_kept_whole_and_listed_by_name(server, name):
    for part in ("attic", "cellar"):
        body = json.dumps({"version": 1, "panels": [], "title": part})
        assert own(server, "PutDashboard", {"name": f"{name}-{part}", "body": body}) == {}
    listed = own(server, "ListDashboards", {"prefix": name})["dashboards"]
    assert [found["name"] for found in listed] == [f"{name}-attic", f"{name}-cellar"]
    found = own(server, "GetDashboard", {"name": f"{name}-attic"})
    assert json.loads(found["body"])["title"] == "attic"
    assert found["updatedBy"].endswith(":root") and found["updatedAt"] == listed[0]["updatedAt"]
    own(server, "DeleteDashboard", {"name": f"{name}-attic"})
    gone = own(server, "GetDashboard", {"name": f"{name}-attic"})
    assert "ResourceNotFoundException" in gone["__type"]
    wrong = own(server, "PutDashboard", {"name": "a b", "body": "{}"})
    assert "letters, digits" in wrong["message"]


def test_who_may_read_everything_sees_how_the_house_is_and_changes_nothing(server, name):
    iam = client(server, "iam")
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    key = iam.create_access_key(UserName=name)["AccessKey"]
    for operation in ("Overview", "RuleCounters", "Connections", "Explain", "ListDashboards", "Stories"):
        assert "__type" not in own(server, operation, key=key), operation
    refused = own(server, "PutDashboard", {"name": "mine", "body": "{}"}, key=key)
    assert "AccessDenied" in refused["__type"] and "thingstead:PutDashboard" in refused["message"]
