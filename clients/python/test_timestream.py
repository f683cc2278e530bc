"""Timestream: boto3, which finds its endpoint as it does with AWS, the CLI, and the house's rule."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest

from aws_client import caller, client, iot, refused
from mqtt_client import V5, plain

ACCOUNT = "000000000000"


@pytest.fixture(scope="module")
def write(server):
    return client(server, "timestream-write")


@pytest.fixture(scope="module")
def query(server):
    return client(server, "timestream-query")


@pytest.fixture
def table(write, name):
    """A table of the test's own, as `"database"."table"`."""
    write.create_database(DatabaseName=name)
    write.create_table(DatabaseName=name, TableName="points")
    return f'"{name}"."points"'


def now() -> int:
    return int(time.time() * 1000)


def record(at: int, value, *, kind="DOUBLE", measure="level", **dimensions) -> dict:
    return {
        "Dimensions": [{"Name": key, "Value": text} for key, text in dimensions.items()],
        "MeasureName": measure,
        "MeasureValue": str(value),
        "MeasureValueType": kind,
        "Time": str(at),
    }


def put(write, table, records, **more):
    database, name = (part.strip('"') for part in table.split("."))
    return write.write_records(DatabaseName=database, TableName=name, Records=records, **more)


def scalar(datum):
    return datum.get("ScalarValue")


def rows(query, sql, **more) -> list[list]:
    pages = query.get_paginator("query").paginate(QueryString=sql, **more)
    return [[scalar(datum) for datum in row["Data"]] for page in pages for row in page["Rows"]]


# === databases and tables ===


def test_a_database_and_its_tables_live_and_die(write, name):
    made = write.create_database(DatabaseName=name, Tags=[{"Key": "a", "Value": "1"}])["Database"]
    arn = f"arn:aws:timestream:us-east-1:{ACCOUNT}:database/{name}"
    assert (made["Arn"], made["DatabaseName"], made["TableCount"]) == (arn, name, 0)
    table = write.create_table(
        DatabaseName=name,
        TableName="points",
        RetentionProperties={
            "MemoryStoreRetentionPeriodInHours": 12,
            "MagneticStoreRetentionPeriodInDays": 30,
        },
        MagneticStoreWriteProperties={"EnableMagneticStoreWrites": True},
    )["Table"]
    assert (table["Arn"], table["TableStatus"]) == (f"{arn}/table/points", "ACTIVE")
    described = write.describe_table(DatabaseName=name, TableName="points")["Table"]
    assert described == table
    assert described["RetentionProperties"]["MemoryStoreRetentionPeriodInHours"] == 12
    write.update_table(
        DatabaseName=name,
        TableName="points",
        RetentionProperties={
            "MemoryStoreRetentionPeriodInHours": 24,
            "MagneticStoreRetentionPeriodInDays": 30,
        },
    )
    described = write.describe_table(DatabaseName=name, TableName="points")["Table"]
    assert described["RetentionProperties"]["MemoryStoreRetentionPeriodInHours"] == 24
    assert described["MagneticStoreWriteProperties"]["EnableMagneticStoreWrites"] is True
    listed = write.list_tables(DatabaseName=name)["Tables"]
    assert [one["TableName"] for one in listed] == ["points"]
    assert name in [one["DatabaseName"] for one in write.list_databases()["Databases"]]
    write.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
    write.untag_resource(ResourceARN=arn, TagKeys=["a"])
    tags = write.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tags == [{"Key": "b", "Value": "2"}]
    with refused("ValidationException", 400, "contains tables"):
        write.delete_database(DatabaseName=name)
    write.delete_table(DatabaseName=name, TableName="points")
    write.delete_database(DatabaseName=name)
    with refused("ResourceNotFoundException", 400):
        write.describe_database(DatabaseName=name)


def test_what_cannot_be_made_is_refused_by_name(write, name):
    write.create_database(DatabaseName=name)
    with refused("ConflictException", 400):
        write.create_database(DatabaseName=name)
    with refused("ValidationException", 400, "DatabaseName"):
        write.create_database(DatabaseName="a b")
    with refused("ResourceNotFoundException", 400):
        write.create_table(DatabaseName="nowhere", TableName="points")
    with refused("ResourceNotFoundException", 400):
        put(write, f"{name}.nothing", [record(now(), 1.0, device="a")])
    with refused("UnknownOperationException", 404):
        write.list_batch_load_tasks()


# === records ===


def test_records_share_what_they_have_in_common(write, query, table):
    at = now()
    common = {
        "Dimensions": [{"Name": "site", "Value": "north"}],
        "MeasureName": "level",
        "MeasureValueType": "DOUBLE",
        "Time": str(at),
    }
    records = [
        {"Dimensions": [{"Name": "device", "Value": device}], "MeasureValue": value}
        for device, value in [("a", "1.5"), ("b", "2.5")]
    ]
    ingested = put(write, table, records, CommonAttributes=common)["RecordsIngested"]
    assert ingested == {"Total": 2, "MemoryStore": 2, "MagneticStore": 0}
    sql = f"SELECT device, site, measure_value::double FROM {table} ORDER BY device"
    assert rows(query, sql) == [["a", "north", "1.5"], ["b", "north", "2.5"]]


def test_records_of_many_measures_have_a_column_for_each(write, query, table):
    measures = [
        {"Name": "level", "Value": "1.5", "Type": "DOUBLE"},
        {"Name": "count", "Value": "7", "Type": "BIGINT"},
        {"Name": "ok", "Value": "true", "Type": "BOOLEAN"},
        {"Name": "state", "Value": "warm", "Type": "VARCHAR"},
    ]
    many = {
        "Dimensions": [{"Name": "device", "Value": "a"}],
        "MeasureName": "metrics",
        "MeasureValueType": "MULTI",
        "MeasureValues": measures,
        "Time": str(now()),
    }
    put(write, table, [many])
    answer = query.query(QueryString=f"SELECT level, count, ok, state FROM {table}")
    types = [column["Type"]["ScalarType"] for column in answer["ColumnInfo"]]
    assert types == ["DOUBLE", "BIGINT", "BOOLEAN", "VARCHAR"]
    assert [scalar(datum) for datum in answer["Rows"][0]["Data"]] == ["1.5", "7", "true", "warm"]


def test_what_is_rejected_is_told_record_by_record(write, query, table):
    at = now()
    put(write, table, [record(at, 1.0, device="a")])
    # The same again is taken, and is still one row.
    put(write, table, [record(at, 1.0, device="a")])
    old = record(at - 1000 * 3600 * 24 * 365, 1.0, device="old")
    with refused("RejectedRecordsException", 400) as raised:
        put(write, table, [record(at, 2.0, device="a"), record(at, 3.0, device="b"), old])
    rejected = {one["RecordIndex"]: one for one in raised.value.response["RejectedRecords"]}
    assert sorted(rejected) == [0, 2]
    assert rejected[0]["ExistingVersion"] == 1
    put(write, table, [record(at, 2.0, device="a") | {"Version": 2}])
    sql = f"SELECT device, measure_value::double FROM {table} ORDER BY device"
    assert rows(query, sql) == [["a", "2.0"], ["b", "3.0"]]


# === queries ===


def test_a_dashboard_asks_for_means(write, query, table):
    at = now() // 60_000 * 60_000 - 120_000
    records = [
        record(at + second * 1000, second, device=f"d{device}", site=f"s{device % 2}")
        for device in range(4)
        for second in range(0, 20, 4)
    ]
    put(write, table, records)
    sql = f"""
        SELECT site, bin(time, 1m) AS minute, avg(measure_value::double) AS mean, count(*) AS n
        FROM {table} WHERE time BETWEEN ago(1h) AND now() AND measure_name = 'level'
        GROUP BY site, bin(time, 1m) ORDER BY site"""
    found = rows(query, sql)
    assert [(site, mean, n) for site, _, mean, n in found] == [
        ("s0", "8.0", "10"),
        ("s1", "8.0", "10"),
    ]
    answer = query.query(QueryString=sql)
    assert answer["QueryStatus"]["ProgressPercentage"] == 100.0
    assert answer["QueryStatus"]["CumulativeBytesScanned"] > 0
    assert [column["Name"] for column in answer["ColumnInfo"]] == ["site", "minute", "mean", "n"]


def test_nested_values_have_their_shapes(query):
    answer = query.query(
        QueryString="SELECT ARRAY[1, NULL], ROW(1, 'a'), NULL, "
        "(SELECT create_time_series(t, v) FROM (VALUES (TIMESTAMP '2024-01-01 00:00:00', 1.5)) x(t, v))"
    )
    array, row, null, series = answer["Rows"][0]["Data"]
    assert array == {"ArrayValue": [{"ScalarValue": "1"}, {"NullValue": True}]}
    assert row == {"RowValue": {"Data": [{"ScalarValue": "1"}, {"ScalarValue": "a"}]}}
    assert null == {"NullValue": True}
    point = {"Time": "2024-01-01 00:00:00.000000000", "Value": {"ScalarValue": "1.5"}}
    assert series == {"TimeSeriesValue": [point]}
    types = [column["Type"] for column in answer["ColumnInfo"]]
    assert types[0] == {"ArrayColumnInfo": {"Type": {"ScalarType": "INTEGER"}}}
    assert types[3] == {"TimeSeriesMeasureValueColumnInfo": {"Type": {"ScalarType": "DOUBLE"}}}


def test_pages_go_on_where_they_ended(query):
    sql = "SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n)"
    pages = list(query.get_paginator("query").paginate(QueryString=sql))
    assert [len(page["Rows"]) for page in pages] == [1000, 1000, 500]
    assert len({page["QueryId"] for page in pages}) == 1
    small = query.query(QueryString=sql, MaxRows=7)
    assert len(small["Rows"]) == 7
    again = query.query(QueryString=sql, MaxRows=7, NextToken=small["NextToken"])
    assert scalar(again["Rows"][0]["Data"][0]) == "8"
    # A token is good once, for its own query.
    with refused("ValidationException", 400, "Invalid pagination token"):
        query.query(QueryString=sql, NextToken=small["NextToken"])
    with refused("ValidationException", 400, "Invalid pagination token"):
        query.query(QueryString="SELECT 1", NextToken=again["NextToken"])


def test_a_query_can_be_cancelled(query):
    sql = "SELECT n FROM UNNEST(sequence(1, 9000)) AS t(n)"
    page = query.query(QueryString=sql, MaxRows=1)
    assert query.cancel_query(QueryId=page["QueryId"])["CancellationMessage"]
    assert "already" in query.cancel_query(QueryId=page["QueryId"])["CancellationMessage"]
    with refused("ValidationException", 400, "Invalid pagination token"):
        query.query(QueryString=sql, NextToken=page["NextToken"])
    with refused("ValidationException", 400):
        query.cancel_query(QueryId="NOTHING")


def test_a_query_is_prepared_without_being_run(query, table):
    sql = f"SELECT time, 1 AS one FROM {table} WHERE time < @scheduled_runtime"
    prepared = query.prepare_query(QueryString=sql, ValidateOnly=True)
    assert [column["Name"] for column in prepared["Columns"]] == ["time", "one"]
    kind = {"ScalarType": "TIMESTAMP"}
    assert prepared["Parameters"] == [{"Name": "scheduled_runtime", "Type": kind}]
    with refused("ValidationException", 400, "ValidateOnly"):
        query.prepare_query(QueryString=sql)


@pytest.mark.parametrize(
    ("sql", "code", "text"),
    [
        ("SELECT nothing FROM {table}", "ValidationException", "line 1:8: Column 'nothing' does not exist"),
        ("SELECT * FORM x", "ValidationException", "The query syntax is invalid at line 1:10"),
        ("SELECT * FROM nowhere.x", "ValidationException", "database 'nowhere' not found"),
        ("SELECT foo(1)", "ValidationException", "line 1:8: Function foo not registered"),
        ("SELECT 1/0", "QueryExecutionException", "Division by zero"),
    ],
)  # fmt: skip
def test_errors_say_where_and_what(query, table, sql, code, text):
    with refused(code, 400, text):
        query.query(QueryString=sql.format(table=table))


def test_a_query_needs_the_permission_of_its_tables(server, query, table, name):
    iam = client(server, "iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    other = caller(server, "timestream-query", key)
    database = name

    def permit(*actions):
        statement = {
            "Effect": "Allow",
            "Action": list(actions),
            "Resource": f"arn:aws:timestream:us-east-1:{ACCOUNT}:database/{database}/table/points",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)

    with refused("AccessDeniedException", 400, "timestream:Select"):
        other.query(QueryString=f"WITH x AS (SELECT * FROM {table}) SELECT count(*) FROM x")
    permit("timestream:Select")
    assert rows(other, f"SELECT count(*) FROM {table}") == [["0"]]
    with refused("AccessDeniedException", 400, "timestream:SelectValues"):
        other.query(QueryString="SELECT 1")
    with refused("AccessDeniedException", 400, "timestream:DescribeTable"):
        other.query(QueryString=f"DESCRIBE {table}")


# === the endpoint ===


def test_boto3_follows_the_endpoint_that_it_discovers(server, monkeypatch, name):
    for key, value in server.environment().items():
        monkeypatch.setenv(key, value)
    write, query = boto3.client("timestream-write"), boto3.client("timestream-query")
    [endpoint] = write.describe_endpoints()["Endpoints"]
    assert endpoint == {"Address": server.aws_url, "CachePeriodInMinutes": 1440}
    write.create_database(DatabaseName=name)
    write.create_table(DatabaseName=name, TableName="points")
    put(write, f"{name}.points", [record(now(), 1.5, device="a")])
    assert rows(query, f'SELECT device FROM "{name}"."points"') == [["a"]]


def test_the_cli_writes_and_asks(server, name, tmp_path):
    own = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    own |= {"PATH": f"{Path(sys.executable).parent}:{own['PATH']}", "AWS_CONFIG_FILE": "none"}
    own |= server.environment()

    def run(*words):
        done = subprocess.run(
            ["aws", *words], env=own, capture_output=True, text=True, timeout=60, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    run("timestream-write", "create-database", "--database-name", name)
    run("timestream-write", "create-table", "--database-name", name, "--table-name", "points")
    records = json.dumps([record(now(), 20, kind="BIGINT", device="a")])
    run(
        "timestream-write", "write-records", "--database-name", name, "--table-name", "points",
        "--records", records,
    )  # fmt: skip
    sql = f'SELECT device, measure_value::bigint FROM "{name}"."points"'
    answer = run("timestream-query", "query", "--query-string", sql)
    assert answer["Rows"] == [{"Data": [{"ScalarValue": "a"}, {"ScalarValue": "20"}]}]


# === the house ===


@pytest.fixture
def house(server, write, name):
    """The house's rule as its Terraform has it, and the name of its database."""
    database = name.replace("-", "_")
    write.create_database(DatabaseName=database)
    write.create_table(DatabaseName=database, TableName="temperaturesensor")
    iam, aws = client(server, "iam"), iot(server)
    trust = {"Effect": "Allow", "Principal": {"Service": "iot.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)

    def permit(*actions):
        statements = [
            {"Effect": "Allow", "Action": action, "Resource": "*"} for action in actions
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)

    permit("timestream:WriteRecords", "timestream:DescribeEndpoints", "iot:Publish")
    role = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    action = {
        "roleArn": role,
        "databaseName": database,
        "tableName": "temperaturesensor",
        "dimensions": [
            {"name": key, "value": f"${{{key}}}"} for key in ("sensor_id", "temperature", "zone_id")
        ],
        "timestamp": {"unit": "MILLISECONDS", "value": "${timestamp()}"},
    }
    rule = database
    aws.create_topic_rule(
        ruleName=rule,
        topicRulePayload={
            "sql": f"SELECT * FROM '{name}/sensor/temperature/+'",
            "awsIotSqlVersion": "2016-03-23",
            "actions": [{"timestream": action}],
            "errorAction": {
                "republish": {"roleArn": role, "topic": f"{name}/errors", "qos": 1}
            },
        },
    )
    sensor = plain(server, V5, f"{name}-sensor")
    yield f'"{database}"."temperaturesensor"', sensor, permit
    sensor.leave()
    aws.delete_topic_rule(ruleName=rule)


def publish(sensor, name, temperature, sensor_id=1, zone_id=1):
    message = {
        "id": f"{temperature}",
        "temperature": temperature,
        "sensor_id": sensor_id,
        "zone_id": zone_id,
    }
    topic = f"{name}/sensor/temperature/temp_{sensor_id}"
    assert sensor.publish(topic, json.dumps(message), 1) == "Success"


def test_the_house_finds_its_reading_first(query, house, name):
    table, sensor, _ = house
    publish(sensor, name, 19.5)
    before = now()
    publish(sensor, name, 20)
    after = now()
    sql = f"SELECT * FROM {table} WHERE time between ago(15m) and now() ORDER BY time DESC"
    answer = query.query(QueryString=sql)
    names = [column["Name"] for column in answer["ColumnInfo"]]
    first = [dict(zip(names, map(scalar, row["Data"]))) for row in answer["Rows"]][0]
    assert (first["sensor_id"], first["temperature"], first["zone_id"]) == ("1", "20", "1")
    # The server's time, in milliseconds.
    assert first["time"].endswith("000000")
    at = f"SELECT to_milliseconds(max(time)) FROM {table}"
    assert before <= int(rows(query, at)[0][0]) <= after
    kinds = f"SELECT measure_name, measure_value::bigint FROM {table} WHERE temperature = '20' ORDER BY 1"
    assert rows(query, kinds) == [["id", None], ["sensor_id", "1"], ["temperature", "20"], ["zone_id", "1"]]
    doubles = f"SELECT measure_value::double FROM {table} WHERE measure_name = 'temperature' AND temperature = '19.5'"
    assert rows(query, doubles) == [["19.5"]]


def test_the_house_s_lambda_takes_the_mean_of_a_zone(query, house, name):
    table, sensor, _ = house
    table = table.replace('"', "")
    for temperature, sensor_id, zone in [(36, 1, 1), (34.5, 2, 1), (10, 3, 2)]:
        publish(sensor, name, temperature, sensor_id, zone)
    means = []
    for zone in (1, 2):
        sql = f"SELECT temperature FROM {table} WHERE time > ago(1m) and zone_id like '%{zone}%' ORDER BY time ASC"
        found = query.query(QueryString=sql)["Rows"]
        values = [float(row["Data"][0]["ScalarValue"]) for row in found]
        means.append(sum(values) / len(values))
    assert means == [35.25, 10.0]


def test_a_role_that_may_not_write_leaves_no_row_but_an_error(server, query, house, name):
    table, sensor, permit = house
    listener = plain(server, V5, f"{name}-listener")
    listener.subscribe(f"{name}/errors", 1)
    permit("timestream:DescribeEndpoints", "iot:Publish")
    publish(sensor, name, 20)
    failure = json.loads(listener.messages.one().payload)["failures"][0]
    assert failure["failedAction"] == "TimestreamAction"
    assert "timestream:WriteRecords" in failure["errorMessage"]
    assert rows(query, f"SELECT count(*) FROM {table}") == [["0"]]
    permit("timestream:DescribeEndpoints", "timestream:WriteRecords", "iot:Publish")
    topic = f"{name}/sensor/temperature/temp_1"
    sensor.publish(topic, '{"sensor_id": 1, "temperature": 1, "zone_id": 1, "list": [1]}', 1)
    failure = json.loads(listener.messages.one().payload)["failures"][0]
    assert "the attribute list" in failure["errorMessage"]
    assert rows(query, f"SELECT count(*) FROM {table}") == [["0"]]
    listener.leave()


def test_rows_are_there_after_a_kill(own_server, name):
    write = client(own_server, "timestream-write")
    write.create_database(DatabaseName=name)
    write.create_table(DatabaseName=name, TableName="points")
    at = now()
    put(write, f"{name}.points", [record(at - n, n, device="a") for n in range(100)])
    own_server.kill()
    own_server.start()
    query = client(own_server, "timestream-query")
    sql = f'SELECT count(*), sum(measure_value::double) FROM "{name}"."points"'
    assert rows(query, sql) == [["100", "4950.0"]]
