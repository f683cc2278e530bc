"""Policies, as boto3 asks for them."""

import json

from aws_client import iot, refused
from server import allow_all, arn, policy, statement

FIRST = json.dumps(allow_all())
SECOND = json.dumps(policy(statement("Deny", "iot:*", "*")))


def test_a_policy_from_its_making_to_its_end(server, name):
    aws = iot(server)
    made = aws.create_policy(policyName=name, policyDocument=FIRST)
    assert made["policyName"] == name
    assert made["policyArn"] == arn(f"policy/{name}")
    assert made["policyVersionId"] == "1"
    assert json.loads(made["policyDocument"]) == json.loads(FIRST)

    got = aws.get_policy(policyName=name)
    assert got["defaultVersionId"] == "1"
    assert json.loads(got["policyDocument"]) == json.loads(FIRST)
    assert got["creationDate"] and got["lastModifiedDate"]
    listed = aws.list_policies()["policies"]
    assert {"policyName": name, "policyArn": made["policyArn"]} in listed

    aws.delete_policy(policyName=name)
    with refused("ResourceNotFoundException", 404):
        aws.get_policy(policyName=name)


def test_versions_of_a_policy(server, name):
    aws = iot(server)
    aws.create_policy(policyName=name, policyDocument=FIRST)
    second = aws.create_policy_version(policyName=name, policyDocument=SECOND, setAsDefault=True)
    assert (second["policyVersionId"], second["isDefaultVersion"]) == ("2", True)
    assert aws.get_policy(policyName=name)["defaultVersionId"] == "2"
    aws.set_default_policy_version(policyName=name, policyVersionId="1")
    got = aws.get_policy_version(policyName=name, policyVersionId="2")
    assert json.loads(got["policyDocument"]) == json.loads(SECOND)
    assert got["isDefaultVersion"] is False
    versions = aws.list_policy_versions(policyName=name)["policyVersions"]
    listed = {one["versionId"]: one["isDefaultVersion"] for one in versions}
    assert listed == {"1": True, "2": False}

    for _ in range(3):
        aws.create_policy_version(policyName=name, policyDocument=SECOND)
    with refused("VersionsLimitExceededException", 409):
        aws.create_policy_version(policyName=name, policyDocument=SECOND)
    with refused("DeleteConflictException", 409):
        aws.delete_policy(policyName=name)
    with refused("DeleteConflictException", 409):
        aws.delete_policy_version(policyName=name, policyVersionId="1")
    for version in "2345":
        aws.delete_policy_version(policyName=name, policyVersionId=version)
    aws.delete_policy(policyName=name)


def test_a_policy_and_its_targets(server, name):
    aws = iot(server)
    aws.create_policy(policyName=name, policyDocument=FIRST)
    target = aws.create_keys_and_certificate(setAsActive=True)["certificateArn"]
    aws.attach_policy(policyName=name, target=target)
    aws.attach_policy(policyName=name, target=target)
    assert [one["policyName"] for one in aws.list_attached_policies(target=target)["policies"]] == [
        name
    ]
    assert aws.list_targets_for_policy(policyName=name)["targets"] == [target]
    with refused("DeleteConflictException", 409):
        aws.delete_policy(policyName=name)
    aws.detach_policy(policyName=name, target=target)
    assert aws.list_attached_policies(target=target)["policies"] == []
    aws.delete_policy(policyName=name)


def test_conflicts_and_unknown_names(server, name):
    aws = iot(server)
    aws.create_policy(policyName=name, policyDocument=FIRST)
    with refused("ResourceAlreadyExistsException", 409):
        aws.create_policy(policyName=name, policyDocument=SECOND)
    other, target = name + "-other", arn("cert/" + "0" * 64)
    for call, words in [
        (aws.get_policy, {}),
        (aws.delete_policy, {}),
        (aws.list_policy_versions, {}),
        (aws.list_targets_for_policy, {}),
        (aws.create_policy_version, {"policyDocument": FIRST}),
        (aws.get_policy_version, {"policyVersionId": "1"}),
        (aws.set_default_policy_version, {"policyVersionId": "1"}),
        (aws.delete_policy_version, {"policyVersionId": "1"}),
        (aws.attach_policy, {"target": target}),
    ]:
        with refused("ResourceNotFoundException", 404):
            call(policyName=other, **words)
    with refused("ResourceNotFoundException", 404):
        aws.attach_policy(policyName=name, target=target)
    with refused("ResourceNotFoundException", 404):
        aws.get_policy_version(policyName=name, policyVersionId="7")


def test_malformed_policies_are_refused_when_they_are_made(server, name):
    aws = iot(server)
    for document in (
        "no JSON",
        "{}",
        json.dumps(policy(statement("Perhaps", "iot:*", "*"))),
        json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}),
    ):
        with refused("MalformedPolicyException", 400):
            aws.create_policy(policyName=name, policyDocument=document)
    with refused("InvalidRequestException", 400):
        aws.create_policy(policyName="a b", policyDocument=FIRST)


def test_policies_are_listed_in_pages(own_server):
    aws = iot(own_server)
    names = [f"policy-{number}" for number in range(5)]
    for one in names:
        aws.create_policy(policyName=one, policyDocument=FIRST)
    pages = aws.get_paginator("list_policies").paginate(PaginationConfig={"PageSize": 2})
    listed = [one["policyName"] for page in pages for one in page["policies"]]
    assert sorted(listed) == names
