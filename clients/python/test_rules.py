"""Topic rules, by boto3 and paho: the house's rule as its Terraform has it, and others."""

import json
import time

import function_code
import pytest
from boto3.dynamodb.types import TypeDeserializer

from aws_client import caller, client, iot, refused
from mqtt_client import PATIENCE, V5, Client, plain, secure

ACCOUNT = "000000000000"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "iot.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture(scope="module")
def aws(server):
    return iot(server)


@pytest.fixture(scope="module")
def tables(server):
    return client(server, "dynamodb")


@pytest.fixture
def role(server, name):
    """A role of the test's own that rules may take, and what it may do."""
    iam = client(server, "iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))

    def permit(*actions: str):
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_role_policy(
            RoleName=name, PolicyName="permits", PolicyDocument=json.dumps(document)
        )

    permit("dynamodb:PutItem", "iot:Publish")
    return f"arn:aws:iam::{ACCOUNT}:role/{name}", permit


@pytest.fixture
def rule(aws, name):
    """Makes rules, which end with the test."""
    made = []

    def make(sql: str, *actions: dict, suffix="", **more) -> str:
        # Rules have names without dashes.
        made.append((name + suffix).replace("-", "_"))
        payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": list(actions), **more}
        aws.create_topic_rule(ruleName=made[-1], topicRulePayload=payload)
        return made[-1]

    yield make
    for rule in made:
        aws.delete_topic_rule(ruleName=rule)


@pytest.fixture
def table(tables, name):
    tables.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    tables.get_waiter("table_exists").wait(TableName=name)
    return name


@pytest.fixture
def sensor(server, name):
    client = plain(server, V5, f"{name}-sensor")
    yield client
    client.leave()


@pytest.fixture
def listener(server, name):
    client = plain(server, V5, f"{name}-listener")
    client.subscribe(f"{name}/out/#", 1)
    yield client
    client.leave()


def put_item(role, table) -> dict:
    return {"dynamoDBv2": {"roleArn": role[0], "putItem": {"tableName": table}}}


def republish(role, topic, **more) -> dict:
    return {"republish": {"roleArn": role[0], "topic": topic, "qos": 1, **more}}


def items(tables, table) -> list[dict]:
    """What is in a table. A PUBACK says that it is there: nothing is awaited."""
    read = TypeDeserializer().deserialize
    found = tables.scan(TableName=table, ConsistentRead=True)["Items"]
    return sorted(({k: read(v) for k, v in item.items()} for item in found), key=str)


def told(listener):
    return json.loads(listener.messages.one().payload)


# === the house ===


def test_the_house_keeps_what_is_too_hot(tables, role, rule, table, sensor, name):
    topic = f"{name}/sensor/temperature"
    rule(f"SELECT *  FROM '{topic}/+' where temperature >= 40", put_item(role, table))
    for temperature in (45, 39.99, 40):
        message = {"id": str(temperature), "temperature": temperature, "sensor_id": 1, "zone_id": 1}
        assert sensor.publish(f"{topic}/temp_1", json.dumps(message), 1) == "Success"
    assert items(tables, table) == [
        {"id": "40", "temperature": 40, "sensor_id": 1, "zone_id": 1},
        {"id": "45", "temperature": 45, "sensor_id": 1, "zone_id": 1},
    ]


def test_two_rules_of_one_message_run_independently(
    tables, role, rule, table, sensor, listener, name
):
    rule(f"SELECT * FROM '{name}/in'", put_item(role, table), suffix="a")
    sql = f"SELECT id, zone * 2 AS twice FROM '{name}/+'"
    rule(sql, republish(role, f"{name}/out/${{id}}"), suffix="b")
    sensor.publish(f"{name}/in", '{"id": "x", "zone": 2}', 1)
    assert items(tables, table) == [{"id": "x", "zone": 2}]
    message = listener.messages.one()
    assert message.topic == f"{name}/out/x"
    assert json.loads(message.payload) == {"id": "x", "twice": 4}


def test_a_role_without_the_permission_gives_no_item_and_an_error_document(
    tables, role, rule, table, sensor, listener, name
):
    role[1]("iot:Publish")
    made = rule(
        f"SELECT * FROM '{name}/in'",
        put_item(role, table),
        errorAction=republish(role, f"{name}/out/errors"),
    )
    sensor.publish(f"{name}/in", '{"id": "x"}', 1)
    document = told(listener)
    assert (document["ruleName"], document["topic"]) == (made, f"{name}/in")
    assert document["clientId"] == f"{name}-sensor"
    assert document["base64OriginalPayload"] == "eyJpZCI6ICJ4In0="
    [failure] = document["failures"]
    assert failure["failedAction"] == "DynamoDBv2Action"
    assert "is not authorized to perform: dynamodb:PutItem" in failure["errorMessage"]
    assert items(tables, table) == []
    # It works as soon as the role may.
    role[1]("dynamodb:PutItem", "iot:Publish")
    sensor.publish(f"{name}/in", '{"id": "x"}', 1)
    assert items(tables, table) == [{"id": "x"}]


def test_an_acknowledged_message_is_in_the_table_after_a_kill(own_server, tmp_path, name):
    server = own_server
    tables, iam, aws = client(server, "dynamodb"), client(server, "iam"), iot(server)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    allow = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document)
    key = {"AttributeName": "id", "KeyType": "HASH"}
    tables.create_table(
        TableName="kept",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[key],
        BillingMode="PAY_PER_REQUEST",
    )
    role = (f"arn:aws:iam::{ACCOUNT}:role/r", None)
    payload = {"sql": "SELECT * FROM 'in'", "actions": [put_item(role, "kept")]}
    aws.create_topic_rule(ruleName="keep", topicRulePayload=payload)
    sensor = plain(server, V5, "sensor")
    assert sensor.publish("in", '{"id": "x"}', 1) == "Success"
    server.kill()
    server.start()
    assert items(client(server, "dynamodb"), "kept") == [{"id": "x"}]
    sensor.paho.loop_stop()


# === the ways into a rule ===


def test_basic_ingest_reaches_its_rule_and_no_subscriber(role, rule, sensor, listener, name):
    made = rule("SELECT topic() AS t", republish(role, f"{name}/out/t"))
    listener.subscribe("$aws/rules/#", 1)
    assert sensor.publish(f"$aws/rules/{made}/a/b", "{}", 1) == "Success"
    assert told(listener) == {"t": "a/b"}
    assert listener.messages.is_empty()


def test_messages_of_http_wills_shadows_and_presence_come_to_rules(
    server, aws, role, rule, listener, name
):
    bundle = server.device(name)
    for suffix, sql in {
        "http": f"SELECT clientid() AS c, 'http' AS what FROM '{name}/http'",
        "will": f"SELECT clientid() AS c, 'will' AS what FROM '{name}/will'",
        "shadow": "SELECT state.reported.on AS c, 'shadow' AS what "
        f"FROM '$aws/things/{name}/shadow/update/accepted'",
        "presence": "SELECT clientId AS c, 'presence' AS what "
        f"FROM '$aws/events/presence/disconnected/{name}'",
    }.items():
        rule(sql, republish(role, f"{name}/out/{suffix}"), suffix=f"_{suffix}")
    data = iot(server, service="iot-data")
    data.publish(topic=f"{name}/http", qos=1, payload=b"{}")
    assert told(listener) == {"c": "n/a", "what": "http"}
    data.update_thing_shadow(thingName=name, payload=b'{"state": {"reported": {"on": true}}}')
    assert told(listener) == {"c": True, "what": "shadow"}
    device = Client(V5, name, will=(f"{name}/will", "{}")).over_tls(bundle)
    device.enter(server.mqtts_port)
    device.vanish()
    ends = [told(listener), told(listener)]
    assert sorted(end["what"] for end in ends) == ["presence", "will"]
    assert {end["c"] for end in ends} == {name}


def test_rules_see_who_published(server, role, rule, listener, name):
    rule(
        f"SELECT clientid() AS id, principal() AS who, sourceip() AS ip FROM '{name}/in'",
        republish(role, f"{name}/out/who"),
    )
    bundle = server.device(name)
    device = secure(server, V5, bundle)
    device.publish(f"{name}/in", "{}", 1)
    assert told(listener) == {"id": name, "who": bundle.certificate_id, "ip": "127.0.0.1"}
    device.leave()


def test_headers_of_a_republished_message(role, rule, sensor, listener, name):
    headers = {
        "payloadFormatIndicator": "UTF8_DATA",
        "contentType": "application/json",
        "responseTopic": "answers/${topic(2)}",
        "correlationData": "aGVsbG8=",
        "messageExpiry": "60",
        "userProperties": [{"key": "from", "value": "${clientid()}"}],
    }
    rule(f"SELECT * FROM '{name}/in'", republish(role, f"{name}/out/h", headers=headers))
    sensor.publish(f"{name}/in", "{}", 1)
    properties = listener.messages.one().properties
    assert properties.PayloadFormatIndicator == 1 and properties.ContentType == "application/json"
    assert properties.ResponseTopic == "answers/in" and properties.CorrelationData == b"hello"
    assert properties.MessageExpiryInterval <= 60
    assert properties.UserProperty == [("from", f"{name}-sensor")]


def test_rules_that_feed_each_other_come_to_an_end(role, rule, sensor, listener, name):
    rule(f"SELECT * FROM '{name}/out/loop'", republish(role, f"{name}/out/loop"))
    assert sensor.publish(f"{name}/out/loop", "{}", 1) == "Success"
    assert len(listener.messages.take(11)) == 11
    assert sensor.publish(f"{name}/out/end", "last", 1) == "Success"
    assert listener.messages.one().payload == b"last"


# === the operations ===


def test_a_rule_is_given_back_as_it_was_put(server, aws, role, name):
    made = name.replace("-", "_")
    payload = {
        "sql": "SELECT * FROM 'a/+' WHERE x = 'it''s'",
        "description": "what is kept",
        "actions": [put_item(role, "Missing"), republish(role, "b/${topic()}")],
        "ruleDisabled": True,
        "awsIotSqlVersion": "2016-03-23",
        "errorAction": republish(role, "errors"),
    }
    aws.create_topic_rule(ruleName=made, topicRulePayload=payload, tags="team=blue%20sky&x=")

    def read():
        answer = aws.get_topic_rule(ruleName=made)
        answer.pop("ResponseMetadata")
        return answer

    first = read()
    rule = first["rule"]
    created = rule.pop("createdAt")
    assert rule == {"ruleName": made, **payload}
    assert first["ruleArn"] == f"arn:aws:iot:us-east-1:{ACCOUNT}:rule/{made}"
    tags = aws.list_tags_for_resource(resourceArn=first["ruleArn"])["tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "blue sky", "x": ""}
    with refused("ResourceAlreadyExistsException", 409):
        aws.create_topic_rule(ruleName=made, topicRulePayload=payload)

    aws.enable_topic_rule(ruleName=made)
    assert read()["rule"]["ruleDisabled"] is False
    aws.disable_topic_rule(ruleName=made)
    listed = {rule["ruleName"]: rule for rule in pages(aws, ruleDisabled=True)}
    assert listed[made]["topicPattern"] == "a/+"
    assert made in {rule["ruleName"] for rule in pages(aws, topic="a/b")}
    assert made not in {rule["ruleName"] for rule in pages(aws, topic="c")}

    other = {"sql": "SELECT 1 AS one", "actions": []}
    aws.replace_topic_rule(ruleName=made, topicRulePayload=other)
    rule = read()["rule"]
    assert rule.pop("createdAt") == created
    assert rule == {"ruleName": made, "ruleDisabled": False, **other}
    aws.delete_topic_rule(ruleName=made)
    with refused("UnauthorizedException", 401, "Access to topic rule"):
        aws.get_topic_rule(ruleName=made)


def pages(aws, **asked) -> list[dict]:
    found = []
    paginator = aws.get_paginator("list_topic_rules")
    for page in paginator.paginate(PaginationConfig={"PageSize": 1}, **asked):
        found += page["rules"]
    return found


@pytest.mark.parametrize(
    "code, text, payload",
    [
        ("SqlParseException", "column 8: expected ", {"sql": "SELECT FROM 'a'"}),
        ("SqlParseException", "column 1: expected SET or SELECT", {"sql": "DELETE FROM 'a'"}),
        (
            "SqlParseException",
            "the second argument of get_secret must be",
            {"sql": "SELECT get_secret('s', 'Text', 'arn:aws:iam::1:role/r') AS s FROM 'a'"},
        ),
        (
            "InvalidRequestException",
            "aws_lambda is not supported in an error action",
            {"errorAction": {"republish": {"roleArn": "r" * 20, "topic": "${aws_lambda('f', *)}"}}},
        ),
        ("SqlParseException", "2020-01-01", {"awsIotSqlVersion": "2020-01-01"}),
        (
            "InvalidRequestException",
            "the action kinesis is not supported yet",
            {"actions": [{"kinesis": {"roleArn": "r" * 20, "streamName": "s"}}]},
        ),
        (
            "InvalidRequestException",
            "actions[0].republish.topic: column 3",
            {"actions": [{"republish": {"roleArn": "r" * 20, "topic": "${"}}]},
        ),
        (
            "InvalidRequestException",
            "one member",
            {"actions": [{}]},
        ),
    ],
)
def test_what_cannot_run_is_refused_with_the_reason(aws, code, text, payload):
    rule = {"sql": "SELECT * FROM 'a'", "actions": [], "awsIotSqlVersion": "2016-03-23"}
    with refused(code, 400, text):
        aws.create_topic_rule(ruleName="refused", topicRulePayload=rule | payload)


def test_a_rule_may_be_made_only_by_who_may_pass_its_role(server, role, name):
    iam = client(server, "iam")
    iam.create_user(UserName=name)
    allow = {"Effect": "Allow", "Action": "iot:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    theirs = caller(server, "iot", key)
    payload = {"sql": "SELECT * FROM 'a'", "actions": [republish(role, "b")]}
    with refused("AccessDeniedException", 403, "iam:PassRole"):
        theirs.create_topic_rule(ruleName=name.replace("-", "_"), topicRulePayload=payload)


# === stories ===


def test_a_story_says_why_a_rule_did_not_match(server, rule, sensor, name):
    made = rule(f"SELECT * FROM '{name}/in' WHERE temperature >= 40")
    sensor.publish(f"{name}/in", '{"temp": 45}', 1)
    said = server.run("story", "--topic", f"{name}/#").stdout
    assert f"rule {made}: did not match" in said
    assert (
        "WHERE `temperature >= 40` was Undefined: the payload has no `temperature`; it has `temp`"
        in said
    )
    [story] = server.ask("story", "--topic", f"{name}/#")
    assert (story["clientId"], story["fate"]) == (f"{name}-sensor", "kept")
    assert server.ask("story", story["traceId"])[0]["id"] == story["id"]


def test_a_rule_is_tried_without_effect(server, tables, role, rule, table, sensor, listener, name):
    made = rule(
        f"SELECT * FROM '{name}/in'", put_item(role, table), republish(role, f"{name}/out/x")
    )
    tried = server.ask(
        "rule", "test", "--rule", made, "--topic", f"{name}/in", "--payload", '{"id": "x"}'
    )
    assert tried["matched"] and json.loads(tried["output"]) == {"id": "x"}
    assert tried["would"] == [
        f'put into the table {table}: {{"id":{{"S":"x"}}}}',
        f'publish to {name}/out/x: {{"id": "x"}}',
    ]
    assert items(tables, table) == []
    assert sensor.publish(f"{name}/out/end", "end", 1) == "Success"
    assert listener.messages.one().payload == b"end"
    tried = server.ask("rule", "test", "--sql", "SELECT a + 1 AS b", "--payload", '{"a": 1}')
    assert json.loads(tried["output"]) == {"b": 2}


def test_a_change_of_a_rule_holds_at_once_for_connections_that_are_open(
    aws, role, rule, sensor, listener, name
):
    made = rule(f"SELECT 1 AS version FROM '{name}/in'", republish(role, f"{name}/out/v"))
    sensor.publish(f"{name}/in", "{}", 1)
    assert told(listener) == {"version": 1}
    payload = {
        "sql": f"SELECT 2 AS version FROM '{name}/in'",
        "actions": [republish(role, f"{name}/out/v")],
    }
    aws.replace_topic_rule(ruleName=made, topicRulePayload=payload)
    sensor.publish(f"{name}/in", "{}", 1)
    assert told(listener) == {"version": 2}


LEVELS = """
def handler(event, context):
    if event["t"] < 0:
        raise ValueError("there is no such temperature")
    return {"is_hot": event["t"] > 40, "twice": event["t"] * 2}
"""


@pytest.fixture
def function(server, name):
    aws = client(server, "lambda")
    made = aws.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="app.handler",
        Role=function_code.role(client(server, "iam")),
        Code={"ZipFile": function_code.archive({"app.py": LEVELS})},
    )
    yield made["FunctionArn"]
    aws.delete_function(FunctionName=name)


def test_a_rule_asks_a_function_in_its_clauses_and_templates(
    aws, server, function, rule, role, name, table, tables
):
    arn, _ = role
    ask = f"aws_lambda('{function}', *)"
    made = rule(
        f"SELECT *, {ask}.twice AS twice FROM '{name}' WHERE t <> 0 AND {ask}.is_hot = true",
        {"dynamoDBv2": {"roleArn": arn, "putItem": {"tableName": table}}},
        {"republish": {"roleArn": arn, "topic": name + f"/${{{ask}.twice}}", "qos": 1}},
        errorAction={"republish": {"roleArn": arn, "topic": f"{name}/errors", "qos": 1}},
    )
    other = plain(server, V5, f"{name}-other")
    other.subscribe(f"{name}/+", 1)
    sender = plain(server, V5, name)

    def tell(t):
        sender.publish(name, json.dumps({"id": str(t), "t": t}), 1)

    def failure():
        message = other.messages.one()
        assert message.topic == f"{name}/errors"
        return json.loads(message.payload)["failures"][0]["errorMessage"]

    tell(45)
    assert "AddPermission does" in failure(), "its policy does not let AWS IoT ask it"
    client(server, "lambda").add_permission(
        FunctionName=function,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="iot.amazonaws.com",
        SourceArn=aws.get_topic_rule(ruleName=made)["ruleArn"],
    )
    # In order, so those that tell of nothing are done with when the last is told.
    for t in (0, 39, 45):
        tell(t)
    message = other.messages.one()
    assert message.topic == f"{name}/90"
    assert json.loads(message.payload) == {"id": "45", "t": 45, "twice": 90}
    [item] = tables.scan(TableName=table)["Items"]
    assert (item["t"], item["twice"]) == ({"N": "45"}, {"N": "90"})
    tell(-1)
    assert "there is no such temperature" in failure()

    stories = server.ask("story", "--topic", name)
    put_off = [story for story in stories if "deferred" in story["rules"][0]]
    assert {story["rules"][0]["deferred"] for story in put_off} == {
        f"asks the function {function}; it was, and another story tells what followed"
    }
    assert len(put_off) == 4, "one of five messages asked nobody"
    trace = next(story["traceId"] for story in put_off if '"t": 45' in story["payload"])
    run, first = server.ask("story", trace)
    assert first["rules"][0]["matched"] is False and run["rules"][0]["matched"] is True
    assert run["clientId"] == name and run["fate"] == "kept"
    told = server.run("rule", "test", "--rule", made, "--topic", name, "--payload", '{"t": 1}').stdout
    assert f"asks the function {function}, but only when a message comes" in told


def test_rules_that_feed_each_other_through_a_function_end(aws, server, function, rule, role, name):
    arn, _ = role
    made = rule(
        f"SELECT t, aws_lambda('{function}', *).twice AS twice FROM '{name}'",
        {"republish": {"roleArn": arn, "topic": name, "qos": 1}},
    )
    client(server, "lambda").add_permission(
        FunctionName=function,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="iot.amazonaws.com",
        SourceArn=aws.get_topic_rule(ruleName=made)["ruleArn"],
    )
    other = plain(server, V5, f"{name}-other")
    other.subscribe(name, 1)
    plain(server, V5, name).publish(name, '{"t": 1}', 1)
    other.messages.take(11)
    deadline = time.monotonic() + PATIENCE
    while True:
        latest = server.ask("story", "--topic", name)[0]
        actions = latest["rules"][0]["actions"]
        if actions and latest["hops"] == 10:
            break
        assert time.monotonic() < deadline, latest
    assert "failure" in actions[0], "the last may publish nothing"
    assert other.messages.is_empty()
