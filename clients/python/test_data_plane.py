"""The rest of iot-data: Publish, retained messages, connections; and the devices' HTTPS door."""

import base64
import http.client
import json
import ssl

import pytest

from aws_client import iot, refused
from mqtt_client import V3, V5, plain
from server import Bundle, allow_all, arn, policy, statement


def data(server):
    return iot(server, service="iot-data")


class Https:
    """An HTTPS client with a device's certificate."""

    def __init__(self, server, bundle: Bundle, *, port=None, alpn=None):
        context = ssl.create_default_context(cafile=bundle.root)
        context.load_cert_chain(bundle.certificate, bundle.key)
        if alpn:
            context.set_alpn_protocols([alpn])
        self.connection = http.client.HTTPSConnection(
            "localhost", port or server.https_port, context=context
        )

    def ask(self, method: str, path: str, body=None):
        self.connection.request(method, path, body)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()


# === Publish ===


def test_publish_reaches_subscribers_with_all_its_properties(server, name):
    tool = plain(server, V5, name)
    tool.subscribe(f"{name}/#", 1)
    data(server).publish(
        topic=f"{name}/a b/ü",
        qos=1,
        payload=b"\x00\x01",
        contentType="application/octet-stream",
        responseTopic="answers",
        correlationData=base64.b64encode(b"42").decode(),
        payloadFormatIndicator="UNSPECIFIED_BYTES",
        messageExpiry=60,
        userProperties=[{"color": "red"}, {"color": "blue"}],
    )
    message = tool.messages.one()
    assert (message.topic, message.payload, message.qos) == (f"{name}/a b/ü", b"\x00\x01", 1)
    properties = message.properties
    assert properties.ContentType == "application/octet-stream"
    assert (properties.ResponseTopic, properties.CorrelationData) == ("answers", b"42")
    assert properties.MessageExpiryInterval <= 60
    assert properties.UserProperty == [("color", "red"), ("color", "blue")]
    tool.leave()


def test_publish_refuses_what_no_packet_could_say(server, name):
    client = data(server)
    for topic, options, text in [
        ("a/+/b", {}, "topic"),
        ("$aws/events/presence/connected/x", {}, "reserved"),
        ("$SYS/x", {}, "reserved"),
        (name, {"correlationData": "?"}, "correlationData"),
        (name, {"userProperties": "{}"}, "userProperties"),
        (name, {"messageExpiry": 2**40}, ""),
        (name, {"payload": b"x" * 1_100_000}, "larger than"),
    ]:
        with refused("InvalidRequestException", 400, text):
            client.publish(topic=topic, **options)


def test_publish_waits_for_who_is_away(own_server, name):
    away = plain(own_server, V3, name, clean=False)
    away.subscribe(name, 1)
    away.leave()
    data(own_server).publish(topic=name, qos=1, payload="you were away")
    own_server.kill()
    own_server.start()
    back = plain(own_server, V3, name, clean=False)
    assert back.messages.one().payload == b"you were away"
    back.leave()


# === retained messages ===


def test_retained_messages_are_kept_shown_and_listed(server, name):
    client = data(server)
    topics = [f"{name}/{number}" for number in range(5)]
    for topic in topics:
        user = json.dumps([{"of": topic}])
        client.publish(topic=topic, qos=1, retain=True, payload=topic, userProperties=user)
    kept = client.get_retained_message(topic=topics[0])
    assert (kept["topic"], kept["payload"], kept["qos"]) == (topics[0], topics[0].encode(), 1)
    assert json.loads(kept["userProperties"]) == [{"of": topics[0]}]
    listed, token = [], {}
    while True:
        page = client.list_retained_messages(maxResults=2, **token)
        listed += [one["topic"] for one in page["retainedTopics"]]
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert [topic for topic in listed if topic.startswith(f"{name}/")] == topics
    client.publish(topic=topics[0], retain=True, payload=b"")
    with refused("ResourceNotFoundException", 404, topics[0]):
        client.get_retained_message(topic=topics[0])


# === connections ===


def test_a_connection_is_shown_and_ended(server, name):
    client = data(server)
    with refused("ResourceNotFoundException", 404, name):
        client.get_connection(clientId=name)
    device = plain(server, V5, name, clean=False, expiry=600)
    device.subscribe("b/#", 0)
    device.subscribe("a/+", 1)
    shown = client.get_connection(clientId=name, includeSocketInformation=True)
    assert shown["connected"] is True and shown["sourceIp"] == "127.0.0.1"
    assert (shown["keepAliveDuration"], shown["sessionExpiry"]) == (60, 600)
    first = client.list_subscriptions(clientId=name, maxResults=1)
    assert first["subscriptions"] == [{"topicFilter": "a/+", "qos": 1}]
    rest = client.list_subscriptions(clientId=name, nextToken=first["nextToken"])
    assert rest["subscriptions"] == [{"topicFilter": "b/#", "qos": 0}] and "nextToken" not in rest

    client.delete_connection(clientId=name)
    assert device.ends.one() == "Administrative action"
    shown = client.get_connection(clientId=name)
    assert (shown["connected"], shown["disconnectReason"]) == (False, "API_INITIATED_DISCONNECT")
    back = plain(server, V5, name, clean=False, expiry=600)
    client.delete_connection(clientId=name, cleanSession=True)
    back.ends.one()
    with refused("ResourceNotFoundException", 404, name):
        while True:
            client.get_connection(clientId=name)


@pytest.mark.parametrize("prevented", [True, False])
def test_a_will_is_prevented_or_not(server, name, prevented):
    tool = plain(server, V5, f"{name}-tool")
    tool.subscribe(f"{name}/#", 1)
    device = plain(server, V5, name, will=(f"{name}/will", "gone"))
    data(server).delete_connection(clientId=name, preventWillMessage=prevented)
    device.ends.one()
    data(server).publish(topic=f"{name}/after", qos=1, payload="after")
    expected = ["after"] if prevented else ["gone", "after"]
    got = sorted(message.payload.decode() for message in tool.messages.take(len(expected)))
    assert got == sorted(expected)
    tool.leave()


# === the devices' door ===


def test_a_device_publishes_and_has_its_shadow_over_https(server, name):
    tool = plain(server, V5, name)
    tool.subscribe(f"{name}/#", 1)
    device = Https(server, server.device(f"{name}-device", allow_all()))
    assert device.ask("POST", f"/topics/{name}/a?qos=1", "hello")[0] == 200
    assert tool.messages.one().payload == b"hello"
    thing = f"{name}-device"
    status, body = device.ask("POST", f"/things/{thing}/shadow", '{"state":{"reported":{"a":1}}}')
    assert (status, json.loads(body)["version"]) == (200, 1)
    status, body = device.ask("GET", f"/things/{thing}/shadow")
    assert json.loads(body)["state"] == {"reported": {"a": 1}}
    status, body = device.ask("GET", f"/things/{thing}/shadow?name=other")
    assert status == 404 and "No shadow exists with name: 'other'" in body
    assert device.ask("GET", "/nothing")[0] == 404
    tool.leave()


def test_what_the_policy_does_not_allow_is_refused_and_explained(server, name):
    narrow = policy(statement("Allow", "iot:Publish", arn(f"topic/{name}/*")))
    device = Https(server, server.device(name, narrow))
    assert device.ask("POST", f"/topics/{name}/a")[0] == 200
    status, body = device.ask("POST", "/topics/elsewhere?qos=1", "x")
    assert status == 403 and "iot:Publish" in body and "topic/elsewhere" in body
    assert device.ask("POST", f"/topics/{name}/a?retain=true", "x")[0] == 403
    status, body = device.ask("GET", f"/things/{name}/shadow")
    assert status == 403 and "iot:GetThingShadow" in body
    refusal = server.refused(kind="call", text="comes near to allowing it")
    assert refusal["action"] == "iot:GetThingShadow"
    assert refusal["resource"] == arn(f"thing/{name}")
    server.run("device", "deactivate", name)
    status, body = device.ask("POST", f"/topics/{name}/a")
    assert status == 403, body


def test_either_door_speaks_what_alpn_asks_for(server, name):
    bundle = server.device(name, allow_all())
    https = Https(server, bundle, port=server.mqtts_port, alpn="x-amzn-http-ca")
    assert https.ask("POST", f"/topics/{name}")[0] == 200
    context = ssl.create_default_context(cafile=bundle.root)
    context.load_cert_chain(bundle.certificate, bundle.key)
    context.set_alpn_protocols(["x-amzn-mqtt-ca"])
    from mqtt_client import Client

    client = Client(V5, name)
    client.paho.tls_set_context(context)
    client.enter(server.https_port)
    client.leave()
