"""Secrets, as boto3 uses them, and rules that read them."""

import json
import time
import uuid

import aws_client
import pytest
from aws_client import caller, refused
from mqtt_client import V5, plain

MARKED = "because it was marked for deletion"


@pytest.fixture(scope="module")
def secrets(server):
    return aws_client.client(server, "secretsmanager")


def test_a_secret_is_made_read_changed_and_deleted(secrets, name):
    made = secrets.create_secret(Name=name, SecretString="one", Description="first",
                                 Tags=[{"Key": "k", "Value": "v"}])
    prefix = f"arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}-"
    assert made["ARN"].startswith(prefix) and len(made["ARN"]) == len(prefix) + 6
    with refused("ResourceExistsException", 400, f"because the secret {name} already exists."):
        secrets.create_secret(Name=name, SecretString="two")
    put = secrets.put_secret_value(SecretId=made["ARN"], SecretString="two")
    assert put["VersionStages"] == ["AWSCURRENT"]
    for id in (name, made["ARN"], made["ARN"][:-7]):
        got = secrets.get_secret_value(SecretId=id)
        assert (got["SecretString"], got["VersionId"]) == ("two", put["VersionId"])
        assert "SecretBinary" not in got
    before = secrets.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")
    assert (before["SecretString"], before["VersionId"]) == ("one", made["VersionId"])
    updated = secrets.update_secret(SecretId=name, SecretBinary=b"\x00\xff", Description="second")
    got = secrets.get_secret_value(SecretId=name, VersionId=updated["VersionId"])
    assert got["SecretBinary"] == b"\x00\xff" and "SecretString" not in got
    shown = secrets.describe_secret(SecretId=name)
    assert (shown["Description"], shown["Tags"]) == ("second", [{"Key": "k", "Value": "v"}])
    assert shown["VersionIdsToStages"] == {
        put["VersionId"]: ["AWSPREVIOUS"], updated["VersionId"]: ["AWSCURRENT"],
    }
    assert shown["LastAccessedDate"].timestamp() % 86_400 == 0 and "KmsKeyId" not in shown
    listed = secrets.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]
    assert [one.get("VersionStages") for one in listed] == [None, ["AWSPREVIOUS"], ["AWSCURRENT"]]
    assert listed[0]["KmsKeyIds"] == ["DefaultEncryptionKey"]
    due = secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)["DeletionDate"]
    assert abs(due.timestamp() - time.time() - 7 * 86_400) < 60
    assert secrets.describe_secret(SecretId=name)["DeletedDate"] == due
    with refused("InvalidRequestException", 400, MARKED):
        secrets.get_secret_value(SecretId=name)
    with refused("InvalidRequestException", 400, "already scheduled for deletion"):
        secrets.create_secret(Name=name)
    with refused("InvalidRequestException", 400, "already scheduled for deletion"):
        secrets.delete_secret(SecretId=name)
    secrets.restore_secret(SecretId=name)
    assert secrets.get_secret_value(SecretId=name)["SecretBinary"] == b"\x00\xff"
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    with refused("ResourceNotFoundException", 400, "can't find the specified secret."):
        secrets.describe_secret(SecretId=name)
    assert secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)["Name"] == name
    assert secrets.create_secret(Name=name)["ARN"] != made["ARN"]


def test_the_same_token_writes_once(server, secrets, name):
    token = str(uuid.uuid4())
    made = [secrets.create_secret(Name=name, SecretString="a", ClientRequestToken=token) for _ in "ab"]
    assert made[0]["VersionId"] == made[1]["VersionId"] == token
    with refused("ResourceExistsException", 400, f"You can't use ClientRequestToken {token}"):
        secrets.put_secret_value(SecretId=name, SecretString="b", ClientRequestToken=token)
    loose = aws_client.client(server, "secretsmanager", validate=False)
    with refused("InvalidParameterException", 400, "32-64 characters"):
        loose.put_secret_value(SecretId=name, SecretString="b", ClientRequestToken="x")


def test_labels_move_as_rotation_moves_them(secrets, name):
    one = secrets.create_secret(Name=name, SecretString="one")["VersionId"]
    two = secrets.put_secret_value(SecretId=name, SecretString="two",
                                   VersionStages=["AWSPENDING", "own"])["VersionId"]
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "one"
    with refused("InvalidParameterException", 400, "RemoveFromVersionId can't be empty"):
        secrets.update_secret_version_stage(SecretId=name, VersionStage="AWSCURRENT",
                                            MoveToVersionId=two)
    with refused("InvalidParameterException", 400, "can't be completely removed"):
        secrets.update_secret_version_stage(SecretId=name, VersionStage="AWSCURRENT",
                                            RemoveFromVersionId=one)
    secrets.update_secret_version_stage(SecretId=name, VersionStage="AWSCURRENT",
                                        RemoveFromVersionId=one, MoveToVersionId=two)
    stages = secrets.describe_secret(SecretId=name)["VersionIdsToStages"]
    assert stages == {one: ["AWSPREVIOUS"], two: ["AWSCURRENT", "AWSPENDING", "own"]}
    with refused("InvalidRequestException", 400, "not associated to the provided VersionId"):
        secrets.get_secret_value(SecretId=name, VersionId=one, VersionStage="AWSCURRENT")
    with refused("ResourceNotFoundException", 400, "secret value for staging label: none"):
        secrets.get_secret_value(SecretId=name, VersionStage="none")


def test_lists_have_filters_an_order_and_pages(secrets, name):
    made = [f"{name}/{at}" for at in "cab"]
    for at in made:
        secrets.create_secret(Name=at, SecretString=at, Description=f"of {at[-1]} ZEBRA")
        secrets.tag_resource(SecretId=at, Tags=[{"Key": "in", "Value": name}, {"Key": "x", "Value": ""}])
    secrets.untag_resource(SecretId=made[0], TagKeys=["x", "none"])
    mine = [{"Key": "tag-value", "Values": [name]}]

    def found(**asked):
        pages = secrets.get_paginator("list_secrets").paginate(**asked, PaginationConfig={"PageSize": 2})
        return [one["Name"][-1] for page in pages for one in page["SecretList"]]

    assert found(Filters=mine) == list("cab")
    assert found(Filters=mine, SortOrder="desc") == list("bac")
    assert found(Filters=mine, SortBy="name") == list("abc")
    assert found(Filters=[*mine, {"Key": "tag-key", "Values": ["x"]}]) == list("ab")
    assert found(Filters=[*mine, {"Key": "description", "Values": ["zeb c"]}]) == ["c"]
    assert found(Filters=[{"Key": "name", "Values": [f"{name}/a"]}]) == ["a"]
    assert found(Filters=[*mine, {"Key": "description", "Values": ["!a"]}]) == list("cb")
    secrets.delete_secret(SecretId=made[0])
    assert found(Filters=mine) == list("ab")
    assert found(Filters=mine, IncludePlannedDeletion=True) == list("cab")
    with refused("InvalidNextTokenException", 400):
        secrets.list_secrets(NextToken="none")
    batch = secrets.batch_get_secret_value(SecretIdList=[*made, "none"])
    assert [one["SecretString"] for one in batch["SecretValues"]] == made[1:]
    assert [(one["SecretId"], one["ErrorCode"]) for one in batch["Errors"]] == [
        (made[0], "InvalidRequestException"), ("none", "ResourceNotFoundException"),
    ]
    batch = secrets.batch_get_secret_value(Filters=mine, MaxResults=1)
    assert [one["SecretString"] for one in batch["SecretValues"]] == [made[1]]
    batch = secrets.batch_get_secret_value(Filters=mine, MaxResults=1, NextToken=batch["NextToken"])
    assert [one["SecretString"] for one in batch["SecretValues"]] == [made[2]]


def test_versions_come_in_pages_and_the_oldest_go(secrets, name):
    secrets.create_secret(Name=name, SecretString="0")
    ids = [secrets.put_secret_value(SecretId=name, SecretString=str(at))["VersionId"]
           for at in range(1, 104)]
    found, more = [], {}
    while True:
        page = secrets.list_secret_version_ids(SecretId=name, IncludeDeprecated=True, MaxResults=30, **more)
        found += [one["VersionId"] for one in page["Versions"]]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert found == ids[-100:]
    with refused("ResourceNotFoundException", 400, f"VersionId: {ids[0]}"):
        secrets.get_secret_value(SecretId=name, VersionId=ids[0])


def test_passwords_are_as_wanted(secrets):
    password = secrets.get_random_password()["RandomPassword"]
    assert len(password) == 32 and any(c.isdigit() for c in password)
    password = secrets.get_random_password(
        PasswordLength=200, ExcludePunctuation=True, ExcludeUppercase=True, ExcludeCharacters="aeiou01"
    )["RandomPassword"]
    assert len(password) == 200 and set(password) <= set("bcdfghjklmnpqrstvwxyz23456789")
    with refused("InvalidParameterException", 400, "too short"):
        secrets.get_random_password(PasswordLength=3)


@pytest.mark.parametrize(
    "code, text, given",
    [
        ("ValidationException", "Invalid name", {"Name": "a b"}),
        ("ValidationException", "secretString", {"SecretString": "x" * 65_537}),
        ("ValidationException", "description", {"Description": "x" * 2_049}),
        ("InvalidParameterException", "both", {"SecretString": "x", "SecretBinary": b"x"}),
        ("InvalidParameterException", "unknown field `AddReplicaRegions`",
         {"AddReplicaRegions": [{"Region": "eu-west-1"}]}),
        ("InvalidParameterException", "ForceOverwriteReplicaSecret",
         {"ForceOverwriteReplicaSecret": True}),
        ("LimitExceededException", "50 tags",
         {"Tags": [{"Key": str(at), "Value": ""} for at in range(51)]}),
    ],
)
def test_what_does_not_fit_is_refused(server, name, code, text, given):
    client = aws_client.client(server, "secretsmanager", validate=False)
    with refused(code, 400, text):
        client.create_secret(**{"Name": name, **given})


def test_what_is_not_served_is_refused_by_name(secrets, name):
    secrets.create_secret(Name=name)
    for call in (secrets.rotate_secret, secrets.cancel_rotate_secret):
        with refused("UnknownOperationException", 404, "is not served"):
            call(SecretId=name)
    with refused("InvalidParameterException", 400, "between 7 and 30 days"):
        secrets.delete_secret(SecretId=name, RecoveryWindowInDays=6)
    with refused("InvalidParameterException", 400, "in conjunction with"):
        secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True)


@pytest.fixture
def user(server, name):
    """Somebody with a key, and what they may do."""
    iam = aws_client.client(server, "iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]

    def permit(*statements):
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))

    return caller(server, "secretsmanager", key), permit, f"arn:aws:iam::000000000000:user/{name}"


def allow(resource, *actions, **more):
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def test_policies_name_secrets_and_their_tags(secrets, user, name):
    theirs, permit, _ = user
    arn = secrets.create_secret(Name=f"{name}/a", SecretString="a")["ARN"]
    other = secrets.create_secret(Name=f"{name}/b", SecretString="b",
                                  Tags=[{"Key": "team", "Value": "blue"}])["ARN"]
    path = f"arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}/"
    blue = {"Condition": {"StringEquals": {"secretsmanager:ResourceTag/team": "blue"}}}
    for statement, may in [
        (allow(arn, "secretsmanager:GetSecretValue"), [True, False]),
        (allow(f"{path}a-??????", "secretsmanager:GetSecretValue"), [True, False]),
        (allow(f"{path}*", "secretsmanager:GetSecretValue"), [True, True]),
        (allow("*", "secretsmanager:GetSecretValue", **blue), [False, True]),
        (allow("*", "secretsmanager:DescribeSecret"), [False, False]),
    ]:
        permit(statement)
        for id, is_allowed in zip((f"{name}/a", other), may, strict=True):
            if is_allowed:
                theirs.get_secret_value(SecretId=id)
            else:
                with refused("AccessDeniedException", 400, "secretsmanager:GetSecretValue on resource: arn"):
                    theirs.get_secret_value(SecretId=id)
    permit(allow("*", "secretsmanager:BatchGetSecretValue"), allow(arn, "secretsmanager:GetSecretValue"))
    batch = theirs.batch_get_secret_value(SecretIdList=[arn, other])
    assert [one["SecretString"] for one in batch["SecretValues"]] == ["a"]
    assert [one["ErrorCode"] for one in batch["Errors"]] == ["AccessDeniedException"]
    with refused("AccessDeniedException", 400, "secretsmanager:ListSecrets"):
        theirs.batch_get_secret_value(Filters=[{"Key": "name", "Values": [name]}])
    permit(allow(f"{path}made-*", "secretsmanager:CreateSecret"))
    theirs.create_secret(Name=f"{name}/made", SecretString="x")
    with refused("AccessDeniedException", 400, "secretsmanager:TagResource"):
        theirs.create_secret(Name=f"{name}/made-2", Tags=[{"Key": "a", "Value": "b"}])


def test_a_secret_s_own_policy_counts(secrets, user, name):
    theirs, _, arn = user
    id = secrets.create_secret(Name=name, SecretString="a")["ARN"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {**allow("*", "secretsmanager:GetSecretValue"), "Principal": {"AWS": arn}},
    ]})
    with refused("AccessDeniedException", 400):
        theirs.get_secret_value(SecretId=id)
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=id)
    secrets.put_resource_policy(SecretId=id, ResourcePolicy=policy, BlockPublicPolicy=True)
    assert theirs.get_secret_value(SecretId=name)["SecretString"] == "a"
    assert json.loads(secrets.get_resource_policy(SecretId=id)["ResourcePolicy"]) == json.loads(policy)
    assert secrets.list_resource_policies(SecretId=id)["ResourcePolicies"] == [{"PolicyName": "default"}]
    everybody = policy.replace(f'{{"AWS": "{arn}"}}', '"*"')
    with refused("PublicPolicyException", 400):
        secrets.put_resource_policy(SecretId=id, ResourcePolicy=everybody, BlockPublicPolicy=True)
    with refused("MalformedPolicyDocumentException", 400):
        secrets.put_resource_policy(SecretId=id, ResourcePolicy='{"Statement": 1}')
    checked = secrets.validate_resource_policy(SecretId=id, ResourcePolicy=everybody)
    assert not checked["PolicyValidationPassed"]
    assert [one["CheckName"] for one in checked["ValidationErrors"]] == ["PUBLIC_POLICY"]
    assert secrets.validate_resource_policy(ResourcePolicy=policy)["PolicyValidationPassed"]
    secrets.delete_resource_policy(SecretId=id)
    with refused("AccessDeniedException", 400):
        theirs.get_secret_value(SecretId=id)


def test_secrets_outlive_a_kill(own_server):
    secrets = aws_client.client(own_server, "secretsmanager")
    secrets.create_secret(Name="token", SecretString="secret")
    own_server.kill()
    own_server.start()
    secrets = aws_client.client(own_server, "secretsmanager")
    assert secrets.get_secret_value(SecretId="token")["SecretString"] == "secret"


TRUST = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "iot.amazonaws.com"}, "Action": "sts:AssumeRole",
}]}


def test_a_rule_reads_a_secret(server, secrets, name):
    iam, iot = aws_client.client(server, "iam"), aws_client.client(server, "iot")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    arn = secrets.create_secret(Name=name, SecretString=json.dumps({"key": "k-1"}))["ARN"]

    def permit(*statements):
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))

    rule = name.replace("-", "_")
    reads = f"get_secret('{name}', 'SecretString', 'key', '{role}')"
    error = {"republish": {"roleArn": role, "topic": f"{name}/out/error", "qos": 1}}
    iot.create_topic_rule(ruleName=rule, topicRulePayload={
        "sql": f"SELECT n, {reads} AS k FROM '{name}/in' WHERE {reads} <> ''",
        "awsIotSqlVersion": "2016-03-23",
        "actions": [{"republish": {"roleArn": role, "topic": f"{name}/out/of", "qos": 1,
                                   "headers": {"userProperties": [{"key": "k", "value": f"${{{reads}}}"}]}}}],
        "errorAction": error,
    })
    listener, sensor = plain(server, V5, f"{name}-listener"), plain(server, V5, f"{name}-sensor")
    listener.subscribe(f"{name}/out/#", 1)
    publishes = allow("*", "iot:Publish")
    permit(publishes, allow(arn, "secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"))
    assert sensor.publish(f"{name}/in", '{"n": 1}', 1) == "Success"
    message = listener.messages.one()
    assert json.loads(message.payload) == {"n": 1, "k": "k-1"}
    assert message.properties.UserProperty == [("k", "k-1")]
    told = server.run("story", "--topic", f"{name}/in").stdout
    assert "k-1" not in told and "***" in told
    secrets.put_secret_value(SecretId=name, SecretString=json.dumps({"key": "k-2"}))
    sensor.publish(f"{name}/in", '{"n": 2}', 1)
    assert json.loads(listener.messages.one().payload) == {"n": 2, "k": "k-2"}
    permit(publishes)
    sensor.publish(f"{name}/in", '{"n": 3}', 1)
    failed = json.loads(listener.messages.one().payload)
    assert "secretsmanager:DescribeSecret" in json.dumps(failed)
    assert "secretsmanager:DescribeSecret" in server.run("story", "--topic", f"{name}/in").stdout
    permit(publishes, allow(arn, "secretsmanager:*"))
    tried = server.run("rule", "test", "--rule", rule, "--topic", f"{name}/in", "--payload", '{"n": 4}').stdout
    assert "***" in tried and "k-2" not in tried
    for client in (listener, sensor):
        client.leave()
    iot.delete_topic_rule(ruleName=rule)


def test_who_tries_a_rule_must_be_allowed_to_pass_its_role(server, name):
    """What comes of a rule that is tried tells of what its role may read."""
    iam = aws_client.client(server, "iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]

    def permit(*actions):
        document = {"Version": "2012-10-17", "Statement": [allow("*", *actions)]}
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))

    def tried(sql):
        given = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "topic": "a", "payloadBase64": "e30="}
        return aws_client.own(server, "TestRule", given, key=key)

    reads = f"SELECT 1 AS x FROM 'a' WHERE get_secret('{name}', 'SecretString', '{role}') = 'a'"
    permit("thingstead:TestRule")
    assert tried("SELECT 1 AS x FROM 'a'")["output"] == '{"x":1}'
    assert "iam:PassRole" in tried(reads)["message"]
    permit("thingstead:TestRule", "iam:PassRole")
    assert "secretsmanager:DescribeSecret" in json.dumps(tried(reads))


def test_the_calls_of_terraform(server, secrets, name):
    """aws_secretsmanager_secret and _version: create, read, change, destroy."""
    made = secrets.create_secret(Name=name, Description="d", Tags=[{"Key": "a", "Value": "1"}],
                                 ForceOverwriteReplicaSecret=False)
    id = made["ARN"]

    def read():
        policy = secrets.get_resource_policy(SecretId=id)
        shown = secrets.describe_secret(SecretId=id)
        return shown["Name"], shown["Description"], shown["Tags"], policy.get("ResourcePolicy")

    assert read() == read() == (name, "d", [{"Key": "a", "Value": "1"}], None)
    version = secrets.put_secret_value(SecretId=id, SecretString="x", VersionStages=["AWSCURRENT"])["VersionId"]
    got = secrets.get_secret_value(SecretId=id, VersionId=version)
    assert (got["SecretString"], got["VersionStages"]) == ("x", ["AWSCURRENT"])
    secrets.update_secret(SecretId=id, Description="e")
    secrets.tag_resource(SecretId=id, Tags=[{"Key": "b", "Value": "2"}])
    secrets.untag_resource(SecretId=id, TagKeys=["a"])
    assert read() == (name, "e", [{"Key": "b", "Value": "2"}], None)
    secrets.delete_secret(SecretId=id, RecoveryWindowInDays=30)
    assert "DeletedDate" in secrets.describe_secret(SecretId=id)
