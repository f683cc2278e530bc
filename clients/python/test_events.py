"""AWS's lifecycle events, as a back end that watches its fleet receives them."""

import json

import pytest

from mqtt_client import V5, plain, secure


@pytest.fixture
def watcher(server, name):
    client = plain(server, V5, f"{name}-watcher")
    yield client
    client.leave()


def told(watcher):
    return json.loads(watcher.messages.one().payload)


def test_presence(server, name, watcher):
    watcher.subscribe(f"$aws/events/presence/+/{name}", 1)
    bundle = server.device(name)
    device = secure(server, V5, bundle)
    connected = told(watcher)
    assert connected["clientId"] == name
    assert connected["eventType"] == "connected"
    assert connected["principalIdentifier"] == bundle.certificate_id
    assert connected["ipAddress"] == "127.0.0.1"
    assert connected["versionNumber"] >= 0
    assert connected["timestamp"] > 1_600_000_000_000

    device.leave()
    disconnected = told(watcher)
    assert disconnected["eventType"] == "disconnected"
    assert disconnected["sessionIdentifier"] == connected["sessionIdentifier"]
    assert disconnected["versionNumber"] == connected["versionNumber"]
    assert disconnected["clientInitiatedDisconnect"] is True
    assert disconnected["disconnectReason"] == "CLIENT_INITIATED_DISCONNECT"


def test_presence_tells_why_a_device_went(server, name, watcher):
    # Of this device alone: the watcher of the test before may still be leaving.
    watcher.subscribe(f"$aws/events/presence/disconnected/{name}", 1)
    bundle = server.device(name)
    first = secure(server, V5, bundle)
    second = secure(server, V5, bundle)
    first.ends.one()
    gone = told(watcher)
    assert (gone["clientId"], gone["disconnectReason"]) == (name, "DUPLICATE_CLIENTID")
    assert gone["clientInitiatedDisconnect"] is False
    server.run("device", "deactivate", name)
    second.ends.one()
    assert told(watcher)["disconnectReason"] == "AUTH_ERROR"
    first.paho.loop_stop()
    second.paho.loop_stop()


def test_subscriptions(server, name, watcher):
    watcher.subscribe(f"$aws/events/subscriptions/+/{name}", 1)
    device = secure(server, V5, server.device(name))
    device.subscribe(f"{name}/a", 1)
    event = told(watcher)
    assert (event["eventType"], event["topics"]) == ("subscribed", [f"{name}/a"])
    device.paho.unsubscribe(f"{name}/a")
    event = told(watcher)
    assert (event["eventType"], event["topics"]) == ("unsubscribed", [f"{name}/a"])
    device.leave()
