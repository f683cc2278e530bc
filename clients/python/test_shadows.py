"""Shadows, by the SDKs' own shadow clients over MQTT and by boto3 over HTTP."""

import json

import pytest
from awscrt import mqtt_request_response
from awscrt.mqtt import QoS
from awsiot import ServiceStreamOptions, V2ServiceException, iotshadow
from AWSIoTPythonSDK.MQTTLib import AWSIoTMQTTShadowClient

from aws_client import iot, refused
from mqtt_client import V5, plain
from server import PATIENCE, Inbox
from test_sdk_v2 import Client5, Connection


def data(server):
    return iot(server, service="iot-data")


def update(client, thing, state, **options) -> dict:
    payload = json.dumps({"state": state})
    answer = client.update_thing_shadow(thingName=thing, payload=payload, **options)
    return json.loads(answer["payload"].read())


def get(client, thing, **options) -> dict:
    return json.loads(client.get_thing_shadow(thingName=thing, **options)["payload"].read())


@pytest.fixture
def device(server, name):
    connection = Client5(server, server.device(name))
    connection.enter()
    yield connection
    connection.leave()


def shadow_client(connection):
    options = mqtt_request_response.ClientOptions(
        max_request_response_subscriptions=4,
        max_streaming_subscriptions=2,
        operation_timeout_in_seconds=PATIENCE,
    )
    return iotshadow.IotShadowClientV2(connection.client, options)


# === the SDK's second shadow client, as its sample uses it ===


def test_sdk_v2_a_delta_arrives_and_is_answered(server, name, device):
    shadows, deltas, ready = shadow_client(device), Inbox(), Inbox()
    stream = shadows.create_shadow_delta_updated_stream(
        iotshadow.ShadowDeltaUpdatedSubscriptionRequest(thing_name=name),
        ServiceStreamOptions(
            incoming_event_listener=deltas.put, subscription_status_listener=ready.put
        ),
    )
    stream.open()
    ready.one()
    state = iotshadow.ShadowState(reported={"color": "red"})
    request = iotshadow.UpdateShadowRequest(thing_name=name, state=state)
    accepted = shadows.update_shadow(request).result(PATIENCE)
    assert (accepted.version, accepted.state.reported) == (1, {"color": "red"})

    assert update(data(server), name, {"desired": {"color": "blue"}})["version"] == 2
    delta = deltas.one()
    assert (delta.state, delta.version) == ({"color": "blue"}, 2)

    request.state = iotshadow.ShadowState(reported=delta.state)
    assert shadows.update_shadow(request).result(PATIENCE).version == 3
    whole = shadows.get_shadow(iotshadow.GetShadowRequest(thing_name=name)).result(PATIENCE)
    assert whole.state.desired == whole.state.reported == {"color": "blue"}
    assert whole.state.delta is None
    deleted = shadows.delete_shadow(iotshadow.DeleteShadowRequest(thing_name=name))
    assert deleted.result(PATIENCE).version == 3
    missing = shadows.get_shadow(iotshadow.GetShadowRequest(thing_name=name))
    with pytest.raises(V2ServiceException) as info:
        missing.result(PATIENCE)
    assert info.value.modeled_error.code == 404


def test_sdk_v2_named_shadows(server, name, device):
    shadows = shadow_client(device)
    state = iotshadow.ShadowState(desired={"interval": 5})
    request = iotshadow.UpdateNamedShadowRequest(thing_name=name, shadow_name="config", state=state)
    assert shadows.update_named_shadow(request).result(PATIENCE).version == 1
    request.version = 7
    with pytest.raises(V2ServiceException) as info:
        shadows.update_named_shadow(request).result(PATIENCE)
    assert info.value.modeled_error.code == 409
    client = data(server)
    assert get(client, name, shadowName="config")["state"]["desired"] == {"interval": 5}
    assert client.list_named_shadows_for_thing(thingName=name)["results"] == ["config"]
    with refused("ResourceNotFoundException", 404, f"No shadow exists with name: '{name}'"):
        client.get_thing_shadow(thingName=name)


# === the clients before it ===


def test_sdk_v2_first_shadow_client(server, name):
    device = Connection(server, server.device(name))
    device.enter()
    shadows = iotshadow.IotShadowClient(device.connection)
    accepted, at_least_once = Inbox(), QoS.AT_LEAST_ONCE
    subscribed, _ = shadows.subscribe_to_update_shadow_accepted(
        iotshadow.UpdateShadowSubscriptionRequest(thing_name=name), at_least_once, accepted.put
    )
    subscribed.result(PATIENCE)
    state = iotshadow.ShadowState(reported={"on": True})
    request = iotshadow.UpdateShadowRequest(thing_name=name, state=state, client_token="mine")
    shadows.publish_update_shadow(request, at_least_once).result(PATIENCE)
    answer = accepted.one()
    assert (answer.client_token, answer.state.reported) == ("mine", {"on": True})
    device.leave()


def test_sdk_v1(server, name):
    bundle = server.device(name)
    client = AWSIoTMQTTShadowClient(name)
    client.configureEndpoint("localhost", server.mqtts_port)
    client.configureCredentials(bundle.root, bundle.key, bundle.certificate)
    client.configureConnectDisconnectTimeout(PATIENCE)
    client.configureMQTTOperationTimeout(PATIENCE)
    assert client.connect()
    shadow = client.createShadowHandlerWithName(name, True)
    answers, deltas = Inbox(), Inbox()
    answer = lambda payload, status, _token: answers.put((status, json.loads(payload)))  # noqa: E731
    shadow.shadowRegisterDeltaCallback(lambda payload, *_: deltas.put(json.loads(payload)))
    shadow.shadowUpdate('{"state":{"desired":{"on":true}}}', answer, PATIENCE)
    status, accepted = answers.one()
    assert (status, accepted["version"]) == ("accepted", 1)
    assert deltas.one()["state"] == {"on": True}
    shadow.shadowGet(answer, PATIENCE)
    assert answers.one()[1]["state"]["delta"] == {"on": True}
    shadow.shadowDelete(answer, PATIENCE)
    assert answers.one()[0] == "accepted"
    client.disconnect()


# === over HTTP, and what MQTT hears of it ===


def test_an_update_over_http_is_told_over_mqtt(server, name):
    tool = plain(server, V5, name)
    tool.subscribe(f"$aws/things/{name}/shadow/#", 1)
    client = data(server)
    update(client, name, {"desired": {"a": {"b": 1}}, "reported": {"a": {"b": 2}}})
    told = {message.topic.rsplit("/", 1)[1]: json.loads(message.payload)
            for message in tool.messages.take(3)}  # fmt: skip
    assert told["delta"]["state"] == {"a": {"b": 1}}
    assert told["documents"]["previous"]["version"] == 0
    assert told["documents"]["current"]["state"]["reported"] == {"a": {"b": 2}}
    assert told["accepted"]["metadata"]["desired"]["a"]["b"]["timestamp"] > 0
    answer = client.delete_thing_shadow(thingName=name)
    assert json.loads(answer["payload"].read())["version"] == 1
    tool.leave()


def test_requests_that_are_wrong(server, name):
    client = data(server)
    for payload, code, status, text in [
        ("{", "InvalidRequestException", 400, "Invalid JSON"),
        ("{}", "InvalidRequestException", 400, "Missing required node: state"),
        ('{"state":{},"version":3}', "ConflictException", 409, "Version conflict"),
        (json.dumps({"state": {"desired": {"a": "x" * 9000}}}),
         "RequestEntityTooLargeException", 413, "maximum size"),
    ]:  # fmt: skip
        with refused(code, status, text):
            client.update_thing_shadow(thingName=name, payload=payload)
    with refused("ResourceNotFoundException", 404, "No shadow exists"):
        client.delete_thing_shadow(thingName=name)
    with refused("InvalidRequestException", 400, "thing name"):
        client.get_thing_shadow(thingName="a b")


def test_versions_go_on_after_a_kill(own_server, name):
    client = data(own_server)
    for number in range(1, 4):
        assert update(client, name, {"desired": {"number": number}})["version"] == number
    client.delete_thing_shadow(thingName=name)
    own_server.kill()
    own_server.start()
    client = data(own_server)
    assert update(client, name, {"desired": {"number": 4}})["version"] == 4
    assert get(client, name)["state"]["desired"] == {"number": 4}
