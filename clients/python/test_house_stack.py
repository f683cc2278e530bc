"""The application `house`: deployed from its template, in both of its languages, with devices of its own."""

import base64
import json
import subprocess
import sys
import time
from pathlib import Path

import aws_client
import pytest
from house_stack import APPLICATION, WITH_BOTO3, House

from mqtt_client import V3, Client
from server import PATIENCE, Server
from test_stacks import everything


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("house"), config=WITH_BOTO3).start()
    yield server
    server.close()


@pytest.fixture(params=["rust", "python"])
def house(servers, tmp_path, request):
    """Made before each test, and gone without a trace behind it."""
    before = all_there_is(servers)
    # No clock: tests invoke the controller themselves.
    house = House(servers, tmp_path / "house", request.param, "Schedule=DISABLED")
    house.language = request.param
    yield house
    house.close()
    servers.run("destroy", "house")
    assert all_there_is(servers) == before


def all_there_is(server):
    ask = lambda service: aws_client.client(server, service)
    return everything(server) | {
        "certificates": ask("iot").list_certificates()["certificates"],
        "buckets": ask("s3").list_buckets()["Buckets"],
        "targets": [it["Arn"] for it in ask("events").list_rules()["Rules"]],
    }


def test_each_reading_goes_where_it_belongs(house):
    sensor = house.device("temp_1")
    for identity, temperature in (("hot", 45), ("warm", 39.99), ("edge", 40), ("cool", 20)):
        house.read(sensor, identity, temperature)
    assert house.items() == {"hot": "45", "edge": "40"}
    rows = house.rows()
    first = rows[0]
    assert (first["sensor_id"], first["temperature"], first["zone_id"]) == ("1", "20", "1")
    assert first["time"].endswith("000000"), "milliseconds"
    assert {row["temperature"] for row in rows} == {"20", "39.99"} and len(rows) == 8
    assert house.told() == []


@pytest.mark.parametrize("house", ["python"], indirect=True)
def test_what_is_no_reading_is_told_and_kept_nowhere(house):
    sensor = house.device("temp_1")
    wrong = [
        {"id": "a", "temperature": "hot", "sensor_id": 1, "zone_id": 1},
        {"id": "b", "temperature": "36.5", "sensor_id": 1, "zone_id": 1},
        {"id": "c", "sensor_id": 1, "zone_id": 1},
        {"id": "d", "temperature": None, "sensor_id": 1, "zone_id": 1},
        {"id": "e", "temperature": [45], "sensor_id": 1, "zone_id": 1},
        {"temperature": 30, "sensor_id": 1, "zone_id": 1},
        {"temperature": 45, "sensor_id": 1, "zone_id": 1},
    ]
    for message in wrong:
        house.say(sensor, 1, message)
    assert (house.items(), house.rows()) == ({}, [])
    assert house.told() == wrong
    # Not even an object: each rule fails and tells so.
    house.say(sensor, 1, "warm")
    assert (house.items(), house.rows()) == ({}, [])


@pytest.mark.parametrize("house", ["python"], indirect=True)
def test_a_rule_that_may_not_write_says_so_and_the_other_goes_on(house):
    policy = house.iam.get_role_policy(RoleName="iot_role", PolicyName="keep")["PolicyDocument"]
    policy["Statement"] = [it for it in policy["Statement"] if it["Action"] != "timestream:WriteRecords"]
    house.iam.put_role_policy(RoleName="iot_role", PolicyName="keep", PolicyDocument=json.dumps(policy))
    sensor = house.device("temp_1")
    house.read(sensor, "cool", 20)
    house.read(sensor, "hot", 45)
    assert house.rows() == [] and house.items() == {"hot": "45"}
    (told,) = house.told()
    assert told["ruleName"] == "house_valid" and "timestream:WriteRecords" in json.dumps(told)
    assert json.loads(base64.b64decode(told["base64OriginalPayload"]))["id"] == "cool"


def test_the_controller_keeps_to_its_thresholds(house):
    conditioners = {zone: house.device(f"AC-{zone}") for zone in (1, 2)}
    for zone, conditioner in conditioners.items():
        conditioner.subscribe(f"AC/AC-{zone}", 1)
    first, third = house.device("temp_1"), house.device("temp_3")
    assert house.control() == {"1": None, "2": None}
    house.read(first, "a", 35)
    house.read(third, "b", 20, number=3, zone=2)
    assert house.control() == {"1": 35, "2": 20}
    assert all(it.messages.is_empty() for it in conditioners.values())
    house.read(first, "c", 35.02)
    assert house.control()["2"] == 20
    assert switched(conditioners[1]) == {"state": {"enabled": True}}
    house.read(third, "d", 19.98, number=3, zone=2)
    means = house.control()
    assert (round(means["1"], 2), round(means["2"], 2)) == (35.01, 19.99)
    # On again each minute, and zone 2 for the first time: each zone hears of itself only.
    assert switched(conditioners[1]) == {"state": {"enabled": True}}
    assert switched(conditioners[2]) == {"state": {"enabled": False}}
    assert all(it.messages.is_empty() for it in conditioners.values())


def switched(conditioner):
    return json.loads(conditioner.messages.one().payload)


def write(house, count, temperature, seconds_ago, zone=1):
    now = round(time.time() * 1000) - seconds_ago * 1000
    dimensions = [{"Name": name, "Value": value} for name, value in
                  (("sensor_id", "1"), ("temperature", str(temperature)), ("zone_id", str(zone)))]
    for begin in range(0, count, 100):
        records = [{"Time": str(now + at), "MeasureName": "temperature", "MeasureValue": str(temperature)}
                   for at in range(begin, min(begin + 100, count))]
        common = {"Dimensions": dimensions, "MeasureValueType": "DOUBLE"}
        house.timestream_write.write_records(
            DatabaseName="iot", TableName="temperaturesensor", Records=records, CommonAttributes=common
        )


def test_what_is_older_than_a_minute_does_not_count(house):
    write(house, 100, 50, seconds_ago=90)
    assert house.control() == {"1": None, "2": None}
    write(house, 1, 30, seconds_ago=1)
    assert house.control() == {"1": 30, "2": None}


def test_rust_reads_every_page_and_the_course_the_first(house):
    write(house, 1_000, 10, seconds_ago=30)
    write(house, 1_000, 30, seconds_ago=20)
    expected = {"rust": 20, "python": 10}[house.language]
    assert house.control()["1"] == expected


def test_the_controller_writes_a_line_for_each_zone(house):
    sensor = house.device("temp_1")
    house.read(sensor, "warm", 36.24)
    house.control()
    # A log comes a moment behind the answer.
    deadline, log = time.monotonic() + PATIENCE, ""
    while "zone 2: no readings" not in log:
        assert time.monotonic() < deadline, log
        log = house.server.run("logs", "ac_control_lambda").stdout
    assert "zone 1: mean 36.2: AC on" in log


@pytest.mark.parametrize("house", ["python"], indirect=True)
def test_each_device_has_its_own_name_only(house):
    stranger = Client(V3, "temp_1").over_tls(house.bundle("temp_2"))
    _, reason = stranger.dial(house.server.mqtts_port)
    assert reason.is_failure
    sensor = house.device("temp_2")
    sensor.paho.publish("sensor/temperature/temp_1", "{}", 1)
    sensor.ends.one()
    house.server.refused(kind="publish", text="sensor/temperature/temp_1")


def test_the_template_is_one_that_the_aws_cli_packages(servers, tmp_path):
    """`aws cloudformation package` finds the code by its path, as `thingstead deploy` does."""
    aws = str(Path(sys.executable).parent / "aws")
    run = lambda *words: subprocess.run(
        [aws, *words], env=servers.environment(), capture_output=True, text=True, check=True
    )
    run("s3", "mb", "s3://code")
    out = tmp_path / "packaged.yaml"
    run("cloudformation", "package", "--template-file", str(APPLICATION / "template.yaml"),
        "--s3-bucket", "code", "--output-template-file", str(out))
    assert "S3Key" in out.read_text() or "s3://code" in out.read_text()
    run("cloudformation", "validate-template", "--template-body", f"file://{out}")
    run("s3", "rb", "--force", "s3://code")
