"""boto3's clients, pointed at a server."""

import json

import boto3
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

import pytest

from server import Server


def iot(server: Server, *, region="us-east-1", secret=None, signed=True, service="iot"):
    environment = server.environment()
    config = Config(retries={"max_attempts": 1})
    if not signed:
        config = config.merge(Config(signature_version=UNSIGNED))
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=region,
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=secret or environment["AWS_SECRET_ACCESS_KEY"],
        config=config,
    )


def client(server: Server, service: str, *, signed=True, validate=True):
    """The client of a service for the owner of the installation."""
    environment = server.environment()
    key = {
        "AccessKeyId": environment["AWS_ACCESS_KEY_ID"],
        "SecretAccessKey": environment["AWS_SECRET_ACCESS_KEY"],
    }
    return caller(server, service, key, signed=signed, validate=validate)


def caller(server: Server, service: str, key: dict, *, signed=True, validate=True):
    """The client of a service for whoever has this key, as IAM and STS hand keys out."""
    config = Config(retries={"max_attempts": 1}, parameter_validation=validate)
    if not signed:
        config = config.merge(Config(signature_version=UNSIGNED))
    return boto3.client(
        service,
        endpoint_url=server.aws_url,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key.get("SessionToken"),
        config=config,
    )


class refused:
    """The block's call is refused with this code and HTTP status."""

    def __init__(self, code: str, status: int, text: str = ""):
        self.code, self.status, self.text = code, status, text

    def __enter__(self):
        self.raises = pytest.raises(ClientError)
        self.info = self.raises.__enter__()
        return self.info

    def __exit__(self, *exception):
        handled = self.raises.__exit__(*exception)
        response = self.info.value.response
        error = response["Error"]
        assert error["Code"] == self.code, response
        assert response["ResponseMetadata"]["HTTPStatusCode"] == self.status, response
        assert self.text in error["Message"], response
        return handled


def own(server: Server, operation: str, fields: dict | None = None, *, key: dict | None = None) -> dict:
    """Calls an operation of the service `thingstead`, which no library knows. A refusal comes as its fields,
    `__type` and `message`."""
    environment = server.environment()
    owner = {
        "AccessKeyId": environment["AWS_ACCESS_KEY_ID"],
        "SecretAccessKey": environment["AWS_SECRET_ACCESS_KEY"],
    }
    key = key or owner
    request = AWSRequest(
        "POST",
        server.aws_url + "/",
        data=json.dumps(fields or {}),
        headers={
            "X-Amz-Target": f"Thingstead.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
        },
    )
    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    SigV4Auth(credentials, "thingstead", "us-east-1").add_auth(request)
    return json.loads(URLLib3Session().send(request.prepare()).content)
