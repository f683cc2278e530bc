"""boto3's clients, pointed at a server."""

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

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
