"""Credentials of a role for a device that shows its certificate."""

import http.client
import json
import ssl

import pytest

from aws_client import caller, client, refused
from server import policy, statement

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "credentials.iot.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def ask(server, device, alias, thing=None):
    context = ssl.create_default_context(cafile=device.root)
    context.load_cert_chain(device.certificate, device.key)
    connection = http.client.HTTPSConnection("localhost", server.https_port, context=context)
    headers = {"x-amzn-iot-thingname": thing} if thing else {}
    connection.request("GET", f"/role-aliases/{alias}/credentials", headers=headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


@pytest.fixture
def role(server, name):
    """A role that its device may use for things that are named as the device is."""
    iam = client(server, "iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    own = "arn:aws:iot:*:*:thing/${credentials-iot:ThingName}"
    document = policy(statement("Allow", "iot:DescribeThing", own))
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    arn = f"arn:aws:iam::000000000000:role/{name}"
    client(server, "iot").create_role_alias(roleAlias=name, roleArn=arn)
    return name


def test_a_device_gets_credentials_for_what_its_role_may(server, role, name):
    allowed = statement("Allow", "iot:AssumeRoleWithCertificate", f"arn:aws:iot:*:*:rolealias/{name}")
    device = server.device(name, policy(allowed))
    status, answer = ask(server, device, name, thing=name)
    assert status == 200, answer
    given = answer["credentials"]
    assert given.keys() == {"accessKeyId", "secretAccessKey", "sessionToken", "expiration"}
    key = {
        "AccessKeyId": given["accessKeyId"],
        "SecretAccessKey": given["secretAccessKey"],
        "SessionToken": given["sessionToken"],
    }
    me = caller(server, "sts", key).get_caller_identity()["Arn"]
    assert f"assumed-role/{name}/" in me
    iot = caller(server, "iot", key)
    assert iot.describe_thing(thingName=name)["thingName"] == name
    with refused("AccessDeniedException", 403):
        iot.describe_thing(thingName="another")
    status, answer = ask(server, device, name, thing="another")
    assert status == 403 and "not attached" in answer["message"]
    # Without the name of a thing there is none that the role's policy could mean.
    _, answer = ask(server, device, name)
    given = answer["credentials"]
    key = {
        "AccessKeyId": given["accessKeyId"],
        "SecretAccessKey": given["secretAccessKey"],
        "SessionToken": given["sessionToken"],
    }
    with refused("AccessDeniedException", 403):
        caller(server, "iot", key).describe_thing(thingName=name)


def test_who_may_not_is_told_why(server, role, name):
    device = server.device(name, policy(statement("Allow", "iot:Connect", "*")))
    status, answer = ask(server, device, name)
    assert status == 403, answer
    refusal = server.refusals()[0]
    assert refusal["action"] == "iot:AssumeRoleWithCertificate"
    assert refusal["resource"].endswith(f"rolealias/{name}")


def test_the_roles_trust_must_name_the_provider(server, role, name):
    device = server.device(name, policy(statement("Allow", "iot:*", "*")))
    iam = client(server, "iam")
    other = json.dumps(TRUST).replace("credentials.iot", "lambda")
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=other)
    status, answer = ask(server, device, name)
    assert status == 403 and "credentials.iot.amazonaws.com is not authorized" in answer["message"]
    status, answer = ask(server, device, "nothing")
    assert status == 404, answer


def test_who_makes_an_alias_must_be_allowed_to_pass_the_role(server, role, name):
    iam = client(server, "iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    document = policy(statement("Allow", "iot:*", "*"))
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    iot = caller(server, "iot", key)
    arn = f"arn:aws:iam::000000000000:role/{name}"
    with refused("AccessDeniedException", 403, f"iam:PassRole on resource: {arn}"):
        iot.create_role_alias(roleAlias=f"{name}-2", roleArn=arn)
    with refused("AccessDeniedException", 403, f"iam:PassRole on resource: {arn}"):
        iot.set_v2_logging_options(roleArn=arn, defaultLogLevel="ERROR")
    passes = policy(
        {
            **statement("Allow", "iam:PassRole", arn),
            "Condition": {
                "StringEquals": {"iam:PassedToService": "credentials.iot.amazonaws.com"}
            },
        }
    )
    iam.put_user_policy(UserName=name, PolicyName="q", PolicyDocument=json.dumps(passes))
    iot.create_role_alias(roleAlias=f"{name}-2", roleArn=arn)
    with refused("AccessDeniedException", 403, "iam:PassRole"):
        iot.set_v2_logging_options(roleArn=arn, defaultLogLevel="ERROR")
