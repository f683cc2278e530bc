"""MQTT over a WebSocket that is signed, by the AWS IoT Device SDK for Python v2 and by paho."""


import json

import boto3
import pytest
from awscrt import auth
from awsiot import mqtt_connection_builder
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_client import iot
from mqtt_client import V5, Client, plain
from server import PATIENCE, Inbox, arn, policy, statement


def connect(server, client_id, key, secret, token=None, *, messages=None):
    """As AWS's sample does it."""
    provider = auth.AwsCredentialsProvider.new_static(key, secret, token)
    connection = mqtt_connection_builder.websockets_with_default_aws_signing(
        endpoint="localhost",
        port=int(server.aws_url.rsplit(":", 1)[1]),
        region="eu-west-1",
        credentials_provider=provider,
        ca_filepath=str(server.data / "root-ca.pem"),
        client_id=client_id,
        clean_session=True,
    )
    if messages is not None:
        connection.on_message(lambda topic, payload, **_: messages.put((topic, payload)))
    connection.connect().result(PATIENCE)
    return connection


def admin(server):
    environment = server.environment()
    return environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]


def user_key(server, name, document):
    iam = iot(server, service="iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_the_sdk_over_a_signed_websocket(server, name):
    from awscrt.mqtt import QoS

    messages = Inbox()
    connection = connect(server, name, *admin(server), messages=messages)
    connection.subscribe(f"{name}/#", QoS.AT_LEAST_ONCE)[0].result(PATIENCE)
    connection.publish(f"{name}/a", "hello", QoS.AT_LEAST_ONCE)[0].result(PATIENCE)
    assert messages.one() == (f"{name}/a", b"hello")
    connection.disconnect().result(PATIENCE)


def test_iam_policies_decide_and_their_loss_ends_the_connection(server, name):
    from awscrt.mqtt import QoS

    key = user_key(server, name, policy(
        statement("Allow", "iot:Connect", arn(f"client/{name}")),
        statement("Allow", ["iot:Publish", "iot:Receive"], arn(f"topic/{name}/*")),
        statement("Allow", "iot:Subscribe", arn(f"topicfilter/{name}/*")),
    ))  # fmt: skip
    messages, tool = Inbox(), plain(server, V5, f"{name}-tool")
    tool.subscribe("$aws/events/presence/disconnected/#", 1)
    connection = connect(server, name, *key, messages=messages)
    connection.subscribe(f"{name}/#", QoS.AT_LEAST_ONCE)[0].result(PATIENCE)
    connection.publish(f"{name}/a", "mine", QoS.AT_LEAST_ONCE)[0].result(PATIENCE)
    assert messages.one() == (f"{name}/a", b"mine")
    with pytest.raises(Exception):
        connect(server, f"{name}-other", *key)
    refusal = server.refused(kind="call", text="")
    assert refusal["action"] == "iot:Connect"
    iot(server, service="iam").delete_user_policy(UserName=name, PolicyName="p")
    event = json.loads(tool.messages.one().payload)
    assert (event["clientId"], event["disconnectReason"]) == (name, "AUTH_ERROR")
    connection.disconnect()
    tool.leave()


def signed_path(server, key, secret, *, service="iotdevicegateway"):
    """The path of a presigned WebSocket, as browsers' libraries make it."""
    host = server.aws_url.removeprefix("http://")
    request = AWSRequest("GET", f"http://{host}/mqtt", headers={"host": host})
    SigV4QueryAuth(Credentials(key, secret), service, "us-east-1", expires=60).add_auth(request)
    return request.url.split(host, 1)[1]


def test_paho_with_a_presigned_path(server, name):
    client = Client(V5, name, transport="websockets")
    client.paho.ws_set_options(path=signed_path(server, *admin(server)))
    client.enter(int(server.aws_url.rsplit(":", 1)[1]), host="127.0.0.1")
    client.subscribe(name, 1)
    client.publish(name, "1", 1)
    assert client.messages.one().payload == b"1"
    client.leave()


@pytest.mark.parametrize("wrong", ["secret", "service", "unsigned"])
def test_a_path_that_is_not_signed_well_is_refused(server, name, wrong):
    key, secret = admin(server)
    path = {
        "secret": lambda: signed_path(server, key, "another"),
        "service": lambda: signed_path(server, key, secret, service="iot"),
        "unsigned": lambda: "/mqtt",
    }[wrong]()
    client = Client(V5, name, transport="websockets")
    client.paho.ws_set_options(path=path)
    with pytest.raises(Exception, match="WebSocket|handshake|Bad"):
        client.dial(int(server.aws_url.rsplit(":", 1)[1]), host="127.0.0.1")


def test_the_door_takes_https_too(server):
    key, secret = admin(server)
    client = boto3.client(
        "iot",
        endpoint_url=server.aws_url.replace("http://127.0.0.1", "https://localhost"),
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        verify=str(server.data / "root-ca.pem"),
    )
    assert client.describe_endpoint()["endpointAddress"] == "localhost"
