"""The house: sensors, two rules, a table and a time series, and a controller that a rule of the clock invokes.

All of it is made by the calls that Terraform makes for it, in its order; the devices speak MQTT with mutual
TLS, all with one certificate; the controller is a function as people write it for AWS, with boto3.
"""

import json
import sys
from types import SimpleNamespace

import pytest

import aws_client
from function_code import archive
from mqtt_client import V3, Client

ACCOUNT = "000000000000"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/Temperature"
SERIES = f"arn:aws:timestream:us-east-1:{ACCOUNT}:database/iot/table/temperaturesensor"
INVALID = "SELECT *  FROM 'sensor/temperature/+' where temperature >= 40"
VALID = "SELECT * FROM 'sensor/temperature/+' where temperature < 40"
LATEST = (
    'SELECT * FROM "iot"."temperaturesensor" WHERE time between ago(15m) and now() ORDER BY time DESC'
)

# It reads the first page of its query's answer only, and publishes when the mean is beyond a threshold.
CONTROLLER = '''
import json

import boto3
from botocore.exceptions import ClientError

query = boto3.client("timestream-query", region_name="eu-west-1")
iot = boto3.client("iot-data", region_name="eu-west-1")


def mean_of(zone):
    sql = (
        "SELECT temperature FROM iot.temperaturesensor WHERE time > ago(1m) "
        f"and zone_id like '%{zone}%' ORDER BY time ASC"
    )
    try:
        rows = query.query(QueryString=sql)["Rows"]
    except ClientError as error:
        print(error)
        return None
    values = [float(row["Data"][0]["ScalarValue"]) for row in rows]
    return sum(values) / len(values) if values else None


def lambda_handler(event, context):
    means = {}
    for zone in (1, 2):
        mean = means[zone] = mean_of(zone)
        if mean is None or 20 <= mean <= 35:
            continue
        message = json.dumps({"state": {"enabled": mean > 35}})
        iot.publish(topic=f"AC/AC-{zone}", qos=1, payload=message)
    return means
'''


def trust(service):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(*permits):
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in permits
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


class House:
    """What Terraform makes for the house, and its devices."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        names = ("iot", "iam", "dynamodb", "timestream-write", "timestream-query", "lambda", "events")
        for name in names:
            setattr(self, name.replace("-", "_"), aws_client.client(server, name))
        self.functions = aws_client.client(server, "lambda")
        self.connected = []
        self.make_certificate()
        self.make_stores()
        self.make_rules()
        self.make_controller()

    def make_certificate(self):
        made = self.iot.create_keys_and_certificate(setAsActive=True)
        everything = {"Effect": "Allow", "Resource": "*", "Action": [
            "iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive"]}
        document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
        self.iot.create_policy(policyName="house", policyDocument=document)
        self.iot.attach_policy(policyName="house", target=made["certificateArn"])
        self.iot.create_thing(thingName="house")
        self.iot.attach_thing_principal(thingName="house", principal=made["certificateArn"])
        certificate, key = self.folder / "certificate.pem", self.folder / "private.key"
        certificate.write_text(made["certificatePem"])
        key.write_text(made["keyPair"]["PrivateKey"])
        root = self.server.ready["root_ca"]
        self.bundle = SimpleNamespace(certificate=str(certificate), key=str(key), root=root)

    def make_stores(self):
        self.dynamodb.create_table(
            TableName="Temperature", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        self.dynamodb.get_waiter("table_exists").wait(TableName="Temperature")
        self.timestream_write.create_database(DatabaseName="iot")
        self.timestream_write.create_table(DatabaseName="iot", TableName="temperaturesensor")

    def make_rules(self):
        self.iam.create_role(
            RoleName="iot_role", AssumeRolePolicyDocument=trust("iot.amazonaws.com")
        )
        role = f"arn:aws:iam::{ACCOUNT}:role/iot_role"
        self.permit("iot_role", "table", ("dynamodb:PutItem", TABLE))
        self.permit(
            "iot_role", "series", ("timestream:WriteRecords", SERIES),
            ("timestream:DescribeEndpoints", "*"),
        )
        dimensions = [
            {"name": name, "value": f"${{{name}}}"} for name in ("sensor_id", "temperature", "zone_id")
        ]
        timestream = {
            "roleArn": role, "databaseName": "iot", "tableName": "temperaturesensor",
            "dimensions": dimensions,
            "timestamp": {"value": "${timestamp()}", "unit": "MILLISECONDS"},
        }
        into_table = {"roleArn": role, "putItem": {"tableName": "Temperature"}}
        for name, sql, action in (
            ("invalid", INVALID, {"dynamoDBv2": into_table}),
            ("valid", VALID, {"timestream": timestream}),
        ):
            rule = {"sql": sql, "actions": [action], "awsIotSqlVersion": "2016-03-23"}
            self.iot.create_topic_rule(ruleName=name, topicRulePayload=rule)

    def make_controller(self):
        self.iam.create_role(
            RoleName="lambda_role", AssumeRolePolicyDocument=trust("lambda.amazonaws.com")
        )
        self.permit(
            "lambda_role", "series", ("timestream:Select", SERIES),
            ("timestream:DescribeEndpoints", "*"),
        )
        self.permit("lambda_role", "publish", ("iot:Publish", "*"))
        # First an empty package; the code is deployed afterwards, as the course has it.
        made = self.functions.create_function(
            FunctionName="ac_control_lambda", Runtime="python3.7", Timeout=30,
            Handler="ac_control_lambda.lambda_handler",
            Role=f"arn:aws:iam::{ACCOUNT}:role/lambda_role",
            Code={"ZipFile": archive({"empty.txt": ""})},
        )
        rule = self.events.put_rule(Name="every_one_minute", ScheduleExpression="rate(1 minute)")
        target = {"Id": "lambda", "Arn": made["FunctionArn"]}
        self.events.put_targets(Rule="every_one_minute", Targets=[target])
        self.functions.add_permission(
            FunctionName="ac_control_lambda", StatementId="AllowExecutionFromCloudWatch",
            Action="lambda:InvokeFunction", Principal="events.amazonaws.com",
            SourceArn=rule["RuleArn"],
        )
        self.functions.get_waiter("function_active_v2").wait(FunctionName="ac_control_lambda")
        code = archive({"ac_control_lambda.py": CONTROLLER})
        self.functions.update_function_code(FunctionName="ac_control_lambda", ZipFile=code)
        self.functions.get_waiter("function_updated_v2").wait(FunctionName="ac_control_lambda")

    def permit(self, role, name, *permits):
        self.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=allow(*permits))

    def device(self, client_id):
        client = Client(V3, client_id).over_tls(self.bundle)
        client.enter(self.server.mqtts_port, keep_alive=6)
        self.connected.append(client)
        return client

    def read(self, client, identity, temperature, sensor=1, zone=1):
        reading = {"id": identity, "temperature": temperature, "sensor_id": sensor, "zone_id": zone}
        # The PUBACK says that whatever the rules write is on disk.
        client.publish(f"sensor/temperature/temp_{sensor}", json.dumps(reading), 1)

    def items(self):
        found = self.dynamodb.scan(TableName="Temperature")["Items"]
        return {item["id"]["S"]: item["temperature"]["N"] for item in found}

    def control(self):
        """Lets the controller run once; the means that it saw."""
        answer = self.functions.invoke(FunctionName="ac_control_lambda")
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, body
        return body


@pytest.fixture
def house(make_server, tmp_path):
    # The interpreter of these tests has boto3, as Lambda's own has.
    config = f"[functions]\npython = {json.dumps(sys.executable)}\nreadable = {json.dumps(sys.path[1:])}\n"
    server = make_server(config=config).start()
    house = House(server, tmp_path)
    yield house
    for client in house.connected:
        client.leave()


def test_each_reading_goes_where_it_belongs(house):
    sensor = house.device("temp_1")
    house.read(sensor, "hot", 45)
    house.read(sensor, "warm", 39.99)
    house.read(sensor, "edge", 40)
    assert house.items() == {"hot": "45", "edge": "40"}
    house.read(sensor, "cool", 20)
    found = house.timestream_query.query(QueryString=LATEST)
    names = [column["Name"] for column in found["ColumnInfo"]]
    first = dict(zip(names, (cell.get("ScalarValue") for cell in found["Rows"][0]["Data"])))
    assert (first["sensor_id"], first["temperature"], first["zone_id"]) == ("1", "20", "1")
    assert first["time"].endswith("000000"), "milliseconds"
    values = {row["Data"][names.index("temperature")]["ScalarValue"] for row in found["Rows"]}
    assert values == {"20", "39.99"}


def test_the_controller_keeps_to_its_thresholds(house):
    conditioners = {zone: house.device(f"AC-{zone}") for zone in (1, 2)}
    for zone, conditioner in conditioners.items():
        conditioner.subscribe(f"AC/AC-{zone}", 1)
    first, third = house.device("temp_1"), house.device("temp_3")
    assert house.control() == {"1": None, "2": None}
    house.read(first, "a", 35)
    house.read(third, "b", 20, sensor=3, zone=2)
    assert house.control() == {"1": 35, "2": 20}
    house.read(first, "c", 35.02)
    house.read(third, "d", 19.98, sensor=3, zone=2)
    means = house.control()
    assert (round(means["1"], 2), round(means["2"], 2)) == (35.01, 19.99)
    switched = {zone: json.loads(it.messages.one().payload) for zone, it in conditioners.items()}
    assert switched == {1: {"state": {"enabled": True}}, 2: {"state": {"enabled": False}}}


def test_the_clock_switches_the_conditioner_on(house):
    """By the rule of the clock alone, within its minute."""
    conditioner = house.device("AC-1")
    conditioner.subscribe("AC/AC-1", 1)
    sensor = house.device("temp_1")
    while conditioner.messages.is_empty():
        house.read(sensor, "warm", 36)
    assert json.loads(conditioner.messages.one().payload) == {"state": {"enabled": True}}


def test_who_takes_the_name_of_a_device_takes_its_place(house):
    first = house.device("temp_1")
    house.device("temp_1")
    first.ends.one()


def test_all_of_it_can_be_taken_away(house):
    house.events.remove_targets(Rule="every_one_minute", Ids=["lambda"])
    house.events.delete_rule(Name="every_one_minute")
    house.functions.delete_function(FunctionName="ac_control_lambda")
    for rule in ("valid", "invalid"):
        house.iot.delete_topic_rule(ruleName=rule)
    house.timestream_write.delete_table(DatabaseName="iot", TableName="temperaturesensor")
    house.timestream_write.delete_database(DatabaseName="iot")
    house.dynamodb.delete_table(TableName="Temperature")
    for role, policies in (("iot_role", ("table", "series")), ("lambda_role", ("series", "publish"))):
        for policy in policies:
            house.iam.delete_role_policy(RoleName=role, PolicyName=policy)
        house.iam.delete_role(RoleName=role)
    (principal,) = house.iot.list_thing_principals(thingName="house")["principals"]
    house.iot.detach_thing_principal(thingName="house", principal=principal)
    house.iot.detach_policy(policyName="house", target=principal)
    house.iot.delete_policy(policyName="house")
    house.iot.delete_thing(thingName="house")
    certificate = principal.rsplit("/", 1)[1]
    house.iot.update_certificate(certificateId=certificate, newStatus="INACTIVE")
    house.iot.delete_certificate(certificateId=certificate)
    left = [
        house.events.list_rules()["Rules"], house.functions.list_functions()["Functions"],
        house.iot.list_topic_rules()["rules"], house.timestream_write.list_databases()["Databases"],
        house.dynamodb.list_tables()["TableNames"], house.iam.list_roles()["Roles"],
        house.iot.list_things()["things"], house.iot.list_certificates()["certificates"],
        house.iot.list_policies()["policies"],
    ]
    assert left == [[]] * len(left)
