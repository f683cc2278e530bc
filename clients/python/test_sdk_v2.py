"""The AWS IoT Device SDK for Python v2, over mutual TLS on a port that is not 8883."""

import subprocess
import sys
import textwrap
from itertools import takewhile

import pytest
from awscrt import mqtt, mqtt5
from awsiot import mqtt5_client_builder, mqtt_connection_builder

from mqtt_client import V5, plain
from server import PATIENCE, Bundle, Inbox, Server

AT_LEAST_ONCE = mqtt.QoS.AT_LEAST_ONCE


class Connection:
    """The SDK's MQTT 3.1.1 connection."""

    def __init__(self, server: Server, bundle: Bundle, *, clean=True, user_name=None):
        self.messages, self.resumed = Inbox(), Inbox()
        self.connection = mqtt_connection_builder.mtls_from_path(
            endpoint="localhost",
            port=server.mqtts_port,
            client_id=bundle.name,
            ca_filepath=bundle.root,
            cert_filepath=bundle.certificate,
            pri_key_filepath=bundle.key,
            clean_session=clean,
            username=user_name,
            reconnect_min_timeout_secs=1,
            reconnect_max_timeout_secs=1,
            keep_alive_secs=30,
            on_connection_resumed=self._on_resumed,
        )
        # Set before connecting: what the session kept comes before there is a subscription.
        self.connection.on_message(self._on_message)

    def _on_message(self, topic, payload, **_):
        self.messages.put((topic, payload))

    def _on_resumed(self, return_code, session_present, **_):
        self.resumed.put((return_code, session_present))

    def enter(self) -> bool:
        return self.connection.connect().result(PATIENCE)["session_present"]

    def subscribe(self, topic: str):
        future, _ = self.connection.subscribe(topic, AT_LEAST_ONCE)
        assert future.result(PATIENCE)["qos"] == AT_LEAST_ONCE

    def publish(self, topic: str, payload: str):
        self.connection.publish(topic, payload, AT_LEAST_ONCE)[0].result(PATIENCE)

    def leave(self):
        self.connection.disconnect().result(PATIENCE)


class Client5:
    """The SDK's MQTT 5 client."""

    def __init__(self, server: Server, bundle: Bundle, *, expiry=0, session=None, **options):
        self.messages, self.successes, self.failures = Inbox(), Inbox(), Inbox()
        self.stops, self.ends = Inbox(), Inbox()
        self.client = mqtt5_client_builder.mtls_from_path(
            endpoint="localhost",
            port=server.mqtts_port,
            ca_filepath=bundle.root,
            cert_filepath=bundle.certificate,
            pri_key_filepath=bundle.key,
            connect_options=mqtt5.ConnectPacket(
                client_id=bundle.name, session_expiry_interval_sec=expiry, **options
            ),
            session_behavior=session or mqtt5.ClientSessionBehaviorType.CLEAN,
            min_reconnect_delay_ms=100,
            max_reconnect_delay_ms=500,
            on_publish_received=lambda data: self.messages.put(data.publish_packet),
            on_lifecycle_connection_success=lambda data: self.successes.put(data.connack_packet),
            on_lifecycle_connection_failure=lambda data: self.failures.put(data.connack_packet),
            on_lifecycle_disconnection=lambda data: self.ends.put(data.disconnect_packet),
            on_lifecycle_stopped=lambda data: self.stops.put(data),
        )

    def enter(self):
        self.client.start()
        return self.successes.one()

    def subscribe(self, filter: str):
        wanted = mqtt5.Subscription(topic_filter=filter, qos=mqtt5.QoS.AT_LEAST_ONCE)
        packet = mqtt5.SubscribePacket(subscriptions=[wanted])
        return self.client.subscribe(packet).result(PATIENCE).reason_codes[0]

    def publish(self, topic: str, payload: str, **options):
        packet = mqtt5.PublishPacket(
            topic=topic, payload=payload, qos=mqtt5.QoS.AT_LEAST_ONCE, **options
        )
        return self.client.publish(packet).result(PATIENCE).puback.reason_code

    def leave(self):
        self.client.stop()
        self.stops.one()


def test_connect_subscribe_publish(server, name):
    device = Connection(server, server.device(name))
    assert device.enter() is False
    device.subscribe(f"{name}/#")
    device.publish(f"{name}/hello", "Hello")
    assert device.messages.one() == (f"{name}/hello", b"Hello")
    device.leave()


def test_the_lines_of_the_guide(server, name):
    """What CONNECT.md says of Python, run as it stands there."""
    bundle = server.device(name)
    tool = plain(server, V5, f"{name}-tool")
    tool.subscribe(f"{name}/#", 1)
    lines = bundle.guide.read_text().splitlines()
    start = lines.index("    from awscrt import mqtt")
    script = takewhile(lambda line: line.startswith("    "), lines[start:])
    script = textwrap.dedent("\n".join(script))
    subprocess.run([sys.executable, "-c", script], cwd=bundle.folder, check=True, timeout=60)
    assert tool.messages.one().payload == b"Hello"
    tool.leave()


def test_a_user_name_with_metadata_is_no_obstacle(server, name):
    device = Connection(server, server.device(name), user_name="me?SDK=Other&Version=1.0")
    device.enter()
    device.publish(f"{name}/hello", "Hello")
    device.leave()


def test_a_persistent_session_gets_what_it_missed(server, name):
    bundle = server.device(name)
    device = Connection(server, bundle, clean=False)
    assert device.enter() is False
    device.subscribe(f"{name}/#")
    device.leave()
    tool = plain(server, V5, f"{name}-tool")
    for number in range(10):
        tool.publish(f"{name}/{number}", "missed", 1)
    tool.leave()

    again = Connection(server, bundle, clean=False)
    assert again.enter() is True
    assert again.messages.take(10) == [(f"{name}/{n}", b"missed") for n in range(10)]
    again.leave()


@pytest.mark.parametrize("is_connected", [False, True], ids=["away", "connected"])
def test_nothing_is_missed_when_the_server_is_killed(own_server, is_connected):
    bundle = own_server.device("lamp")
    device = Connection(own_server, bundle, clean=False)
    device.enter()
    device.subscribe("lamp/#")
    if not is_connected:
        device.leave()
        tool = plain(own_server, V5, "tool")
        for number in range(10):
            tool.publish(f"lamp/{number}", "missed", 1)
        tool.paho.loop_stop()

    own_server.restart()
    if is_connected:
        assert device.resumed.one() == (mqtt.ConnectReturnCode.ACCEPTED, True)
        tool = plain(own_server, V5, "tool")
        tool.publish("lamp/after", "live", 1)
        assert device.messages.one() == ("lamp/after", b"live")
    else:
        device = Connection(own_server, bundle, clean=False)
        assert device.enter() is True
        assert device.messages.take(10) == [(f"lamp/{n}", b"missed") for n in range(10)]
    device.leave()


def test_mqtt5_connect_subscribe_publish(server, name):
    device = Client5(server, server.device(name))
    assert device.enter().session_present is False
    assert device.subscribe(f"{name}/#") == mqtt5.SubackReasonCode.GRANTED_QOS_1
    said = {
        "user_properties": [mqtt5.UserProperty(name="colour", value="red")],
        "content_type": "text/plain",
        "response_topic": f"{name}/answer",
        "correlation_data": b"7",
    }
    success = mqtt5.PubackReasonCode.SUCCESS
    assert device.publish(f"{name}/hello", "Hello", **said) == success
    message = device.messages.one()
    assert (message.topic, message.payload) == (f"{name}/hello", b"Hello")
    assert [(one.name, one.value) for one in message.user_properties] == [("colour", "red")]
    assert (message.content_type, message.response_topic) == ("text/plain", f"{name}/answer")
    assert message.correlation_data_bytes == b"7"
    device.leave()


def test_mqtt5_what_the_policy_does_not_allow_has_a_reason(server, name):
    device = Client5(server, server.device(name))
    device.enter()
    assert device.subscribe("other/#") == mqtt5.SubackReasonCode.NOT_AUTHORIZED
    assert device.publish("other/hello", "Hello") == mqtt5.PubackReasonCode.NOT_AUTHORIZED
    server.refused(kind="publish", text="other/hello")
    device.leave()


def test_mqtt5_nothing_is_missed_when_the_server_is_killed(own_server):
    bundle = own_server.device("lamp")
    rejoin = mqtt5.ClientSessionBehaviorType.REJOIN_ALWAYS
    first = Client5(own_server, bundle, expiry=3600)
    first.enter()
    first.subscribe("lamp/#")
    first.leave()
    tool = plain(own_server, V5, "tool")
    for number in range(10):
        tool.publish(f"lamp/{number}", "missed", 1)
    tool.paho.loop_stop()

    own_server.restart()
    again = Client5(own_server, bundle, expiry=3600, session=rejoin)
    assert again.enter().session_present is True
    assert [one.topic for one in again.messages.take(10)] == [f"lamp/{n}" for n in range(10)]

    own_server.restart()
    assert again.successes.one().session_present is True
    assert again.publish("lamp/after", "live") == mqtt5.PubackReasonCode.SUCCESS
    # What the server had not yet heard to be acknowledged may come again, before what is new.
    while (message := again.messages.one()).topic != "lamp/after":
        assert message.payload == b"missed"
    assert message.payload == b"live"
    again.leave()
