"""boto3's IoT client, pointed at a server."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import pytest

from server import Server


def iot(server: Server, *, region="us-east-1", secret=None, signed=True, service="iot"):
    environment = server.environment()
    config = Config(retries={"max_attempts": 1})
    if not signed:
        from botocore import UNSIGNED

        config = config.merge(Config(signature_version=UNSIGNED))
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=region,
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=secret or environment["AWS_SECRET_ACCESS_KEY"],
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
