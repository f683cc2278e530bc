"""The AWS IoT Device SDK for Python v1, which many devices in the field still run."""

from AWSIoTPythonSDK.MQTTLib import AWSIoTMQTTClient

from mqtt_client import V5, plain
from server import PATIENCE, Inbox


def connect(server, bundle, *, clean=True) -> AWSIoTMQTTClient:
    client = AWSIoTMQTTClient(bundle.name, cleanSession=clean)
    client.configureEndpoint("localhost", server.mqtts_port)
    client.configureCredentials(bundle.root, bundle.key, bundle.certificate)
    client.configureConnectDisconnectTimeout(PATIENCE)
    client.configureMQTTOperationTimeout(PATIENCE)
    client.inbox = Inbox()
    client.onMessage = client.inbox.put
    assert client.connect()
    return client


def test_connect_subscribe_publish(server, name):
    client = connect(server, server.device(name))
    inbox = Inbox()
    take = lambda _client, _user_data, message: inbox.put(message)  # noqa: E731
    for qos in (0, 1):
        assert client.subscribe(f"{name}/{qos}", qos, take)
        assert client.publish(f"{name}/{qos}", f"at {qos}", qos)
        message = inbox.one()
        assert (message.topic, message.payload) == (f"{name}/{qos}", f"at {qos}".encode())
    assert client.unsubscribe(f"{name}/1")
    client.disconnect()


def test_a_persistent_session(server, name):
    bundle = server.device(name)
    away = connect(server, bundle, clean=False)
    assert away.subscribe(f"{name}/missed", 1, None)
    away.disconnect()
    tool = plain(server, V5, f"{name}-tool")
    tool.publish(f"{name}/missed", "you were away", 1)
    tool.leave()
    back = connect(server, bundle, clean=False)
    assert back.inbox.one().payload == b"you were away"
    back.disconnect()
