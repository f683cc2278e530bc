"""Custom authorizers: clients without a certificate, whom a function knows, by the AWS IoT Device SDK,
paho, a WebSocket and HTTP; and hooks that decide who is provisioned."""

import base64
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request

import pytest
from awscrt import mqtt, mqtt5
from awsiot import mqtt5_client_builder, mqtt_connection_builder

from aws_client import client, refused
from certificates import openssl
from function_code import archive, role
from mqtt_client import V3, V5, Client
from server import PATIENCE, Inbox
from test_sdk_v2 import Client5
from test_provisioning import Claim, claim_policy, plant  # noqa: F401

# As AWS's guide writes one: it knows a password, or a token whose signature was checked for it.
JUDGE = """
import base64, json

def handler(event, context):
    print("asked: " + json.dumps(event["protocolData"]))
    data = event["protocolData"]
    mqtt = data.get("mqtt", {})
    password = base64.b64decode(mqtt.get("password", "")).decode()
    known = password == "open sesame" or event.get("token") == "guest" and event["signatureVerified"]
    known = known or data.get("http", {}).get("headers", {}).get("x-secret") == "open sesame"
    if not known:
        return {"isAuthenticated": False}
    allow = lambda action, resource: {"Effect": "Allow", "Action": action, "Resource": "arn:aws:iot:*:*:" + resource}
    statements = [
        allow("iot:Connect", "client/${iot:ClientId}"),
        allow(["iot:Publish", "iot:Receive"], "topic/rooms/*"),
        allow("iot:Subscribe", "topicfilter/rooms/*"),
    ]
    return {
        "isAuthenticated": True,
        "principalId": "lamp7",
        "policyDocuments": [json.dumps({"Version": "2012-10-17", "Statement": statements})],
        "disconnectAfterInSeconds": 3600,
        "refreshAfterInSeconds": 300,
    }
"""

HOOK = """
def handler(event, context):
    serial = event["parameters"]["SerialNumber"]
    known = event["claimCertificateId"] and event["clientId"] and serial == "7"
    return {"allowProvisioning": bool(known), "parameterOverrides": {"Location": "Oslo"}}
"""


def add_function(server, name, code, *, lets_iot=True):
    aws = client(server, "lambda")
    made = aws.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role(client(server, "iam")),
        Handler="index.handler",
        Code={"ZipFile": archive({"index.py": code})},
    )
    if lets_iot:
        permission = {"Action": "lambda:InvokeFunction", "Principal": "iot.amazonaws.com"}
        aws.add_permission(FunctionName=name, StatementId="iot", **permission)
    return made["FunctionArn"]


@pytest.fixture
def judge(server, name):
    """The name of an authorizer that wants no signatures."""
    aws = client(server, "iot")
    function = add_function(server, name[-60:], JUDGE)
    aws.create_authorizer(
        authorizerName=name, authorizerFunctionArn=function, signingDisabled=True, status="ACTIVE"
    )
    return name


def without_certificate(server, *protocols) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=server.data / "root-ca.pem")
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


class Lamp(Client5):
    """The SDK's MQTT 5 client with a password, and no certificate."""

    def __init__(self, server, authorizer, password):
        self.messages, self.successes, self.failures = Inbox(), Inbox(), Inbox()
        self.stops = Inbox()
        self.client = mqtt5_client_builder.direct_with_custom_authorizer(
            endpoint="localhost",
            port=server.https_port,
            ca_filepath=str(server.data / "root-ca.pem"),
            auth_username="lamp",
            auth_authorizer_name=authorizer,
            auth_password=password.encode(),
            connect_options=mqtt5.ConnectPacket(client_id="sdk"),
            on_publish_received=lambda data: self.messages.put(data.publish_packet),
            on_lifecycle_connection_success=lambda data: self.successes.put(data.connack_packet),
            on_lifecycle_connection_failure=lambda data: self.failures.put(data.connack_packet),
            on_lifecycle_stopped=lambda data: self.stops.put(data),
        )


def test_the_sdk_brings_a_password_instead_of_a_certificate(server, judge):
    lamp = Lamp(server, judge, "open sesame")
    lamp.enter()
    assert lamp.subscribe("rooms/hall") == mqtt5.SubackReasonCode.GRANTED_QOS_1
    assert lamp.publish("rooms/hall", "hello") == mqtt5.PubackReasonCode.SUCCESS
    assert lamp.messages.one().payload == b"hello"
    lamp.leave()
    stranger = Lamp(server, judge, "wrong")
    stranger.client.start()
    assert stranger.failures.one().reason_code == mqtt5.ConnectReasonCode.NOT_AUTHORIZED
    stranger.leave()
    assert f"the authorizer {judge} does not know it" in server.run("explain").stdout


def test_the_sdk_over_a_websocket(server, judge):
    for port in (server.https_port, int(server.aws_url.rsplit(":", 1)[1])):
        lamp = mqtt_connection_builder.websockets_with_custom_authorizer(
            endpoint="localhost",
            port=port,
            ca_filepath=str(server.data / "root-ca.pem"),
            client_id=f"socket-{port}",
            auth_username="lamp",
            auth_authorizer_name=judge,
            auth_password="open sesame",
        )
        lamp.connect().result(PATIENCE)
        lamp.publish("rooms/hall", "hello", mqtt.QoS.AT_LEAST_ONCE)[0].result(PATIENCE)
        lamp.disconnect().result(PATIENCE)


@pytest.mark.parametrize("version", [V3, V5])
@pytest.mark.parametrize("door", ["mqtts_port", "https_port"])
def test_paho_says_who_it_is_in_its_user_name(server, judge, version, door):
    lamp = Client(version, f"paho-{version}-{door}")
    lamp.paho.tls_set_context(without_certificate(server, "mqtt"))
    lamp.paho.username_pw_set(f"lamp?x-amz-customauthorizer-name={judge}", "open sesame")
    lamp.enter(getattr(server, door))
    assert lamp.subscribe("rooms/#", 1).is_failure is False
    assert lamp.subscribe("cellar/#", 1).is_failure
    lamp.publish("rooms/hall", "hello", 1)
    assert lamp.messages.one().payload == b"hello"
    shown = server.run("explain").stdout
    assert f"{judge}, policyDocuments[0]" in shown and "topicfilter/cellar/#" in shown
    lamp.leave()


def test_who_asks_for_no_authorizer_must_have_a_certificate(server):
    lamp = Client(V5, "anonymous")
    lamp.paho.tls_set_context(without_certificate(server))
    with pytest.raises((ssl.SSLError, ConnectionError, OSError)):
        lamp.paho.connect("localhost", server.mqtts_port)
        lamp.paho.socket().recv(1)


def test_tokens_are_signed(server, name, tmp_path):
    key, public = tmp_path / "key.pem", tmp_path / "public.pem"
    openssl("genrsa", "-out", key, 2048)
    openssl("rsa", "-in", key, "-pubout", "-out", public)
    (tmp_path / "token").write_text("guest")
    openssl("dgst", "-sha256", "-sign", key, "-out", tmp_path / "signature", tmp_path / "token")
    signature = base64.b64encode((tmp_path / "signature").read_bytes()).decode()

    aws = client(server, "iot")
    function = add_function(server, name, JUDGE)
    created = {"authorizerName": name, "authorizerFunctionArn": function, "tokenKeyName": "badge"}
    with refused("InvalidRequestException", 400, "tokenSigningPublicKeys is needed"):
        aws.create_authorizer(**created)
    with refused("InvalidRequestException", 400, "no public key"):
        aws.create_authorizer(**created, tokenSigningPublicKeys={"one": "no key"})
    aws.create_authorizer(**created, tokenSigningPublicKeys={"one": public.read_text()})
    shown = aws.describe_authorizer(authorizerName=name)["authorizerDescription"]
    assert (shown["status"], shown["signingDisabled"]) == ("INACTIVE", False)
    assert shown["tokenSigningPublicKeys"] == {"one": public.read_text()}

    test = {"authorizerName": name, "token": "guest"}
    with refused("InvalidRequestException", 400, "says no x-amz-customauthorizer-signature"):
        aws.test_invoke_authorizer(**test)
    with refused("InvalidRequestException", 400, "has signed the token"):
        aws.test_invoke_authorizer(**{**test, "token": "Guest"}, tokenSignature=signature)
    answer = aws.test_invoke_authorizer(**test, tokenSignature=signature)
    assert (answer["isAuthenticated"], answer["principalId"]) == (True, "lamp7")
    assert answer["refreshAfterInSeconds"] == 300
    assert json.loads(answer["policyDocuments"][0])["Version"] == "2012-10-17"

    lamp = Client(V5, name)
    lamp.paho.tls_set_context(without_certificate(server, "mqtt"))
    sign = urllib.parse.quote(signature, safe="")
    query = f"x-amz-customauthorizer-name={name}&badge=guest&x-amz-customauthorizer-signature={sign}"
    lamp.paho.username_pw_set(f"lamp?{query}")
    _, reason = lamp.dial(server.mqtts_port)
    assert reason == "Not authorized", "it is not active"
    lamp.leave()
    aws.update_authorizer(authorizerName=name, status="ACTIVE")
    again = Client(V5, name)
    again.paho.tls_set_context(without_certificate(server, "mqtt"))
    again.paho.username_pw_set(f"lamp?{query}")
    again.enter(server.mqtts_port)
    again.leave()


def post(server, path, headers):
    url = f"https://localhost:{server.https_port}{path}"
    request = urllib.request.Request(url, data=b"hello", headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, context=without_certificate(server)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_request_over_http_is_judged(server, judge):
    listener = Client(V5, f"{judge}-ear")
    listener.enter(server.mqtt_port)
    listener.subscribe("rooms/#", 1)
    headers = {"x-amz-customauthorizer-name": judge, "X-Secret": "open sesame"}
    assert post(server, "/topics/rooms/hall?qos=1", headers)[0] == 200
    assert listener.messages.one().payload == b"hello"
    status, error = post(server, "/topics/cellar/stairs?qos=1", headers)
    assert status == 403 and "iot:Publish" in error["message"]
    status, error = post(server, "/topics/rooms/hall", {**headers, "X-Secret": "wrong"})
    assert status == 403 and "does not know it" in error["message"]
    status, error = post(server, "/topics/rooms/hall", {})
    assert status == 403 and "sent no certificate" in error["message"]
    listener.leave()


def test_a_function_must_let_iot_invoke_it_and_answer_well(server, name):
    aws = client(server, "iot")
    function = add_function(server, name, "handler = lambda event, context: 7", lets_iot=False)
    aws.create_authorizer(authorizerName=name, authorizerFunctionArn=function, signingDisabled=True)
    with refused("InvalidResponseException", 400, "does not let iot.amazonaws.com invoke it"):
        aws.test_invoke_authorizer(authorizerName=name)
    client(server, "lambda").add_permission(
        FunctionName=name,
        StatementId="iot",
        Action="lambda:InvokeFunction",
        Principal="iot.amazonaws.com",
        SourceArn=aws.describe_authorizer(authorizerName=name)["authorizerDescription"]["authorizerArn"],
    )
    with refused("InvalidResponseException", 400, "cannot be understood"):
        aws.test_invoke_authorizer(authorizerName=name)


def test_the_default_authorizer_is_asked_about_all_who_name_none(own_server):
    aws = client(own_server, "iot")
    with refused("ResourceNotFoundException", 404):
        aws.describe_default_authorizer()
    function = add_function(own_server, "judge", JUDGE)
    created = {"authorizerName": "judge", "authorizerFunctionArn": function, "signingDisabled": True}
    aws.create_authorizer(**created, tags=[{"Key": "a", "Value": "b"}])
    with refused("ResourceAlreadyExistsException", 409):
        aws.create_authorizer(**created)
    with refused("InvalidRequestException", 400, "not active"):
        aws.set_default_authorizer(authorizerName="judge")
    aws.update_authorizer(authorizerName="judge", status="ACTIVE")
    arn = aws.set_default_authorizer(authorizerName="judge")["authorizerArn"]
    assert aws.list_tags_for_resource(resourceArn=arn)["tags"] == [{"Key": "a", "Value": "b"}]
    own_server.restart()
    aws = client(own_server, "iot")
    shown = aws.describe_default_authorizer()["authorizerDescription"]
    assert (shown["authorizerName"], shown["authorizerArn"]) == ("judge", arn)
    lamp = Client(V5, "lamp")
    lamp.paho.tls_set_context(without_certificate(own_server, "mqtt"))
    lamp.paho.username_pw_set("lamp", "open sesame")
    lamp.enter(own_server.mqtts_port)
    lamp.leave()
    for status, names in (("ACTIVE", ["judge"]), ("INACTIVE", [])):
        listed = aws.list_authorizers(status=status)["authorizers"]
        assert [it["authorizerName"] for it in listed] == names
    with refused("DeleteConflictException", 409, "INACTIVE first"):
        aws.delete_authorizer(authorizerName="judge")
    with refused("InvalidRequestException", 400, "clear the default authorizer first"):
        aws.update_authorizer(authorizerName="judge", status="INACTIVE")
    aws.clear_default_authorizer()
    aws.update_authorizer(authorizerName="judge", status="INACTIVE")
    aws.delete_authorizer(authorizerName="judge")
    with refused("ResourceNotFoundException", 404):
        aws.describe_authorizer(authorizerName="judge")


def test_a_hook_decides_who_is_provisioned(server, name, plant):  # noqa: F811
    aws = client(server, "iot")
    hook = {"targetArn": add_function(server, f"hook-{plant}", HOOK), "payloadVersion": "2020-04-01"}
    aws.update_provisioning_template(templateName=plant, preProvisioningHook=hook)
    shown = aws.describe_provisioning_template(templateName=plant)
    assert shown["preProvisioningHook"] == hook
    claim = Claim(server, server.device(f"{name}-claim", claim_policy(plant)))
    token = claim.create_keys().certificate_ownership_token
    answer = claim.provision(plant, token, {"SerialNumber": "8"})
    assert (answer.status_code, answer.error_code) == (403, "AccessDenied")
    answer = claim.provision(plant, token, {"SerialNumber": "7", "Location": "Rome"})
    assert answer.device_configuration == {"Url": "oslo.example"}, vars(answer)
    claim.device.leave()
    aws.update_provisioning_template(templateName=plant, removePreProvisioningHook=True)
    assert "preProvisioningHook" not in aws.describe_provisioning_template(templateName=plant)
    with refused("InvalidRequestException", 400, "not the ARN of a function"):
        wrong = {**hook, "targetArn": "arn:aws:sqs:us-east-1:000000000000:q"}
        aws.update_provisioning_template(templateName=plant, preProvisioningHook=wrong)


def test_the_policy_of_a_judge_is_in_the_docs_form(server):
    """A document that is none is refused by its place."""
    aws = client(server, "iot")
    code = 'handler = lambda e, c: {"isAuthenticated": True, "principalId": "a", "policyDocuments": ["{}"]}'
    function = add_function(server, "no-documents", code)
    aws.create_authorizer(
        authorizerName="no-documents", authorizerFunctionArn=function, signingDisabled=True
    )
    with refused("InvalidResponseException", 400, "policyDocuments[0]"):
        aws.test_invoke_authorizer(
            authorizerName="no-documents",
            httpContext={"headers": {"a": "b"}, "queryString": "?c=d"},
            mqttContext={"username": "u", "password": b"p", "clientId": "c"},
            tlsContext={"serverName": "localhost"},
        )

