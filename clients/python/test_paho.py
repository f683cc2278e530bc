"""paho-mqtt, in MQTT 3.1.1 and 5, over each transport."""

import ssl

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from mqtt_client import V3, V5, Client

VERSIONS = pytest.mark.parametrize("version", [V3, V5], ids=["v3", "v5"])
TRANSPORTS = pytest.mark.parametrize("transport", ["tcp", "tls", "ws", "wss"])


@pytest.fixture
def connect(server, name):
    """Makes clients, each a device of its own where the transport needs one."""
    made = []

    def connect(version, suffix="", transport="tcp", **options):
        client_id = f"{name}{suffix}"
        stream = "websockets" if transport.startswith("ws") else "tcp"
        client = Client(version, client_id, transport=stream, **options)
        if stream == "websockets":
            client.paho.ws_set_options(path="/mqtt")
        port = server.mqtt_port
        if transport in ("tls", "wss"):
            client.over_tls(server.device(client_id))
            port = server.mqtts_port
        client.session_present = client.enter(port)
        made.append(client)
        return client

    yield connect
    for client in made:
        client.leave()


@VERSIONS
@TRANSPORTS
def test_every_qos_over_every_transport(connect, name, version, transport):
    client = connect(version, transport=transport)
    assert client.subscribe(f"{name}/#", 2) == "Granted QoS 2"
    for qos in (0, 1, 2):
        client.publish(f"{name}/{qos}", f"at {qos}", qos)
    messages = client.messages.take(3)
    seen = [(message.topic, message.qos, message.payload) for message in messages]
    assert sorted(seen) == [(f"{name}/{n}", n, f"at {n}".encode()) for n in (0, 1, 2)]


@TRANSPORTS
def test_a_large_message(connect, name, transport):
    client = connect(V5, transport=transport)
    client.subscribe(f"{name}/#", 1)
    payload = bytes(range(256)) * 3_000
    client.publish(f"{name}/large", payload, 1)
    assert client.messages.one().payload == payload


@pytest.mark.parametrize("protocol", ["x-amzn-mqtt-ca", "mqtt"])
def test_the_names_of_mqtt_in_a_handshake(server, name, protocol):
    """AWS has devices say one of these where MQTT shares a port with HTTPS."""
    bundle = server.device(name)
    context = ssl.create_default_context(cafile=bundle.root)
    context.load_cert_chain(bundle.certificate, bundle.key)
    context.set_alpn_protocols([protocol])
    client = Client(V5, name)
    client.paho.tls_set_context(context)
    client.enter(server.mqtts_port)
    assert client.paho.socket().selected_alpn_protocol() == protocol
    client.leave()


@VERSIONS
def test_a_retained_message_until_it_is_taken_back(connect, name, version):
    publisher = connect(version, "-publisher")
    publisher.publish(f"{name}/state", "on", 1, retain=True)
    first = connect(version, "-first")
    first.subscribe(f"{name}/state", 1)
    message = first.messages.one()
    assert (message.payload, message.retain) == (b"on", True)

    publisher.publish(f"{name}/state", "off", 1, retain=True)
    message = first.messages.one()
    assert (message.payload, message.retain) == (b"off", False)

    publisher.publish(f"{name}/state", None, 1, retain=True)
    second = connect(version, "-second")
    second.subscribe(f"{name}/#", 1)
    publisher.publish(f"{name}/end", "end", 1)
    assert second.messages.one().payload == b"end"


@VERSIONS
def test_a_will(server, connect, name, version):
    watcher = connect(version, "-watcher")
    watcher.subscribe(f"{name}/will", 1)
    client = Client(version, f"{name}-client")
    client.paho.will_set(f"{name}/will", "gone", 1)
    client.enter(server.mqtt_port)
    client.vanish()
    message = watcher.messages.one()
    assert (message.topic, message.payload) == (f"{name}/will", b"gone")


@VERSIONS
@pytest.mark.parametrize("qos", [1, 2])
def test_a_persistent_session(connect, name, version, qos):
    options = {"clean": False, "expiry": 3600}
    away = connect(version, "-away", **options)
    assert away.session_present is False
    away.subscribe(f"{name}/#", qos)
    away.leave()
    publisher = connect(version, "-publisher")
    for number in range(20):
        publisher.publish(f"{name}/{number % 2}", str(number), qos)

    back = connect(version, "-away", **options)
    assert back.session_present is True
    messages = back.messages.take(20)
    assert [int(message.payload) for message in messages] == list(range(20))
    assert {message.qos for message in messages} == {qos}


def test_a_session_that_is_not_kept(connect, name):
    for version in (V3, V5):
        connect(version, f"-{version}").leave()
        assert connect(version, f"-{version}").session_present is False


def test_what_a_publisher_says_of_a_message(connect, name):
    client = connect(V5)
    client.subscribe(f"{name}/#", 1)
    said = Properties(PacketTypes.PUBLISH)
    said.UserProperty = [("colour", "red"), ("colour", "blue")]
    said.ContentType = "text/plain"
    said.ResponseTopic = f"{name}/answer"
    said.CorrelationData = b"\x00\x07"
    said.PayloadFormatIndicator = 1
    said.MessageExpiryInterval = 60
    client.publish(f"{name}/a", "x", 1, properties=said)
    told = client.messages.one().properties
    assert told.UserProperty == [("colour", "red"), ("colour", "blue")]
    assert (told.ContentType, told.ResponseTopic) == ("text/plain", f"{name}/answer")
    assert (told.CorrelationData, told.PayloadFormatIndicator) == (b"\x00\x07", 1)
    assert told.MessageExpiryInterval <= 60


@VERSIONS
def test_members_of_a_group_share_what_comes(connect, name, version):
    members = [connect(version, f"-member-{number}") for number in range(2)]
    for member in members:
        member.subscribe(f"$share/group/{name}/#", 1)
    whole = connect(version, "-whole")
    whole.subscribe(f"{name}/#", 1)
    publisher = connect(version, "-publisher")
    for number in range(20):
        publisher.publish(f"{name}/{number}", str(number), 1)
    whole.messages.take(20)
    for member in members:
        # A message to each member alone comes after its share.
        member.subscribe(f"end/{member.paho._client_id.decode()}", 1)
        publisher.publish(f"end/{member.paho._client_id.decode()}", "end", 1)
    shares = [until_end(member) for member in members]
    assert sorted(shares[0] + shares[1]) == list(range(20))
    assert all(shares)


def until_end(member) -> list[int]:
    numbers = []
    while (message := member.messages.one()).payload != b"end":
        numbers.append(int(message.payload))
    return numbers


@VERSIONS
def test_nothing_comes_after_unsubscribing(connect, name, version):
    client = connect(version)
    client.subscribe([(f"{name}/a", 1), (f"{name}/b", 1)], 0)
    client.paho.unsubscribe(f"{name}/a")
    client.publish(f"{name}/a", "a", 1)
    client.publish(f"{name}/b", "b", 1)
    assert client.messages.one().payload == b"b"
