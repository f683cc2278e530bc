"""AWS's own crate for functions in Rust, lambda_runtime, as it is published: clients/rust, built beside the
program by `cargo xtask test` (or `cargo build --manifest-path clients/rust/Cargo.toml --target-dir target`)."""

import base64
import json
import os
import time
from pathlib import Path

import aws_client
import pytest
from function_code import archive, role
from server import PROGRAM

FUNCTION = Path(os.environ.get("CLIENT_FUNCTION", Path(PROGRAM).parent / "client-function"))


@pytest.fixture(scope="module")
def aws(server):
    return aws_client.client(server, "lambda")


@pytest.fixture(scope="module")
def function(server, aws):
    made = aws.create_function(
        FunctionName="crate",
        Runtime="provided.al2023",
        Handler="bootstrap",
        Role=role(aws_client.client(server, "iam")),
        Timeout=2,
        MemorySize=256,
        Code={"ZipFile": archive({"bootstrap": FUNCTION.read_bytes()})},
    )
    aws.get_waiter("function_active_v2").wait(FunctionName="crate")
    return made["FunctionArn"]


def invoke(aws, payload, **more):
    answer = aws.invoke(FunctionName="crate", Payload=json.dumps(payload), **more)
    return json.loads(answer["Payload"].read()), answer


def test_it_is_told_what_a_function_is_told(aws, function):
    about = {"client": {"installation_id": "i", "app_title": "t", "app_version_name": "n", "app_version_code": "c", "app_package_name": "p"}, "custom": {"a": "ü"}, "env": {}}
    before = time.time() * 1000
    context = base64.b64encode(json.dumps(about).encode()).decode()
    said, answer = invoke(aws, {"lamp": "ü"}, ClientContext=context, LogType="Tail")
    assert "FunctionError" not in answer, said
    assert said["event"] == {"lamp": "ü"}
    tail = base64.b64decode(answer["LogResult"]).decode()
    assert f"START RequestId: {said['request_id']} Version: $LATEST" in tail, tail
    # The deadline is that of this invocation: two seconds from its beginning.
    assert before + 1_000 < said["deadline_ms"] < time.time() * 1000 + 2_500
    assert (said["function_arn"], said["function"], said["version"]) == (function, "crate", "$LATEST")
    assert (said["memory_mb"], said["log_group"]) == (256, "/aws/lambda/crate")
    assert said["trace_id"].startswith("Root=")
    assert said["client_context"]["custom"] == {"a": "ü"}


def test_its_errors_are_answered_as_such(aws, function):
    said, answer = invoke(aws, {"do": "fail"}, LogType="Tail")
    assert answer["FunctionError"] == "Unhandled" and answer["StatusCode"] == 200
    assert said["errorMessage"] == "it went wrong" and "errorType" in said
    assert 'HEARD {"do":"fail"}' in base64.b64decode(answer["LogResult"]).decode()
    said, answer = invoke(aws, {"do": "panic"})
    assert answer["FunctionError"] == "Unhandled" and "it panicked" in said["errorMessage"]
    assert invoke(aws, 1)[0]["event"] == 1


def test_it_is_stopped_at_its_deadline_and_comes_back(aws, function):
    said, answer = invoke(aws, {"do": "sleep"})
    assert answer["FunctionError"] == "Unhandled" and "timed out after 2.00 seconds" in said["errorMessage"]
    assert invoke(aws, 2)[0]["event"] == 2
