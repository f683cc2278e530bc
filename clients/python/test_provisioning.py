"""Provisioning: by claim with the AWS IoT Device SDK, by a registered authority, by RegisterThing,
and the events that tell of it all."""

import json

import pytest
from awscrt import mqtt
from awsiot import iotidentity

from aws_client import iot, refused
from certificates import Factory, openssl
from mqtt_client import V3, V5, Client, plain
from server import PATIENCE, Bundle, Inbox, allow_all, arn, policy, statement
from test_sdk_v2 import Connection

ROLE = "arn:aws:iam::000000000000:role/provisioner"
AT_LEAST_ONCE = mqtt.QoS.AT_LEAST_ONCE


def ref(name: str) -> dict:
    return {"Ref": name}


def template(name: str, policy_name: str) -> dict:
    """One that AWS's guide could have: a thing named by the device, in a group, with a type."""
    return {
        "Parameters": {
            "SerialNumber": {"Type": "String"},
            "Location": {"Type": "String", "Default": "Rome"},
            "AWS::IoT::Certificate::Id": {"Type": "String"},
        },
        "Mappings": {"Sites": {"Rome": {"Url": "rome.example"}, "Oslo": {"Url": "oslo.example"}}},
        "Resources": {
            "thing": {
                "Type": "AWS::IoT::Thing",
                "Properties": {
                    "ThingName": {"Fn::Join": ["-", [name, ref("SerialNumber")]]},
                    "AttributePayload": {"location": ref("Location")},
                    "ThingGroups": [name],
                },
                "OverrideSettings": {"AttributePayload": "MERGE", "ThingGroups": "DO_NOTHING"},
            },
            "certificate": {
                "Type": "AWS::IoT::Certificate",
                "Properties": {
                    "CertificateId": ref("AWS::IoT::Certificate::Id"),
                    "Status": "Active",
                },
            },
            "policy": {"Type": "AWS::IoT::Policy", "Properties": {"PolicyName": policy_name}},
        },
        "DeviceConfiguration": {"Url": {"Fn::FindInMap": ["Sites", ref("Location"), "Url"]}},
    }


@pytest.fixture
def plant(server, name):
    """A provisioning template that is enabled, and what it names."""
    aws = iot(server)
    aws.create_policy(policyName=name, policyDocument=json.dumps(allow_all()))
    aws.create_thing_group(thingGroupName=name)
    template_name = name[-36:].strip("_-")
    aws.create_provisioning_template(
        templateName=template_name,
        templateBody=json.dumps(template(name, name)),
        provisioningRoleArn=ROLE,
        enabled=True,
    )
    return template_name


class Claim:
    """A device with a claim certificate, and the SDK's client for provisioning."""

    def __init__(self, server, bundle):
        self.device = Connection(server, bundle)
        self.device.enter()
        self.client = iotidentity.IotIdentityClient(self.device.connection)

    def ask(self, operation: str, request, **names):
        """Subscribes to the answers, asks, and gives what came: an answer or an error."""
        inbox = Inbox()
        kind = "".join(word.title() for word in operation.split("_"))
        subscription = getattr(iotidentity, f"{kind}SubscriptionRequest")(**names)
        for end in ("accepted", "rejected"):
            subscribe = getattr(self.client, f"subscribe_to_{operation}_{end}")
            future, _ = subscribe(subscription, AT_LEAST_ONCE, inbox.put)
            future.result(PATIENCE)
        publish = getattr(self.client, f"publish_{operation}")
        publish(request, AT_LEAST_ONCE).result(PATIENCE)
        return inbox.one()

    def create_keys(self):
        request = iotidentity.CreateKeysAndCertificateRequest()
        return self.ask("create_keys_and_certificate", request)

    def provision(self, template_name: str, token: str, parameters: dict):
        request = iotidentity.RegisterThingRequest(
            template_name=template_name, certificate_ownership_token=token, parameters=parameters
        )
        return self.ask("register_thing", request, template_name=template_name)


def claim_policy(template_name: str) -> dict:
    rooms = (
        "$aws/certificates/*",
        f"$aws/provisioning-templates/{template_name}/provision/*",
    )
    return policy(
        statement("Allow", "iot:Connect", "*"),
        statement("Allow", ["iot:Publish", "iot:Receive"], [arn(f"topic/{room}") for room in rooms]),
        statement("Allow", "iot:Subscribe", [arn(f"topicfilter/{room}") for room in rooms]),
    )


def bundle_of(server, name: str, certificate: str, key: str) -> Bundle:
    """What a device has that was given a certificate, as the tests' clients want it."""
    folder = server.home / "provisioned" / name
    folder.mkdir(parents=True)
    (folder / "certificate.pem").write_text(certificate)
    (folder / "private.key").write_text(key)
    (folder / "root-ca.pem").write_text((server.data / "root-ca.pem").read_text())
    return Bundle(name, folder, {"certificateId": "", "policy": ""})


def test_a_device_with_a_claim_gets_keys_and_is_provisioned(server, name, plant):
    claim = Claim(server, server.device(f"{name}-claim", claim_policy(plant)))
    keys = claim.create_keys()
    assert "BEGIN CERTIFICATE" in keys.certificate_pem and "PRIVATE KEY" in keys.private_key
    aws = iot(server)
    shown = aws.describe_certificate(certificateId=keys.certificate_id)["certificateDescription"]
    assert shown["status"] == "PENDING_ACTIVATION"

    missing = claim.provision(plant, keys.certificate_ownership_token, {})
    assert (missing.status_code, missing.error_code) == (400, "InvalidParameters")
    forged = claim.provision(plant, "0" * 76, {"SerialNumber": "7"})
    assert forged.error_code == "InvalidCertificateOwnershipToken"
    parameters = {"SerialNumber": "7", "Location": "Oslo"}
    answer = claim.provision(plant, keys.certificate_ownership_token, parameters)
    assert answer.thing_name == f"{name}-7", vars(answer)
    assert answer.device_configuration == {"Url": "oslo.example"}
    again = claim.provision(plant, keys.certificate_ownership_token, parameters)
    assert again.error_code == "InvalidCertificateOwnershipToken"
    claim.device.leave()

    thing = aws.describe_thing(thingName=f"{name}-7")
    assert thing["attributes"] == {"location": "Oslo"}
    assert aws.list_things_in_thing_group(thingGroupName=name)["things"] == [f"{name}-7"]
    device = Connection(server, bundle_of(server, f"{name}-7", keys.certificate_pem, keys.private_key))
    device.enter()
    device.subscribe(f"{name}/hello")
    device.publish(f"{name}/hello", "I am new here")
    assert device.messages.one() == (f"{name}/hello", b"I am new here")
    device.leave()


def test_a_device_with_a_claim_brings_its_own_key(server, name, plant, tmp_path):
    key, request = tmp_path / "private.key", tmp_path / "request.csr"
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
            "-subj", f"/CN={name}", "-out", request)  # fmt: skip
    claim = Claim(server, server.device(f"{name}-claim", claim_policy(plant)))
    csr = iotidentity.CreateCertificateFromCsrRequest(
        certificate_signing_request=request.read_text()
    )
    signed = claim.ask("create_certificate_from_csr", csr)
    token = signed.certificate_ownership_token
    answer = claim.provision(plant, token, {"SerialNumber": "8"})
    assert answer.thing_name == f"{name}-8", vars(answer)
    wrong = claim.ask(
        "create_certificate_from_csr",
        iotidentity.CreateCertificateFromCsrRequest(certificate_signing_request="no request"),
    )
    assert wrong.status_code == 400
    claim.device.leave()
    device = Connection(server, bundle_of(server, f"{name}-8", signed.certificate_pem, key.read_text()))
    device.enter()
    device.leave()


def test_answers_are_for_the_device_that_asked(server, name, plant):
    eavesdropper = plain(server, V5, f"{name}-ear")
    eavesdropper.subscribe("$aws/certificates/create/json/accepted", 1)
    claim = Claim(server, server.device(f"{name}-claim", claim_policy(plant)))
    assert claim.create_keys().private_key
    assert eavesdropper.messages.is_empty()
    eavesdropper.leave()
    claim.device.leave()


def test_a_claim_that_an_installer_asks_for(server, name, plant):
    aws = iot(server)
    made = aws.create_provisioning_claim(templateName=plant)
    assert made["expiration"]
    pair = made["keyPair"]
    bundle = bundle_of(server, f"{name}-new", made["certificatePem"], pair["PrivateKey"])
    claim = Claim(server, bundle)
    keys = claim.create_keys()
    token = keys.certificate_ownership_token
    answer = claim.provision(plant, token, {"SerialNumber": "9"})
    assert answer.thing_name == f"{name}-9", vars(answer)
    claim.device.leave()
    with refused("ResourceNotFoundException", 404):
        aws.create_provisioning_claim(templateName="nobodys")


def test_a_template_from_its_making_to_its_end(server, name):
    aws = iot(server)
    template_name = name[-36:].strip("_-")
    body = json.dumps(template(name, name))
    made = aws.create_provisioning_template(
        templateName=template_name,
        templateBody=body,
        provisioningRoleArn=ROLE,
        description="lamps",
        tags=[{"Key": "a", "Value": "1"}],
    )
    resource = arn(f"provisioningtemplate/{template_name}")
    assert (made["templateArn"], made["defaultVersionId"]) == (resource, 1)
    described = aws.describe_provisioning_template(templateName=template_name)
    assert described["templateBody"] == body and described["enabled"] is False
    assert described["type"] == "FLEET_PROVISIONING"
    second = aws.create_provisioning_template_version(
        templateName=template_name, templateBody=body, setAsDefault=True
    )
    assert (second["versionId"], second["isDefaultVersion"]) == (2, True)
    with refused("DeleteConflictException", 409):
        aws.delete_provisioning_template_version(templateName=template_name, versionId=2)
    aws.update_provisioning_template(
        templateName=template_name, enabled=True, defaultVersionId=1
    )
    shown = aws.describe_provisioning_template_version(templateName=template_name, versionId=1)
    assert shown["isDefaultVersion"] is True
    aws.delete_provisioning_template_version(templateName=template_name, versionId=2)
    versions = aws.list_provisioning_template_versions(templateName=template_name)["versions"]
    assert [version["versionId"] for version in versions] == [1]
    names = [found["templateName"] for found in aws.list_provisioning_templates()["templates"]]
    assert template_name in names
    hook = {"targetArn": "arn:aws:lambda:us-east-1:000000000000:function:hook"}
    with refused("InvalidRequestException", 400, "a preProvisioningHook"):
        aws.create_provisioning_template(
            templateName="other",
            templateBody=body,
            provisioningRoleArn=ROLE,
            type="JITP",
            preProvisioningHook=hook,
        )
    for broken in ("{}", "no JSON", body.replace("Fn::Join", "Fn::Upper")):
        with refused("InvalidRequestException", 400):
            aws.create_provisioning_template(
                templateName="other", templateBody=broken, provisioningRoleArn=ROLE
            )
    aws.delete_provisioning_template(templateName=template_name)
    with refused("ResourceNotFoundException", 404):
        aws.describe_provisioning_template(templateName=template_name)


def test_register_thing_does_what_a_template_says(server, name, tmp_path):
    aws = iot(server)
    aws.create_policy(policyName=name, policyDocument=json.dumps(allow_all()))
    body = {
        "Parameters": {"Name": {"Type": "String"}, "Csr": {"Type": "String"}},
        "Resources": {
            "thing": {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": ref("Name")}},
            "certificate": {
                "Type": "AWS::IoT::Certificate",
                "Properties": {"CertificateSigningRequest": ref("Csr")},
            },
            "policy": {"Type": "AWS::IoT::Policy", "Properties": {"PolicyName": name}},
        },
    }
    key, request = tmp_path / "private.key", tmp_path / "request.csr"
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
            "-subj", f"/CN={name}", "-out", request)  # fmt: skip
    parameters = {"Name": name, "Csr": request.read_text()}
    made = aws.register_thing(templateBody=json.dumps(body), parameters=parameters)
    assert made["resourceArns"]["thing"] == arn(f"thing/{name}")
    assert set(made["resourceArns"]) == {"thing", "certificate", "policy"}
    device = Connection(server, bundle_of(server, name, made["certificatePem"], key.read_text()))
    device.enter()
    device.leave()
    with refused("InvalidRequestException", 400, "Csr"):
        aws.register_thing(templateBody=json.dumps(body), parameters={"Name": name})


# === devices that an authority signed for ===


def is_let_in(server, bundle: Bundle) -> bool:
    """Whether a device that connects is let in; a new connection each time."""
    device = Client(V5, bundle.name).over_tls(bundle)
    _, reason = device.dial(server.mqtts_port)
    device.paho.disconnect()
    device.paho.loop_stop()
    return not reason.is_failure


def register(aws, factory, **options) -> str:
    code = aws.get_registration_code()["registrationCode"]
    return aws.register_ca_certificate(
        caCertificate=factory.pem,
        verificationCertificate=factory.sign(code).pem,
        setAsActive=True,
        allowAutoRegistration=True,
        **options,
    )["certificateId"]


def test_an_unknown_device_of_a_known_authority_is_registered(server, name, tmp_path):
    aws, factory = iot(server), Factory(tmp_path)
    authority = register(aws, factory)
    watcher = plain(server, V3, f"{name}-watcher")
    watcher.subscribe(f"$aws/events/certificates/registered/{authority}", 1)
    signed = factory.sign(name)
    device = bundle_of(server, name, signed.pem, signed.key.read_text())
    assert not is_let_in(server, device)
    told = json.loads(watcher.messages.one().payload)
    assert told["caCertificateId"] == authority
    assert told["certificateStatus"] == "PENDING_ACTIVATION"
    assert not is_let_in(server, device), "it waits to be activated"
    certificate = told["certificateId"]
    aws.create_policy(policyName=name, policyDocument=json.dumps(allow_all()))
    aws.attach_policy(policyName=name, target=arn(f"cert/{certificate}"))
    aws.update_certificate(certificateId=certificate, newStatus="ACTIVE")
    assert is_let_in(server, device)
    watcher.leave()


def test_an_unknown_device_of_a_known_authority_is_provisioned(server, name, tmp_path):
    aws, factory = iot(server), Factory(tmp_path)
    common_name = "AWS::IoT::Certificate::CommonName"
    identity = "AWS::IoT::Certificate::Id"
    body = {
        "Parameters": {common_name: {"Type": "String"}, identity: {"Type": "String"}},
        "Resources": {
            "thing": {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": ref(common_name)}},
            "certificate": {
                "Type": "AWS::IoT::Certificate",
                "Properties": {"CertificateId": ref(identity), "Status": "ACTIVE"},
            },
            "policy": {
                "Type": "AWS::IoT::Policy",
                "Properties": {"PolicyDocument": json.dumps(allow_all())},
            },
        },
    }
    config = {"templateBody": json.dumps(body), "roleArn": ROLE}
    authority = register(aws, factory, registrationConfig=config)
    shown = aws.describe_ca_certificate(certificateId=authority)
    assert shown["registrationConfig"] == config
    aws.update_event_configurations(eventConfigurations={"THING": {"Enabled": True}})
    watcher = plain(server, V3, f"{name}-watcher")
    watcher.subscribe(f"$aws/events/thing/{name}/created", 1)
    signed = factory.sign(name)
    device = bundle_of(server, name, signed.pem, signed.key.read_text())
    assert not is_let_in(server, device)
    told = json.loads(watcher.messages.one().payload)
    assert (told["eventType"], told["thingName"]) == ("THING_EVENT", name)
    watcher.leave()
    # The certificate becomes active after the thing is made, and last.
    signed_id = aws.list_certificates_by_ca(caCertificateId=authority)["certificates"]
    assert len(signed_id) == 1
    for _ in range(50):
        if is_let_in(server, device):
            break
    else:
        raise AssertionError("it was not provisioned")
    with refused("InvalidRequestException", 400):
        config = {"templateBody": "{}", "roleArn": ROLE}
        aws.update_ca_certificate(certificateId=authority, registrationConfig=config)


def test_events_of_the_registry(own_server, name):
    aws = iot(own_server)
    watcher = plain(own_server, V5, f"{name}-watcher")
    watcher.subscribe("$aws/events/#", 1)
    aws.create_thing(thingName=f"{name}-quiet")
    kinds = ("THING", "THING_GROUP", "THING_TYPE", "THING_GROUP_MEMBERSHIP",
             "THING_GROUP_HIERARCHY", "THING_TYPE_ASSOCIATION")  # fmt: skip
    aws.update_event_configurations(eventConfigurations={kind: {"Enabled": True} for kind in kinds})
    aws.create_thing_type(thingTypeName="lamp")
    aws.create_thing_group(thingGroupName="site")
    aws.create_thing_group(thingGroupName="hall", parentGroupName="site")
    aws.create_thing(thingName=name, thingTypeName="lamp")
    aws.add_thing_to_thing_group(thingName=name, thingGroupName="hall")
    aws.remove_thing_from_thing_group(thingName=name, thingGroupName="hall")
    aws.update_thing(thingName=name, removeThingType=True)
    aws.delete_thing(thingName=name)
    expected = [
        "thingType/lamp/created",
        "thingGroup/site/created",
        "thingGroup/hall/created",
        "thingGroupHierarchy/thingGroup/site/childThingGroup/hall/added",
        f"thing/{name}/created",
        f"thingTypeAssociation/thing/{name}/thingType/lamp/added",
        f"thingGroupMembership/thingGroup/hall/thing/{name}/added",
        f"thingGroupMembership/thingGroup/hall/thing/{name}/removed",
        f"thing/{name}/updated",
        f"thingTypeAssociation/thing/{name}/thingType/lamp/removed",
        f"thing/{name}/deleted",
    ]
    came = []
    while len(came) < len(expected):
        message = watcher.messages.one()
        if "/presence/" in message.topic or "/subscriptions/" in message.topic:
            continue
        came.append(message.topic.removeprefix("$aws/events/"))
        payload = json.loads(message.payload)
        assert payload["eventId"] and payload["timestamp"] and payload["operation"]
    assert came == expected
    watcher.leave()
