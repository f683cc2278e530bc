"""Types, groups, billing groups, principals, tags, role aliases, settings and authorities, as boto3
asks for them."""

import json

import pytest
from botocore.exceptions import ClientError

from aws_client import iot, refused
from certificates import Factory
from mqtt_client import V5, secure
from server import allow_all, arn, policy, statement

ROLE = "arn:aws:iam::000000000000:role/somebody"


def pages(aws, operation: str, key: str, **options) -> list:
    """All items, in pages of two."""
    found = []
    for page in aws.get_paginator(operation).paginate(PaginationConfig={"PageSize": 2}, **options):
        assert len(page[key]) <= 2
        found += page[key]
    return found


# === thing types ===


def test_a_thing_type_from_its_making_to_its_deprecation(server, name):
    aws = iot(server)
    properties = {"thingTypeDescription": "a lamp", "searchableAttributes": ["floor"]}
    made = aws.create_thing_type(thingTypeName=name, thingTypeProperties=properties)
    assert made["thingTypeArn"] == arn(f"thingtype/{name}")
    again = aws.create_thing_type(thingTypeName=name, thingTypeProperties=properties)
    assert again["thingTypeId"] == made["thingTypeId"]
    with refused("ResourceAlreadyExistsException", 409):
        aws.create_thing_type(thingTypeName=name)
    described = aws.describe_thing_type(thingTypeName=name)
    assert described["thingTypeProperties"] == properties
    assert described["thingTypeMetadata"]["deprecated"] is False

    many = {f"a{number}": "x" for number in range(50)}
    aws.create_thing(
        thingName=name, thingTypeName=name, attributePayload={"attributes": many}
    )
    with refused("InvalidRequestException", 400, "3 attributes"):
        four = dict(list(many.items())[:4])
        aws.create_thing(thingName=f"{name}-x", attributePayload={"attributes": four})
    listed = aws.list_things(thingTypeName=name)["things"]
    assert [thing["thingName"] for thing in listed] == [name]

    aws.deprecate_thing_type(thingTypeName=name)
    assert "deprecationDate" in aws.describe_thing_type(thingTypeName=name)["thingTypeMetadata"]
    with refused("InvalidRequestException", 400, "deprecated"):
        aws.create_thing(thingName=f"{name}-y", thingTypeName=name)
    with refused("InvalidRequestException", 400, "5 minutes"):
        aws.delete_thing_type(thingTypeName=name)
    aws.deprecate_thing_type(thingTypeName=name, undoDeprecate=True)
    with refused("InvalidRequestException", 400, "deprecated"):
        aws.delete_thing_type(thingTypeName=name)


def test_types_are_listed_and_what_is_wrong_with_one_is_said(own_server):
    aws = iot(own_server)
    names = [f"type-{number}" for number in range(5)]
    for name in names:
        aws.create_thing_type(thingTypeName=name)
    found = pages(aws, "list_thing_types", "thingTypes")
    assert [kind["thingTypeName"] for kind in found] == names
    one = aws.list_thing_types(thingTypeName="type-3")["thingTypes"]
    assert [kind["thingTypeName"] for kind in one] == ["type-3"]
    for properties in (
        {"searchableAttributes": ["a", "b", "c", "d"]},
        {"searchableAttributes": ["a b"]},
        {"mqtt5Configuration": {"propagatingAttributes": []}},
    ):
        with refused("InvalidRequestException", 400):
            aws.create_thing_type(thingTypeName="other", thingTypeProperties=properties)
    with refused("ResourceNotFoundException", 404):
        aws.describe_thing_type(thingTypeName="other")


# === thing groups ===


def test_groups_stand_in_each_other(server, name):
    aws = iot(server)
    top, middle, low = (f"{name}-{part}" for part in ("top", "middle", "low"))
    aws.create_thing_group(thingGroupName=top)
    aws.create_thing_group(thingGroupName=middle, parentGroupName=top)
    properties = {
        "thingGroupDescription": "the lowest",
        "attributePayload": {"attributes": {"a": "1"}},
    }
    made = aws.create_thing_group(
        thingGroupName=low, parentGroupName=middle, thingGroupProperties=properties
    )
    assert made["thingGroupArn"] == arn(f"thinggroup/{low}")
    described = aws.describe_thing_group(thingGroupName=low)
    metadata = described["thingGroupMetadata"]
    assert metadata["parentGroupName"] == middle
    path = [group["groupName"] for group in metadata["rootToParentThingGroups"]]
    assert path == [top, middle]
    assert described["thingGroupProperties"] == properties
    assert described["version"] == 1

    payload = {"attributes": {"b": "2"}, "merge": True}
    updated = aws.update_thing_group(
        thingGroupName=low,
        thingGroupProperties={"attributePayload": payload},
        expectedVersion=1,
    )
    assert updated["version"] == 2
    with refused("VersionConflictException", 409):
        aws.update_thing_group(thingGroupName=low, thingGroupProperties={}, expectedVersion=1)
    below = aws.list_thing_groups(parentGroup=top)["thingGroups"]
    assert {group["groupName"] for group in below} == {middle, low}
    direct = aws.list_thing_groups(parentGroup=top, recursive=False)["thingGroups"]
    assert [group["groupName"] for group in direct] == [middle]
    found = pages(aws, "list_thing_groups", "thingGroups", namePrefixFilter=name)
    assert len(found) == 3

    with refused("InvalidRequestException", 400, "child"):
        aws.delete_thing_group(thingGroupName=middle)
    with refused("VersionConflictException", 409):
        aws.delete_thing_group(thingGroupName=low, expectedVersion=1)
    for group in (low, middle, top, top):
        aws.delete_thing_group(thingGroupName=group)
    with refused("ResourceNotFoundException", 404):
        aws.describe_thing_group(thingGroupName=low)
    with refused("InvalidRequestException", 400, "parent"):
        aws.create_thing_group(thingGroupName=low, parentGroupName=middle)


def test_things_join_and_leave_groups(server, name):
    aws = iot(server)
    top, low, other = (f"{name}-{part}" for part in ("top", "low", "other"))
    aws.create_thing_group(thingGroupName=top)
    aws.create_thing_group(thingGroupName=low, parentGroupName=top)
    aws.create_thing_group(thingGroupName=other)
    things = [f"{name}-{number}" for number in range(5)]
    for thing in things:
        aws.create_thing(thingName=thing)
        aws.add_thing_to_thing_group(thingName=thing, thingGroupName=low)
    aws.add_thing_to_thing_group(
        thingArn=arn(f"thing/{things[0]}"),
        thingGroupArn=arn(f"thinggroup/{other}"),
        overrideDynamicGroups=True,
    )
    groups = aws.list_thing_groups_for_thing(thingName=things[0])["thingGroups"]
    assert {group["groupName"] for group in groups} == {low, other}
    with refused("InvalidRequestException", 400, "same hierarchy"):
        aws.add_thing_to_thing_group(thingName=things[0], thingGroupName=top)
    assert pages(aws, "list_things_in_thing_group", "things", thingGroupName=low) == things
    assert aws.list_things_in_thing_group(thingGroupName=top)["things"] == []
    below = pages(aws, "list_things_in_thing_group", "things", thingGroupName=top, recursive=True)
    assert below == things
    aws.update_thing_groups_for_thing(
        thingName=things[0], thingGroupsToRemove=[low, other], thingGroupsToAdd=[top]
    )
    groups = aws.list_thing_groups_for_thing(thingName=things[0])["thingGroups"]
    assert [group["groupName"] for group in groups] == [top]
    aws.remove_thing_from_thing_group(thingName=things[1], thingGroupName=low)
    aws.delete_thing(thingName=things[2])
    assert aws.list_things_in_thing_group(thingGroupName=low)["things"] == things[3:]
    for wrong in ({"thingName": things[0]}, {"thingGroupName": top}, {}):
        with refused("InvalidRequestException", 400):
            aws.add_thing_to_thing_group(**wrong)
    with refused("ResourceNotFoundException", 404):
        aws.add_thing_to_thing_group(thingName="nobody", thingGroupName=top)
    with refused("ResourceNotFoundException", 404):
        aws.list_things_in_thing_group(thingGroupName="nobodys")


def test_a_policy_of_a_group_counts_for_its_things(server, name):
    aws = iot(server)
    top, low = f"{name}-top", f"{name}-low"
    aws.create_thing_group(thingGroupName=top)
    aws.create_thing_group(thingGroupName=low, parentGroupName=top)
    aws.create_policy(policyName=name, policyDocument=json.dumps(allow_all()))
    aws.attach_policy(policyName=name, target=arn(f"thinggroup/{top}"))
    connect = policy(statement("Allow", "iot:Connect", "*"))
    device = server.device(f"{name}-lamp", connect)
    principal = arn(f"cert/{device.certificate_id}")

    def decision(client=device.name, **options):
        answer = aws.test_authorization(
            principal=principal,
            clientId=client,
            authInfos=[{"actionType": "PUBLISH", "resources": [arn("topic/a/b")]}],
            **options,
        )
        return answer["authResults"][0]["authDecision"]

    assert decision() == "IMPLICIT_DENY"
    aws.add_thing_to_thing_group(thingName=device.name, thingGroupName=low)
    assert decision() == "ALLOWED"
    assert decision(client="another") == "IMPLICIT_DENY"
    assert decision(policyNamesToSkip=[name]) == "IMPLICIT_DENY"
    attached = aws.list_attached_policies(target=arn(f"thinggroup/{low}"))["policies"]
    assert attached == []
    inherited = aws.list_attached_policies(target=arn(f"thinggroup/{low}"), recursive=True)
    assert [found["policyName"] for found in inherited["policies"]] == [name]
    effective = aws.get_effective_policies(principal=principal, thingName=device.name)
    effective = [found["policyName"] for found in effective["effectivePolicies"]]
    assert name in effective and len(effective) == 2
    assert aws.list_targets_for_policy(policyName=name)["targets"] == [arn(f"thinggroup/{top}")]
    assert aws.list_policy_principals(policyName=name)["principals"] == []
    # AWS deletes a group that has policies.
    aws.remove_thing_from_thing_group(thingName=device.name, thingGroupName=low)
    aws.delete_thing_group(thingGroupName=low)
    aws.delete_thing_group(thingGroupName=top)
    aws.delete_policy(policyName=name)


def test_a_device_that_leaves_its_group_loses_its_connection(server, name):
    aws = iot(server)
    group = aws.create_thing_group(thingGroupName=name)["thingGroupArn"]
    aws.create_policy(policyName=name, policyDocument=json.dumps(allow_all()))
    aws.attach_policy(policyName=name, target=group)
    nothing = policy(statement("Allow", "iot:Connect", arn("client/nobody")))
    bundles = [server.device(f"{name}-{number}", nothing) for number in (1, 2)]
    for bundle in bundles:
        aws.add_thing_to_thing_group(thingName=bundle.name, thingGroupName=name)
    leaver, stayer = (secure(server, V5, bundle) for bundle in bundles)
    aws.remove_thing_from_thing_group(thingName=bundles[0].name, thingGroupName=name)
    leaver.ends.one()
    stayer.subscribe(f"{name}/a", 1)
    stayer.publish(f"{name}/a", b"still here", 1)
    assert stayer.messages.one().payload == b"still here"
    aws.detach_policy(policyName=name, target=group)
    stayer.ends.one()
    for client in (leaver, stayer):
        client.paho.loop_stop()


# === billing groups ===


def test_a_billing_group_from_its_making_to_its_end(server, name):
    aws = iot(server)
    made = aws.create_billing_group(
        billingGroupName=name,
        billingGroupProperties={"billingGroupDescription": "north"},
        tags=[{"Key": "a", "Value": "1"}],
    )
    assert made["billingGroupArn"] == arn(f"billinggroup/{name}")
    described = aws.describe_billing_group(billingGroupName=name)
    assert described["billingGroupProperties"] == {"billingGroupDescription": "north"}
    aws.create_thing(thingName=name, billingGroupName=name)
    assert aws.describe_thing(thingName=name)["billingGroupName"] == name
    assert aws.list_things_in_billing_group(billingGroupName=name)["things"] == [name]
    aws.create_billing_group(billingGroupName=f"{name}-other")
    with refused("InvalidRequestException", 400, "already"):
        aws.add_thing_to_billing_group(thingName=name, billingGroupName=f"{name}-other")
    aws.remove_thing_from_billing_group(thingName=name, billingGroupName=name)
    aws.add_thing_to_billing_group(thingName=name, billingGroupName=f"{name}-other")
    update = {"billingGroupDescription": "south"}
    updated = aws.update_billing_group(billingGroupName=name, billingGroupProperties=update)
    assert updated["version"] == 2
    with refused("VersionConflictException", 409):
        aws.delete_billing_group(billingGroupName=name, expectedVersion=1)
    found = pages(aws, "list_billing_groups", "billingGroups", namePrefixFilter=name)
    assert [group["groupName"] for group in found] == [name, f"{name}-other"]
    aws.delete_billing_group(billingGroupName=name)
    aws.delete_billing_group(billingGroupName=f"{name}-other")
    assert "billingGroupName" not in aws.describe_thing(thingName=name)
    with refused("ResourceNotFoundException", 404):
        aws.describe_billing_group(billingGroupName=name)


# === things by attribute, and their principals ===


def test_things_are_listed_by_attribute(own_server):
    aws = iot(own_server)
    for thing, floor in (("a", "1"), ("b", "12"), ("c", "2")):
        aws.create_thing(thingName=thing, attributePayload={"attributes": {"floor": floor}})

    def found(**filters):
        return [thing["thingName"] for thing in pages(aws, "list_things", "things", **filters)]

    assert found(attributeName="floor", attributeValue="1") == ["a"]
    prefix = {"attributeValue": "1", "usePrefixAttributeValue": True}
    assert found(attributeName="floor", **prefix) == ["a", "b"]
    assert found(attributeName="room", attributeValue="1") == []
    with refused("InvalidRequestException", 400, "attributeName"):
        aws.list_things(attributeValue="1")


def test_an_exclusive_principal_stands_for_one_thing(server, name):
    aws = iot(server)
    principal = aws.create_keys_and_certificate()["certificateArn"]
    for thing in (name, f"{name}-2"):
        aws.create_thing(thingName=thing)
    exclusive = {"principal": principal, "thingPrincipalType": "EXCLUSIVE_THING"}
    aws.attach_thing_principal(thingName=name, **exclusive)
    objects = aws.list_thing_principals_v2(thingName=name)["thingPrincipalObjects"]
    assert objects == [exclusive]
    things = aws.list_principal_things_v2(principal=principal)["principalThingObjects"]
    assert things == [{"thingName": name, "thingPrincipalType": "EXCLUSIVE_THING"}]
    none = aws.list_thing_principals_v2(thingName=name, thingPrincipalType="NON_EXCLUSIVE_THING")
    assert none["thingPrincipalObjects"] == []
    with refused("InvalidRequestException", 400, "exclusively"):
        aws.attach_thing_principal(thingName=f"{name}-2", principal=principal)


def test_the_older_calls_for_policies_and_principals(server, name):
    aws = iot(server)
    aws.create_policy(policyName=name, policyDocument=json.dumps(allow_all()))
    principal = aws.create_keys_and_certificate()["certificateArn"]
    aws.attach_principal_policy(policyName=name, principal=principal)
    policies = aws.list_principal_policies(principal=principal)["policies"]
    assert [found["policyName"] for found in policies] == [name]
    assert aws.list_policy_principals(policyName=name)["principals"] == [principal]
    aws.detach_principal_policy(policyName=name, principal=principal)
    assert aws.list_principal_policies(principal=principal)["policies"] == []


# === tags, role aliases, settings ===


def test_tags_hang_on_what_has_them(server, name):
    aws = iot(server)
    made = aws.create_thing_group(thingGroupName=name, tags=[{"Key": "a", "Value": "1"}])
    resource = made["thingGroupArn"]
    aws.tag_resource(resourceArn=resource, tags=[{"Key": "b", "Value": "2"}])
    tags = aws.list_tags_for_resource(resourceArn=resource)["tags"]
    assert tags == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    aws.untag_resource(resourceArn=resource, tagKeys=["a"])
    tags = aws.list_tags_for_resource(resourceArn=resource)["tags"]
    assert tags == [{"Key": "b", "Value": "2"}]
    with refused("InvalidRequestException", 400, "reserved"):
        aws.tag_resource(resourceArn=resource, tags=[{"Key": "aws:a", "Value": "1"}])
    with refused("InvalidRequestException", 400):
        aws.list_tags_for_resource(resourceArn=arn("thing/x"))
    with refused("ResourceNotFoundException", 404):
        aws.list_tags_for_resource(resourceArn=arn("thinggroup/nobodys"))


def test_a_role_alias_from_its_making_to_its_end(server, name):
    aws = iot(server)
    made = aws.create_role_alias(roleAlias=name, roleArn=ROLE, credentialDurationSeconds=900)
    assert made["roleAliasArn"] == arn(f"rolealias/{name}")
    described = aws.describe_role_alias(roleAlias=name)["roleAliasDescription"]
    assert (described["roleArn"], described["credentialDurationSeconds"]) == (ROLE, 900)
    aws.update_role_alias(roleAlias=name, credentialDurationSeconds=43200)
    with refused("InvalidRequestException", 400, "43200"):
        aws.update_role_alias(roleAlias=name, credentialDurationSeconds=43201)
    with refused("InvalidRequestException", 400, "role"):
        aws.create_role_alias(roleAlias=f"{name}-2", roleArn="arn:aws:s3:::not-a-role")
    assert name in aws.list_role_aliases()["roleAliases"]
    aws.delete_role_alias(roleAlias=name)
    with refused("ResourceNotFoundException", 404):
        aws.describe_role_alias(roleAlias=name)


def test_events_and_logging_are_off_until_they_are_asked_for(own_server):
    aws = iot(own_server)
    before = aws.describe_event_configurations()["eventConfigurations"]
    assert len(before) == 11 and not any(kind["Enabled"] for kind in before.values())
    aws.update_event_configurations(eventConfigurations={"THING": {"Enabled": True}})
    after = aws.describe_event_configurations()
    assert after["eventConfigurations"]["THING"]["Enabled"] is True
    assert after["lastModifiedDate"]
    with refused("NotConfiguredException", 404):
        aws.get_v2_logging_options()
    aws.set_v2_logging_options(roleArn=ROLE, defaultLogLevel="INFO")
    options = aws.get_v2_logging_options()
    assert (options["roleArn"], options["defaultLogLevel"]) == (ROLE, "INFO")


# === authorities ===


@pytest.fixture
def factory(tmp_path):
    return Factory(tmp_path)


def test_an_authority_from_its_proof_to_its_end(server, factory, name):
    aws = iot(server)
    code = aws.get_registration_code()["registrationCode"]
    assert code == aws.get_registration_code()["registrationCode"] and len(code) == 64
    certificate, proof = factory.pem, factory.sign(code).pem
    with refused("InvalidRequestException", 400, "verificationCertificate"):
        aws.register_ca_certificate(caCertificate=certificate)
    with refused("RegistrationCodeValidationException", 400):
        wrong = factory.sign("1234").pem
        aws.register_ca_certificate(caCertificate=certificate, verificationCertificate=wrong)
    made = aws.register_ca_certificate(
        caCertificate=certificate, verificationCertificate=proof, setAsActive=True
    )
    authority = made["certificateId"]
    assert made["certificateArn"] == arn(f"cacert/{authority}")
    with refused("ResourceAlreadyExistsException", 409):
        aws.register_ca_certificate(caCertificate=certificate, verificationCertificate=proof)
    described = aws.describe_ca_certificate(certificateId=authority)["certificateDescription"]
    assert (described["status"], described["autoRegistrationStatus"]) == ("ACTIVE", "DISABLE")
    assert described["certificateMode"] == "DEFAULT" and described["certificatePem"] == certificate

    device = factory.sign(name)
    registered = aws.register_certificate(certificatePem=device.pem, status="ACTIVE")
    shown = aws.describe_certificate(certificateId=registered["certificateId"])
    assert shown["certificateDescription"]["caCertificateId"] == authority
    signed = aws.list_certificates_by_ca(caCertificateId=authority)["certificates"]
    assert [found["certificateId"] for found in signed] == [registered["certificateId"]]
    foreign = Factory(factory.folder / "foreign").sign(name)
    with refused("InvalidRequestException", 400, "no registered CA"):
        aws.register_certificate(certificatePem=foreign.pem)
    alone = aws.register_certificate_without_ca(certificatePem=foreign.pem, status="INACTIVE")
    shown = aws.describe_certificate(certificateId=alone["certificateId"])
    assert shown["certificateDescription"]["certificateMode"] == "SNI_ONLY"
    with refused("InvalidRequestException", 400, "PENDING_ACTIVATION"):
        aws.register_certificate_without_ca(
            certificatePem=factory.sign("x").pem, status="PENDING_ACTIVATION"
        )

    with refused("CertificateStateException", 406):
        aws.delete_ca_certificate(certificateId=authority)
    aws.update_ca_certificate(
        certificateId=authority, newStatus="INACTIVE", newAutoRegistrationStatus="ENABLE"
    )
    assert authority in [
        found["certificateId"] for found in aws.list_ca_certificates()["certificates"]
    ]
    aws.delete_ca_certificate(certificateId=authority)
    with refused("ResourceNotFoundException", 404):
        aws.describe_ca_certificate(certificateId=authority)


def test_a_client_that_sends_what_is_not_known_is_told_its_name(server):
    """boto3 checks little; what it lets through is refused by name."""
    aws = iot(server)
    with pytest.raises(ClientError) as raised:
        aws.set_v2_logging_options(eventConfigurations=[{"eventType": "x"}])
    assert "eventConfigurations" in raised.value.response["Error"]["Message"]
