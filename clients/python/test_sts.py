"""STS with boto3 and the aws CLI: who am I, and credentials that end."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aws_client import caller, client, refused
from test_iam import TRUST, allow

ACCOUNT = "000000000000"


@pytest.fixture
def iam(server):
    return client(server, "iam")


def make_role(iam, name, trust=TRUST, *, document=None, **more):
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), **more)
    if document is not None:
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def test_everybody_who_signs_knows_who_it_is(server, iam, name):
    root = client(server, "sts").get_caller_identity()
    assert (root["Account"], root["Arn"]) == (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    user = iam.create_user(UserName=name)["User"]
    key = iam.create_access_key(UserName=name)["AccessKey"]
    own = caller(server, "sts", key).get_caller_identity()
    assert (own["UserId"], own["Arn"]) == (user["UserId"], user["Arn"])
    arn = make_role(iam, name)
    assumed = client(server, "sts").assume_role(RoleArn=arn, RoleSessionName="night")
    own = caller(server, "sts", assumed["Credentials"]).get_caller_identity()
    assert own["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/night"
    assert own["Arn"] == assumed["AssumedRoleUser"]["Arn"]
    assert own["UserId"] == assumed["AssumedRoleUser"]["AssumedRoleId"]
    assert own["UserId"].startswith("AROA") and own["UserId"].endswith(":night")


def test_an_assumed_role_may_do_what_the_role_may(server, iam, name):
    arn = make_role(iam, name, document=allow("iot:*Thing"))
    sts = client(server, "sts")
    assumed = sts.assume_role(RoleArn=arn, RoleSessionName="night", DurationSeconds=900)
    iot = caller(server, "iot", assumed["Credentials"])
    iot.create_thing(thingName=name)
    denied = (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{name}/night is not authorized to perform: "
        "iot:ListThings on resource: * because no identity-based policy allows the "
        "iot:ListThings action"
    )
    with refused("AccessDeniedException", 403, denied):
        iot.list_things()
    policy = json.dumps(allow("iot:DescribeThing"))
    narrow = sts.assume_role(RoleArn=arn, RoleSessionName="night", Policy=policy)
    assert narrow["PackedPolicySize"] > 0
    iot = caller(server, "iot", narrow["Credentials"])
    iot.describe_thing(thingName=name)
    with refused("AccessDeniedException", 403, "because no session policy allows"):
        iot.delete_thing(thingName=name)
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    with refused("AccessDeniedException", 403):
        iot.describe_thing(thingName=name)
    iam.delete_role(RoleName=name)
    with refused("UnrecognizedClientException", 403):
        iot.describe_thing(thingName=name)


def test_trust_decides_who_may_take_a_role(server, iam, name):
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    statement = {
        **TRUST["Statement"][0],
        "Condition": {"StringEquals": {"sts:ExternalId": "4711"}},
    }
    arn = make_role(iam, name, {**TRUST, "Statement": [statement]})
    sts = caller(server, "sts", key)
    denied = (
        f"User: arn:aws:iam::{ACCOUNT}:user/{name} is not authorized to perform: "
        f"sts:AssumeRole on resource: {arn}"
    )
    for external_id in ("4711", "4712"):
        with refused("AccessDenied", 403, denied):
            sts.assume_role(RoleArn=arn, RoleSessionName="ss", ExternalId=external_id)
        reason = server.refusals()[0]["reason"]
        assert ("trust" in reason) == (external_id == "4712"), reason
    policy = json.dumps(allow("sts:AssumeRole", arn))
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
    sts.assume_role(RoleArn=arn, RoleSessionName="ss", ExternalId="4711")
    with refused("AccessDenied", 403, denied):
        sts.assume_role(RoleArn=arn, RoleSessionName="ss", ExternalId="4712")
    with refused("AccessDenied", 403):
        sts.assume_role(RoleArn=f"{arn}-gone", RoleSessionName="ss")
    with refused("ValidationError", 400, "MaxSessionDuration"):
        sts.assume_role(
            RoleArn=arn, RoleSessionName="ss", ExternalId="4711", DurationSeconds=3601
        )


def test_session_tokens_are_the_users_but_not_for_iam(server, iam, name):
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    iam.attach_user_policy(
        UserName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    session = caller(server, "sts", key).get_session_token(DurationSeconds=900)["Credentials"]
    assert caller(server, "sts", session).get_caller_identity()["Arn"].endswith(f"user/{name}")
    caller(server, "iot", session).list_things()
    with refused("AccessDenied", 403, "GetSessionToken"):
        caller(server, "iam", session).list_users()
    wrong = {**session, "SessionToken": session["SessionToken"][:-4] + "AAAA"}
    with refused("InvalidClientTokenId", 403):
        caller(server, "sts", wrong).get_caller_identity()
    missing = {key: value for key, value in session.items() if key != "SessionToken"}
    with refused("UnrecognizedClientException", 403):
        caller(server, "iot", missing).list_things()


def test_the_account_of_a_key(server):
    sts = client(server, "sts")
    assert sts.get_access_key_info(AccessKeyId="AKIAIOSFODNN7EXAMPLE")["Account"] == ACCOUNT


@pytest.mark.parametrize("service", ["sts", "iam"])
def test_errors_are_in_the_words_of_the_query_protocol(server, service):
    def call(aws):
        return aws.list_users() if service == "iam" else aws.get_access_key_info(
            AccessKeyId="AKIAIOSFODNN7EXAMPLE"
        )

    with refused("MissingAuthenticationToken", 403):
        call(client(server, service, signed=False))
    environment = server.environment()
    key = {"AccessKeyId": environment["AWS_ACCESS_KEY_ID"], "SecretAccessKey": "wrong"}
    with refused("SignatureDoesNotMatch", 403):
        call(caller(server, service, key))
    with refused("InvalidClientTokenId", 403):
        call(caller(server, service, {**key, "AccessKeyId": "AKIAUNKNOWN"}))


def test_the_cli_takes_a_role_by_its_configuration(server, iam, name, tmp_path):
    """A profile with role_arn: what people and tools on a machine use."""
    arn = make_role(iam, name, document=allow("iot:ListThings"))
    environment = server.environment()
    (tmp_path / "config").write_text(
        f"[profile night]\nrole_arn = {arn}\ncredential_source = Environment\n"
        "role_session_name = night\n"
    )
    own = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    programs = f"{Path(sys.executable).parent}:{own['PATH']}"
    # The CLI keeps sessions below the home, where those of another server would be found.
    own |= {"PATH": programs, "HOME": str(tmp_path)}
    own |= {"AWS_CONFIG_FILE": str(tmp_path / "config"), **environment}

    def aws(*words):
        command = ["aws", "--profile", "night", "--output", "json", *words]
        return subprocess.run(command, env=own, cwd=tmp_path, capture_output=True, text=True)

    me = aws("sts", "get-caller-identity")
    assert me.returncode == 0, me.stderr
    assert json.loads(me.stdout)["Arn"].endswith(f"assumed-role/{name}/night")
    assert "things" in json.loads(aws("iot", "list-things").stdout)
    denied = aws("iot", "create-thing", "--thing-name", name)
    assert denied.returncode != 0 and "AccessDeniedException" in denied.stderr
