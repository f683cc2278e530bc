"""docs/aws-coverage.md, held against AWS's own models and against the server.

Each served operation must be called as AWS's model calls it. Each parameter that the model knows is
sent to the server beside the required ones: one that is refused by name must be listed so. After a change:

    THINGSTEAD_UPDATE=1 pytest clients/python/test_coverage.py && UPDATE_EXPECT=1 cargo test -p thingstead-aws
"""

import os
import re
from pathlib import Path

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).parents[2]
LISTS = ROOT / "crates/aws/operations"
REFUSED = LISTS / "refused.txt"
# What the pages call the services, mostly the names that requests are signed for, and what botocore does.
SERVICES = {
    "cloudformation": "cloudformation",
    "dynamodb": "dynamodb",
    "dynamodbstreams": "dynamodbstreams",
    "events": "events",
    "iam": "iam",
    "iot": "iot",
    "iot-jobs-data": "iot-jobs-data",
    "iotdata": "iot-data",
    "lambda": "lambda",
    "logs": "logs",
    "scheduler": "scheduler",
    "secretsmanager": "secretsmanager",
    "sqs": "sqs",
    "ssm": "ssm",
    "s3": "s3",
    "sts": "sts",
    "timestream-query": "timestream-query",
    "timestream-write": "timestream-write",
}


def page() -> dict[str, dict[str, str]]:
    """Of each service, the served operations and their ways."""
    services, service = {}, None
    for line in (ROOT / "docs/aws-coverage.md").read_text().splitlines():
        if heading := re.match(r"## (\S+)", line):
            service = services.setdefault(heading[1], {})
        elif item := re.match(r"- (\w+)(?:: `([^`]+)`)?", line):
            service[item[1]] = item[2]
    return services


def model(service):
    # Of a session of its own: clients that were used before have changed theirs.
    return botocore.session.Session().get_service_model(SERVICES[service])


@pytest.mark.parametrize("service", SERVICES)
def test_the_list_of_operations_is_aws_s(service):
    listed = (LISTS / f"{service}.txt").read_text().split()
    assert listed == sorted(model(service).operation_names)


@pytest.mark.parametrize("service", SERVICES)
def test_operations_are_found_where_aws_has_them(service):
    for operation, way in page()[service].items():
        http = model(service).operation_model(operation).http
        if way is not None:
            expected = f"{http['method']} {http['requestUri'].split('?')[0]}"
            # $next may come encoded, so ours captures it.
            ours = way.replace("+}", "}").replace("{next}", "$next")
            assert ours == expected.replace("+}", "}"), operation


def value(shape, depth=0):
    """Something of a shape that no operation can take for real."""
    match shape.type_name:
        case "structure":
            required = shape.members if depth < 1 else {}
            return {name: value(of, depth + 1) for name, of in required.items()}
        case "list":
            return [value(shape.member, depth + 1)]
        case "map":
            return {"nothing-has-this-name": value(shape.value, depth + 1)}
        case "boolean":
            return False
        case "integer" | "long":
            return 1
        case "float" | "double":
            return 1.0
        case "timestamp":
            return 0
        case "blob":
            return b"nothing"
        case _:
            return shape.enum[0] if getattr(shape, "enum", None) else "nothing-has-this-name"


def probe(client, operation, shape, name) -> bool:
    """Whether the server refuses a parameter as one that it does not know."""
    # First, as the server reads parameters in their order and stops at the first that is wrong.
    given = [name, *(one for one in shape.required_members if one != name)]
    parameters = {one: value(shape.members[one]) for one in given}
    call = getattr(client, client_method(client, operation))
    try:
        call(**parameters)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        unknown = rf"(unknown field `|(?<!when )parameter ){name}\b"
        return bool(re.search(rf"{unknown}|^{name} is not supported", message))
    return False


def client_method(client, operation):
    return next(py for py, aws in client.meta.method_to_api_mapping.items() if aws == operation)


def refused_by(server) -> list[str]:
    environment, found = server.environment(), []
    for service, operations in page().items():
        if service not in SERVICES:
            continue
        client = boto3.client(
            SERVICES[service],
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            config=Config(parameter_validation=False, retries={"max_attempts": 1}),
        )
        for operation in operations:
            shape = model(service).operation_model(operation).input_shape
            for name in shape.members if shape else []:
                if probe(client, operation, shape, name):
                    found.append(f"{service} {operation} {name}")
    return sorted(found)


def test_each_parameter_is_taken_or_listed_as_refused(server):
    found = refused_by(server)
    if os.environ.get("THINGSTEAD_UPDATE"):
        REFUSED.write_text("".join(f"{line}\n" for line in found))
    assert REFUSED.read_text().splitlines() == found
