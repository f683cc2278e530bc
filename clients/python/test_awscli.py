"""The aws CLI, with the commands of AWS's own tutorials and the environment of `thingstead env`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mqtt_client import V3, secure
from server import PROGRAM, Bundle, allow_all


@pytest.fixture
def shell(server, tmp_path):
    """Runs lines as a person would type them, in a folder of their own."""

    def run(script: str, check=True) -> str:
        own = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        programs = f"{Path(sys.executable).parent}:{own['PATH']}"
        # No configuration of the machine's user may help.
        own |= {"PATH": programs, "AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none"}
        pointed = f'eval "$({Path(PROGRAM).absolute()} --data {server.data} env)"\n{script}'
        done = subprocess.run(
            ["bash", "-e", "-c", pointed],
            cwd=tmp_path, env=own, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr
        return done.stdout if check else done.stderr

    return run


def test_the_tutorial(server, shell, name, tmp_path):
    (tmp_path / "policy.json").write_text(json.dumps(allow_all()))
    thing = json.loads(shell(f"aws iot create-thing --thing-name {name}"))
    assert thing["thingName"] == name
    made = json.loads(
        shell(
            "aws iot create-keys-and-certificate --set-as-active"
            " --certificate-pem-outfile certificate.pem"
            " --public-key-outfile public.key --private-key-outfile private.key"
        )
    )
    arn, certificate = made["certificateArn"], made["certificateId"]
    shell(
        f"aws iot create-policy --policy-name {name} --policy-document file://policy.json\n"
        f"aws iot attach-policy --policy-name {name} --target {arn}\n"
        f"aws iot attach-thing-principal --thing-name {name} --principal {arn}"
    )
    attached = f"aws iot list-attached-policies --target {arn} --query policies[].policyName"
    assert json.loads(shell(attached)) == [name]
    endpoint = shell("aws iot describe-endpoint --endpoint-type iot:Data-ATS --output text")
    assert endpoint.strip() == "127.0.0.1"

    (tmp_path / "root-ca.pem").write_text((server.data / "root-ca.pem").read_text())
    device = Bundle(name, tmp_path, {"certificateId": certificate, "policy": name})
    client = secure(server, V3, device)
    client.subscribe("anything", 1)
    client.publish("anything", "hello", 1)
    assert client.messages.one().payload == b"hello"
    client.leave()

    shell(
        f"aws iot detach-thing-principal --thing-name {name} --principal {arn}\n"
        f"aws iot detach-policy --policy-name {name} --target {arn}\n"
        f"aws iot update-certificate --certificate-id {certificate} --new-status INACTIVE\n"
        f"aws iot delete-certificate --certificate-id {certificate}\n"
        f"aws iot delete-policy --policy-name {name}\n"
        f"aws iot delete-thing --thing-name {name}"
    )
    gone = shell(f"aws iot describe-thing --thing-name {name}", check=False)
    assert "ResourceNotFoundException" in gone


def test_queues(shell, name):
    # Version 1 of the CLI knows another address for SQS, whatever the environment says.
    sqs = 'aws --endpoint-url "$AWS_ENDPOINT_URL" sqs'
    url = json.loads(shell(f"{sqs} create-queue --queue-name {name}"))["QueueUrl"]
    shell(f"{sqs} send-message --queue-url {url} --message-body 'from the CLI'")
    got = json.loads(shell(f"{sqs} receive-message --queue-url {url}"))["Messages"]
    assert [message["Body"] for message in got] == ["from the CLI"]
    shell(f"{sqs} delete-message --queue-url {url} --receipt-handle {got[0]['ReceiptHandle']}")
    assert "NonExistentQueue" in shell(f"{sqs} get-queue-url --queue-name none; true", check=False)
