"""The application `house` for tests: its stack on a server, and its devices."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import aws_client
from mqtt_client import V3, Client
from server import PROGRAM

ROOT = Path(__file__).parents[2]
APPLICATION = ROOT / "applications" / "house"
BUILT = Path(PROGRAM).absolute().parent
DEVICES = ("temp_1", "temp_2", "temp_3", "temp_4", "AC-1", "AC-2")
LATEST = 'SELECT * FROM "iot"."temperaturesensor" WHERE time between ago(15m) and now() ORDER BY time DESC'
# The interpreter of the tests has boto3, as Lambda's own has.
WITH_BOTO3 = f"[functions]\npython = {json.dumps(sys.executable)}\nreadable = {json.dumps(sys.path[1:])}\n"


def program(name):
    """A program of the application, or why it is not there."""
    path = BUILT / name
    assert path.exists(), f"cargo build -p thingstead-{name} makes {path}"
    return path


class House:
    """The stack, deployed as its README says."""

    def __init__(self, server, folder: Path, language: str, *parameters):
        self.server, self.folder = server, folder
        for service in ("dynamodb", "timestream-write", "timestream-query", "lambda", "logs", "iam", "iot"):
            setattr(self, service.replace("-", "_"), aws_client.client(server, service))
        self.functions = getattr(self, "lambda")
        subprocess.run([program("house-simulator"), "keys", folder], check=True)
        words = ["deploy", APPLICATION / "template.yaml", "--capabilities", "CAPABILITY_NAMED_IAM"]
        words += ["--parameters", folder / "parameters.json", "--parameter", f"Language={language}"]
        if language == "rust":
            words += ["--code", f"Controller={program('house-controller')}"]
        for parameter in parameters:
            words += ["--parameter", parameter]
        self.outputs = server.ask(*words)["outputs"]
        for device in DEVICES:
            output = device.replace("_", "").replace("-", "").capitalize() + "CertificateId"
            found = self.iot.describe_certificate(certificateId=self.outputs[output])
            (folder / device / "certificate.pem").write_text(found["certificateDescription"]["certificatePem"])
        self.connected = []

    def bundle(self, device):
        place = self.folder / device
        root = self.server.ready["root_ca"]
        return SimpleNamespace(certificate=str(place / "certificate.pem"), key=str(place / "private.key"), root=root)

    def device(self, name):
        client = Client(V3, name).over_tls(self.bundle(name))
        client.enter(self.server.mqtts_port, keep_alive=6)
        self.connected.append(client)
        return client

    def say(self, sensor: Client, number: int, message):
        """The PUBACK says that whatever the rules write is on disk."""
        payload = message if isinstance(message, str) else json.dumps(message)
        sensor.publish(f"sensor/temperature/temp_{number}", payload, 1)

    def read(self, sensor: Client, identity, temperature, number=1, zone=1):
        self.say(sensor, number, {"id": identity, "temperature": temperature, "sensor_id": number, "zone_id": zone})

    def items(self):
        return {item["id"]["S"]: item["temperature"]["N"] for item in self.dynamodb.scan(TableName="Temperature")["Items"]}

    def rows(self):
        found = self.timestream_query.query(QueryString=LATEST)
        names = [column["Name"] for column in found["ColumnInfo"]]
        return [dict(zip(names, (cell.get("ScalarValue") for cell in row["Data"]))) for row in found["Rows"]]

    def told(self):
        """What went to where failures are told."""
        events = self.logs.filter_log_events(logGroupName="/house/errors")["events"]
        return [json.loads(event["message"]) for event in events]

    def control(self):
        """Lets the controller run once; the means that it saw."""
        answer = self.functions.invoke(FunctionName="ac_control_lambda")
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, body
        return body

    def close(self):
        for client in self.connected:
            client.leave()
        shutil.rmtree(self.folder)
