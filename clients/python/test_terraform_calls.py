"""The calls that Terraform's AWS provider makes for its IoT resources, in its order: create, read,
plan again without drift, change, destroy. What it reads after a call must be what it sent."""

import json

import pytest
from botocore.exceptions import ClientError

from aws_client import iot, refused
from server import allow_all, arn, policy, statement

ROLE = "arn:aws:iam::000000000000:role/somebody"


@pytest.fixture
def aws(server):
    return iot(server)


def read_twice(read):
    """What a plan after an apply does: nothing may have drifted."""
    first, second = read(), read()
    for answer in (first, second):
        answer.pop("ResponseMetadata", None)
    assert first == second
    return first


def tags_of(aws, resource: str) -> dict:
    """Terraform reads tags page by page until there is no token."""
    found, token = {}, None
    while True:
        page = aws.list_tags_for_resource(
            resourceArn=resource, **({"nextToken": token} if token else {})
        )
        found |= {tag["Key"]: tag.get("Value", "") for tag in page["tags"]}
        token = page.get("nextToken")
        if not token:
            return found


def test_aws_iot_certificate(aws):
    made = aws.create_keys_and_certificate(setAsActive=True)
    identity = made["certificateId"]
    assert made["keyPair"]["PublicKey"] and made["keyPair"]["PrivateKey"]
    read = read_twice(lambda: aws.describe_certificate(certificateId=identity))
    read = read["certificateDescription"]
    assert read["status"] == "ACTIVE" and read["certificateArn"] == made["certificateArn"]
    assert read["certificatePem"] == made["certificatePem"] and "caCertificateId" not in read
    aws.update_certificate(certificateId=identity, newStatus="INACTIVE")
    aws.update_certificate(certificateId=identity, newStatus="INACTIVE")
    aws.delete_certificate(certificateId=identity, forceDelete=False)
    with refused("ResourceNotFoundException", 404):
        aws.describe_certificate(certificateId=identity)


def test_aws_iot_policy(aws, name):
    document = json.dumps(allow_all())
    aws.create_policy(policyName=name, policyDocument=document, tags=[{"Key": "a", "Value": "1"}])
    read = read_twice(lambda: aws.get_policy(policyName=name))
    assert (read["policyDocument"], read["defaultVersionId"]) == (document, "1")
    assert tags_of(aws, read["policyArn"]) == {"a": "1"}
    other = json.dumps(policy(statement("Allow", "iot:Connect", "*")))
    for _ in range(4):
        aws.create_policy_version(policyName=name, policyDocument=other, setAsDefault=True)
    with refused("VersionsLimitExceededException", 409):
        aws.create_policy_version(policyName=name, policyDocument=document, setAsDefault=True)
    oldest = min(
        int(version["versionId"])
        for version in aws.list_policy_versions(policyName=name)["policyVersions"]
    )
    aws.delete_policy_version(policyName=name, policyVersionId=str(oldest))
    aws.create_policy_version(policyName=name, policyDocument=document, setAsDefault=True)
    assert aws.get_policy(policyName=name)["policyDocument"] == document
    for version in aws.list_policy_versions(policyName=name)["policyVersions"]:
        if not version["isDefaultVersion"]:
            aws.delete_policy_version(policyName=name, policyVersionId=version["versionId"])
    aws.delete_policy(policyName=name)
    with refused("ResourceNotFoundException", 404):
        aws.get_policy(policyName=name)


@pytest.mark.parametrize("kind", ["certificate", "group"])
def test_aws_iot_policy_attachment(aws, name, kind):
    aws.create_policy(policyName=name, policyDocument=json.dumps(allow_all()))
    if kind == "certificate":
        target = aws.create_keys_and_certificate()["certificateArn"]
    else:
        target = aws.create_thing_group(thingGroupName=name)["thingGroupArn"]
    aws.attach_policy(policyName=name, target=target)

    def read():
        found = aws.list_attached_policies(target=target, pageSize=250, recursive=False)
        return {"names": [policy["policyName"] for policy in found["policies"]]}

    assert read_twice(read) == {"names": [name]}
    with refused("DeleteConflictException", 409):
        aws.delete_policy(policyName=name)
    aws.detach_policy(policyName=name, target=target)
    assert read() == {"names": []}
    aws.delete_policy(policyName=name)


def test_aws_iot_thing(aws, name):
    aws.create_thing_type(thingTypeName=name)
    attributes = {"a": "1"}
    made = aws.create_thing(
        thingName=name, thingTypeName=name, attributePayload={"attributes": attributes}
    )
    read = read_twice(lambda: aws.describe_thing(thingName=name))
    assert (read["thingArn"], read["defaultClientId"]) == (made["thingArn"], name)
    assert (read["attributes"], read["thingTypeName"], read["version"]) == (attributes, name, 1)
    aws.update_thing(thingName=name, attributePayload={"attributes": {}}, removeThingType=True)
    read = aws.describe_thing(thingName=name)
    assert read["attributes"] == {} and "thingTypeName" not in read
    aws.delete_thing(thingName=name)
    with refused("ResourceNotFoundException", 404):
        aws.describe_thing(thingName=name)


def test_aws_iot_thing_principal_attachment(aws, name):
    principal = aws.create_keys_and_certificate()["certificateArn"]
    aws.create_thing(thingName=name)
    kind = {"thingPrincipalType": "EXCLUSIVE_THING"}
    aws.attach_thing_principal(thingName=name, principal=principal, **kind)
    read = read_twice(lambda: aws.list_thing_principals_v2(thingName=name))
    assert read["thingPrincipalObjects"] == [{"principal": principal, **kind}]
    aws.detach_thing_principal(thingName=name, principal=principal)
    assert aws.list_thing_principals_v2(thingName=name)["thingPrincipalObjects"] == []


def test_aws_iot_thing_type(aws, name):
    properties = {"thingTypeDescription": "lamp", "searchableAttributes": ["a", "b"]}
    made = aws.create_thing_type(
        thingTypeName=name, thingTypeProperties=properties, tags=[{"Key": "a", "Value": ""}]
    )
    read = read_twice(lambda: aws.describe_thing_type(thingTypeName=name))
    assert read["thingTypeProperties"] == properties
    assert read["thingTypeArn"] == made["thingTypeArn"]
    assert tags_of(aws, made["thingTypeArn"]) == {"a": ""}
    aws.deprecate_thing_type(thingTypeName=name, undoDeprecate=False)
    aws.deprecate_thing_type(thingTypeName=name, undoDeprecate=True)
    # To destroy one, Terraform deprecates it and tries for more than five minutes.
    aws.deprecate_thing_type(thingTypeName=name)
    with pytest.raises(ClientError) as raised:
        aws.delete_thing_type(thingTypeName=name)
    assert raised.value.response["Error"]["Code"] == "InvalidRequestException"


def test_aws_iot_thing_group_and_membership(aws, name):
    parent, child = f"{name}-parent", f"{name}-child"
    aws.create_thing_group(thingGroupName=parent)
    properties = {
        "thingGroupDescription": "hall",
        "attributePayload": {"attributes": {"a": "1"}},
    }
    aws.create_thing_group(
        thingGroupName=child, parentGroupName=parent, thingGroupProperties=properties
    )
    read = read_twice(lambda: aws.describe_thing_group(thingGroupName=child))
    assert read["thingGroupProperties"] == properties
    metadata = read["thingGroupMetadata"]
    assert metadata["parentGroupName"] == parent
    assert metadata["rootToParentThingGroups"][0]["groupArn"] == arn(f"thinggroup/{parent}")
    aws.update_thing_group(
        thingGroupName=child,
        expectedVersion=read["version"],
        thingGroupProperties={"attributePayload": {"attributes": {}}},
    )
    aws.create_thing(thingName=name)
    aws.add_thing_to_thing_group(thingName=name, thingGroupName=child, overrideDynamicGroups=False)
    members = aws.list_thing_groups_for_thing(thingName=name)["thingGroups"]
    assert [group["groupName"] for group in members] == [child]
    aws.remove_thing_from_thing_group(thingName=name, thingGroupName=child)
    for group in (child, parent):
        aws.delete_thing_group(thingGroupName=group)
        with refused("ResourceNotFoundException", 404):
            aws.describe_thing_group(thingGroupName=group)


def test_aws_iot_billing_group(aws, name):
    properties = {"billingGroupDescription": "north"}
    aws.create_billing_group(billingGroupName=name, billingGroupProperties=properties)
    read = read_twice(lambda: aws.describe_billing_group(billingGroupName=name))
    assert read["billingGroupProperties"] == properties
    aws.update_billing_group(
        billingGroupName=name, billingGroupProperties={"billingGroupDescription": "south"}
    )
    aws.delete_billing_group(billingGroupName=name)
    with refused("ResourceNotFoundException", 404):
        aws.describe_billing_group(billingGroupName=name)


def test_aws_iot_role_alias(aws, name):
    made = aws.create_role_alias(
        roleAlias=name, roleArn=ROLE, credentialDurationSeconds=3600, tags=[]
    )
    read = read_twice(lambda: aws.describe_role_alias(roleAlias=name))["roleAliasDescription"]
    assert (read["roleArn"], read["roleAliasArn"]) == (ROLE, made["roleAliasArn"])
    assert tags_of(aws, made["roleAliasArn"]) == {}
    aws.update_role_alias(roleAlias=name, roleArn=ROLE, credentialDurationSeconds=1800)
    aws.delete_role_alias(roleAlias=name)


def test_aws_iot_provisioning_template(aws, name):
    template_name = name[-36:].strip("_-")
    identity = "AWS::IoT::Certificate::Id"
    body = json.dumps(
        {
            "Parameters": {identity: {"Type": "String"}},
            "Resources": {
                "certificate": {
                    "Type": "AWS::IoT::Certificate",
                    "Properties": {"CertificateId": {"Ref": identity}, "Status": "Active"},
                }
            },
        }
    )
    aws.create_provisioning_template(
        templateName=template_name, templateBody=body, provisioningRoleArn=ROLE, enabled=False
    )
    read = read_twice(lambda: aws.describe_provisioning_template(templateName=template_name))
    assert (read["templateBody"], read["enabled"]) == (body, False)
    aws.create_provisioning_template_version(
        templateName=template_name, templateBody=body + " ", setAsDefault=True
    )
    aws.update_provisioning_template(
        templateName=template_name, description="x", enabled=True, provisioningRoleArn=ROLE
    )
    read = aws.describe_provisioning_template(templateName=template_name)
    assert (read["templateBody"], read["defaultVersionId"]) == (body + " ", 2)
    aws.delete_provisioning_template(templateName=template_name)


def test_aws_iot_event_configurations_and_logging_options(aws):
    kinds = aws.describe_event_configurations()["eventConfigurations"]
    aws.update_event_configurations(
        eventConfigurations={kind: {"Enabled": kind == "POLICY"} for kind in kinds}
    )
    read = read_twice(aws.describe_event_configurations)["eventConfigurations"]
    assert {kind for kind, is_on in read.items() if is_on["Enabled"]} == {"POLICY"}
    aws.set_v2_logging_options(roleArn=ROLE, defaultLogLevel="WARN", disableAllLogs=False)
    read = read_twice(aws.get_v2_logging_options)
    assert read == {"roleArn": ROLE, "defaultLogLevel": "WARN", "disableAllLogs": False}


def test_data_aws_iot_endpoint_and_registration_code(aws):
    assert aws.describe_endpoint(endpointType="iot:Data-ATS")["endpointAddress"]
    assert len(aws.get_registration_code()["registrationCode"]) == 64


def test_aws_iot_topic_rule(aws, name):
    made = name.replace("-", "_")
    republish = {"republish": {"topic": "b/${topic(2)}", "roleArn": ROLE, "qos": 1}}
    put = {"dynamoDBv2": {"putItem": {"tableName": "Temperature"}, "roleArn": ROLE}}
    rule = {
        "sql": "SELECT *  FROM 'sensor/temperature/+' where temperature >= 40",
        "awsIotSqlVersion": "2016-03-23",
        "description": "too hot",
        "ruleDisabled": False,
        "actions": [put, republish],
        "errorAction": republish,
    }
    aws.create_topic_rule(ruleName=made, topicRulePayload=rule, tags="team=sky")

    def find():
        # Terraform looks for it in the list first: a rule that is not there is "denied".
        listed = aws.get_paginator("list_topic_rules").paginate().build_full_result()["rules"]
        assert made in [item["ruleName"] for item in listed]
        return aws.get_topic_rule(ruleName=made)

    read = read_twice(find)
    assert tags_of(aws, read["ruleArn"]) == {"team": "sky"}
    read["rule"].pop("createdAt")
    assert read["rule"] == {"ruleName": made, **rule}
    changed = rule | {"sql": "SELECT * FROM 'a'", "actions": [put]}
    aws.replace_topic_rule(ruleName=made, topicRulePayload=changed)
    aws.tag_resource(resourceArn=read["ruleArn"], tags=[{"Key": "team", "Value": "sea"}])
    read = read_twice(find)
    assert (read["rule"]["sql"], read["rule"]["actions"]) == ("SELECT * FROM 'a'", [put])
    assert tags_of(aws, read["ruleArn"]) == {"team": "sea"}
    aws.delete_topic_rule(ruleName=made)
    with refused("UnauthorizedException", 401):
        aws.get_topic_rule(ruleName=made)
