"""A client that does everything wrong, in turn. It gets a reason in the protocol where the protocol
has one, and `explain` always knows."""

import socket
import ssl

import pytest

from aws_client import iot
from certificates import NO_MORE, NOT_YET, self_signed, signed_by_our_authority
from mqtt_client import V3, V5, Client, plain, secure
from server import PATIENCE, arn, policy, statement


def knock(server, bundle, *, root=None, client_id=None):
    """Tries to connect over TLS with MQTT 5. A refusal during the handshake comes as an error of
    the first read, or as an end without CONNACK."""
    client = Client(V5, client_id or bundle.name).over_tls(bundle, root)
    try:
        _, reason = client.dial(server.mqtts_port)
        return str(reason)
    finally:
        client.paho.loop_stop()


def shake_hands(server, context: ssl.SSLContext, server_name="localhost"):
    """A TLS handshake, and the read after it, which shows the server's verdict in TLS 1.3."""
    with socket.create_connection(("127.0.0.1", server.mqtts_port), PATIENCE) as stream:
        with context.wrap_socket(stream, server_hostname=server_name) as secured:
            return secured.recv(1)


# === the handshake ===


def test_a_client_that_trusts_another_authority(server, name, tmp_path):
    bundle = server.device(name)
    other = self_signed(server, f"{name}-other")
    with pytest.raises(ssl.SSLCertVerificationError):
        knock(server, bundle, root=other.certificate)
    server.refused(kind="handshake", text="root-ca.pem")


def test_a_client_without_a_certificate(server):
    context = ssl.create_default_context(cafile=server.data / "root-ca.pem")
    with pytest.raises(ssl.SSLError, match="certificate"):
        shake_hands(server, context)
    server.refused(kind="handshake", text="sent no certificate")


def test_a_client_that_speaks_no_tls(server):
    for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"):
        with socket.create_connection(("127.0.0.1", server.mqtts_port), PATIENCE) as stream:
            stream.sendall(garbage)
            while stream.recv(4096):
                pass
    server.refused(kind="handshake", text="what came is not TLS")


def test_a_name_that_is_not_the_servers(server, name):
    bundle = server.device(name)
    context = ssl.create_default_context(cafile=bundle.root)
    context.load_cert_chain(bundle.certificate, bundle.key)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(server, context, "elsewhere.example.com")
    server.refused(kind="handshake", text="dial a name that the certificate has")


def test_no_server_name_is_no_obstacle(server, name):
    bundle = server.device(name)
    context = ssl.create_default_context(cafile=bundle.root)
    context.check_hostname = False
    context.load_cert_chain(bundle.certificate, bundle.key)
    client = Client(V5, name)
    client.paho.tls_set_context(context)
    client.enter(server.mqtts_port, host="127.0.0.1")
    client.leave()


# === who they are ===


def test_a_certificate_that_nobody_registered(server, name):
    assert knock(server, self_signed(server, name)) == "Not authorized"
    refusal = server.refused(kind="connect", text="is not registered")
    assert refusal["clientId"] == name


def test_a_certificate_that_is_not_valid_yet(server, name):
    stranger = signed_by_our_authority(server, name, NOT_YET)
    assert knock(server, stranger) == "Not authorized"
    refusal = server.refused(kind="connect", text="is not valid yet")
    assert "clock" in refusal["advice"]


def test_a_certificate_that_is_valid_no_more(server, name):
    assert knock(server, signed_by_our_authority(server, name, NO_MORE)) == "Not authorized"
    server.refused(kind="connect", text="has expired")


@pytest.mark.parametrize("status", ["INACTIVE", "REVOKED"])
def test_a_certificate_that_is_not_active(server, name, status):
    bundle = server.device(name)
    aws = iot(server)
    aws.update_certificate(certificateId=bundle.certificate_id, newStatus=status)
    assert knock(server, bundle) == "Not authorized"
    refusal = server.refused(kind="connect", text=f"is {status}")
    assert bundle.certificate_id in refusal["reason"]


def test_mqtt3_has_its_own_word_for_it(server, name):
    bundle = server.device(name)
    server.run("device", "deactivate", name)
    client = Client(V3, name).over_tls(bundle)
    _, reason = client.dial(server.mqtts_port)
    assert reason == "Not authorized"
    client.paho.loop_stop()


def test_a_certificate_deactivated_while_connected(server, name):
    client = secure(server, V5, server.device(name))
    server.run("device", "deactivate", name)
    assert client.ends.one().value == 0x87
    server.refused(kind="connection", text="no longer allows it to be connected")
    client.paho.loop_stop()


def test_a_policy_detached_while_connected(server, name):
    bundle = server.device(name)
    client = secure(server, V5, bundle)
    target = arn(f"cert/{bundle.certificate_id}")
    iot(server).detach_policy(policyName=bundle.policy, target=target)
    assert client.ends.one().value == 0x87
    client.paho.loop_stop()


def test_a_certificate_without_a_policy(server, name):
    bundle = server.device(name)
    target = arn(f"cert/{bundle.certificate_id}")
    iot(server).detach_policy(policyName=bundle.policy, target=target)
    assert knock(server, bundle) == "Not authorized"
    server.refused(kind="connect", text="has no policy attached")


# === how they behave ===


def test_a_client_id_that_another_connection_takes(server, name):
    bundle = server.device(name)
    first = secure(server, V5, bundle)
    second = secure(server, V5, bundle)
    assert first.ends.one().value == 0x8E
    refusal = server.refused(kind="connection", text="same client id")
    assert refusal["clientId"] == name
    first.paho.loop_stop()
    second.leave()


def test_a_keep_alive_of_nothing_is_accepted(server, name):
    client = Client(V5, name).over_tls(server.device(name))
    client.enter(server.mqtts_port, keep_alive=0)
    assert client.publish(f"{name}/a", "x", 1) == "Success"
    client.leave()


@pytest.mark.parametrize("version", [V3, V5])
def test_a_client_that_falls_silent(server, name, version):
    """CONNECT with a keep-alive of one second, and then nothing."""
    level = bytes([4]) if version == V3 else bytes([5])
    properties = b"" if version == V3 else b"\x00"
    variable = b"\x00\x04MQTT" + level + b"\x02\x00\x01" + properties
    payload = len(name).to_bytes(2, "big") + name.encode()
    with socket.create_connection(("127.0.0.1", server.mqtt_port), PATIENCE) as stream:
        stream.sendall(bytes([0x10, len(variable + payload)]) + variable + payload)
        received = b""
        while chunk := stream.recv(4096):
            received += chunk
    assert received[0] == 0x20
    if version == V5:
        assert received.endswith((b"\xe0\x01\x8d", b"\xe0\x02\x8d\x00"))
    refusal = server.refused(kind="connection", text="keep-alive")
    assert refusal["clientId"] == name


# === what they ask for ===


@pytest.fixture
def frontend(server, name):
    """A device that may do one thing."""
    document = policy(
        statement("Allow", "iot:Connect", arn(f"client/{name}")),
        statement("Allow", "iot:Publish", arn(f"topic/{name}/frontend")),
        statement("Allow", "iot:Subscribe", arn(f"topicfilter/{name}/*")),
    )
    bundle = server.device(name, document)
    client = secure(server, V5, bundle)
    yield client
    client.leave()


def test_a_topic_with_a_leading_slash(server, name, frontend):
    assert frontend.publish(f"/{name}/frontend", "x", 1) == "Not authorized"
    refusal = server.refused(kind="publish", text="remove the leading slash")
    assert refusal["resource"] == arn(f"topic//{name}/frontend")
    assert refusal["action"] == "iot:Publish"
    assert refusal["policies"] == [f"device.{name}"]
    shown = server.run("explain", refusal["id"]).stdout
    assert "remove the leading slash" in shown and name in shown


def test_a_message_to_retain_where_only_messages_are_allowed(server, name, frontend):
    assert frontend.publish(f"{name}/frontend", "x", 1, retain=True) == "Not authorized"
    server.refused(kind="retain", text="iot:RetainPublish")


def test_a_subscription_outside_of_the_policy(server, name, frontend):
    assert frontend.subscribe("everything/#", 1) == "Not authorized"
    refusal = server.refused(kind="subscribe", text="everything")
    assert refusal["resource"] == arn("topicfilter/everything/#")


def test_a_delivery_outside_of_the_policy(server, name, frontend):
    assert frontend.subscribe(f"{name}/#", 1) == "Granted QoS 1"
    tool = plain(server, V5, f"{name}-tool")
    tool.publish(f"{name}/secret", "x", 1)
    refusal = server.refused(kind="receive", text=name)
    assert refusal["action"] == "iot:Receive"
    assert refusal["resource"] == arn(f"topic/{name}/secret")
    assert frontend.messages.is_empty()
    tool.leave()


def test_a_client_id_outside_of_the_policy(server, name):
    bundle = server.device(name)
    assert knock(server, bundle, client_id=f"{name}-2") == "Not authorized"
    refusal = server.refused(kind="connect", text="client/${iot:Connection.Thing.ThingName}")
    assert refusal["resource"] == arn(f"client/{name}-2")
    assert refusal["principal"] == f"certificate {bundle.certificate_id}"


def test_a_topic_in_mqtt3_has_no_reason_but_an_end(server, name):
    """3.1.1 knows no refused PUBLISH: the connection is closed, and explain says why."""
    client = secure(server, V3, server.device(name))
    client.paho.publish(f"/{name}/a", "x", 1)
    client.ends.one()
    server.refused(kind="publish", text="remove the leading slash")
    client.paho.loop_stop()
