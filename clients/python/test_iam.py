"""IAM with boto3: users, groups, roles and policies, and whether they are enforced."""

import json
import urllib.request

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_client import caller, client, refused

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def allow(action, resource="*", **more):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def iam(server):
    return client(server, "iam")


@pytest.fixture
def user(iam, name):
    """A user and its access key."""
    iam.create_user(UserName=name)
    return name, iam.create_access_key(UserName=name)["AccessKey"]


def test_a_user_from_its_making_to_its_end(iam, name):
    made = iam.create_user(
        UserName=name, Path="/night/", Tags=[{"Key": "Team", "Value": "red + blue"}]
    )["User"]
    assert made["Arn"] == f"arn:aws:iam::000000000000:user/night/{name}"
    assert made["UserId"].startswith("AIDA") and len(made["UserId"]) == 21
    got = iam.get_user(UserName=name)["User"]
    assert got == made
    with refused("EntityAlreadyExists", 409, f"User with name {name} already exists."):
        iam.create_user(UserName=name)
    iam.tag_user(UserName=name, Tags=[{"Key": "team", "Value": "green"}])
    assert iam.list_user_tags(UserName=name)["Tags"] == [{"Key": "team", "Value": "green"}]
    iam.untag_user(UserName=name, TagKeys=["team"])
    assert iam.list_user_tags(UserName=name)["Tags"] == []
    iam.update_user(UserName=name, NewUserName=f"{name}-2", NewPath="/")
    assert iam.get_user(UserName=f"{name}-2")["User"]["UserId"] == made["UserId"]
    with refused("NoSuchEntity", 404, f"The user with name {name} cannot be found."):
        iam.get_user(UserName=name)
    iam.delete_user(UserName=f"{name}-2")
    with refused("NoSuchEntity", 404):
        iam.delete_user(UserName=f"{name}-2")


def test_access_keys_sign_until_they_are_inactive_or_gone(server, iam, user):
    name, key = user
    iam.put_user_policy(
        UserName=name, PolicyName="p", PolicyDocument=json.dumps(allow("iot:ListThings"))
    )
    iot = caller(server, "iot", key)
    assert iot.list_things()["things"] == []
    assert iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["UserName"] == name
    iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    [listed] = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    assert listed["Status"] == "Inactive" and "SecretAccessKey" not in listed
    with refused("UnrecognizedClientException", 403):
        iot.list_things()
    iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Active")
    iot.list_things()
    iam.create_access_key(UserName=name)
    with refused("LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2"):
        iam.create_access_key(UserName=name)
    with refused("DeleteConflict", 409, "must delete access keys first"):
        iam.delete_user(UserName=name)
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    with refused("UnrecognizedClientException", 403):
        iot.list_things()


def test_a_user_without_permission_is_told_what_is_missing(server, iam, user):
    name, key = user
    iot = caller(server, "iot", key)
    arn = f"arn:aws:iot:us-east-1:000000000000:thing/{name}"
    user_arn = f"arn:aws:iam::000000000000:user/{name}"
    message = (
        f"User: {user_arn} is not authorized to perform: iot:CreateThing on resource: {arn} "
        "because no identity-based policy allows the iot:CreateThing action"
    )
    with refused("AccessDeniedException", 403, message):
        iot.create_thing(thingName=name)
    refusal = server.refusals()[0]
    assert refusal["kind"] == "call" and refusal["principal"] == user_arn
    assert (refusal["action"], refusal["resource"]) == ("iot:CreateThing", arn)
    document = json.dumps(allow("iot:*", f"arn:aws:iot:*:*:thing/{name}*"))
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    iot.create_thing(thingName=name)
    with refused("AccessDeniedException", 403, "iot:DescribeThing on resource"):
        iot.describe_thing(thingName="another")
    assert '"own of the user' in server.refusals()[0]["reason"]
    deny = json.dumps(allow("iot:DeleteThing")).replace("Allow", "Deny")
    iam.put_user_policy(UserName=name, PolicyName="deny", PolicyDocument=deny)
    with refused("AccessDeniedException", 403, "with an explicit deny in an identity-based policy"):
        iot.delete_thing(thingName=name)
    with refused("AccessDenied", 403, "iam:ListUsers on resource: arn:aws:iam::000000000000:user/"):
        caller(server, "iam", key).list_users()


def test_a_user_knows_itself_without_a_name(server, iam, user):
    name, key = user
    own = caller(server, "iam", key)
    with refused("AccessDenied", 403, "iam:GetUser"):
        own.get_user()
    document = json.dumps(allow("iam:*", "arn:aws:iam::*:user/${aws:username}"))
    iam.put_user_policy(UserName=name, PolicyName="self", PolicyDocument=document)
    assert own.get_user()["User"]["UserName"] == name
    assert len(own.list_access_keys()["AccessKeyMetadata"]) == 1
    with refused("AccessDenied", 403):
        own.get_user(UserName="another")
    assert iam.get_user()["User"]["Arn"] == "arn:aws:iam::000000000000:root"


def test_groups_give_their_policies_to_their_users(server, iam, user):
    name, key = user
    iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName=name, UserName=name)
    iot = caller(server, "iot", key)
    with refused("AccessDeniedException", 403):
        iot.list_things()
    arn = "arn:aws:iam::aws:policy/AWSIoTConfigReadOnlyAccess"
    iam.attach_group_policy(GroupName=name, PolicyArn=arn)
    iot.list_things()
    assert [u["UserName"] for u in iam.get_group(GroupName=name)["Users"]] == [name]
    assert [g["GroupName"] for g in iam.list_groups_for_user(UserName=name)["Groups"]] == [name]
    attached = iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"]
    assert attached == [{"PolicyName": "AWSIoTConfigReadOnlyAccess", "PolicyArn": arn}]
    with refused("DeleteConflict", 409):
        iam.delete_group(GroupName=name)
    iam.remove_user_from_group(GroupName=name, UserName=name)
    with refused("AccessDeniedException", 403):
        iot.list_things()


def test_managed_policies_have_versions(iam, name):
    first = json.dumps(allow("iot:*"))
    made = iam.create_policy(PolicyName=name, PolicyDocument=first, Description="d")["Policy"]
    arn = made["Arn"]
    assert arn == f"arn:aws:iam::000000000000:policy/{name}"
    assert (made["DefaultVersionId"], made["AttachmentCount"]) == ("v1", 0)
    for number in range(2, 6):
        document = json.dumps(allow(f"iot:List{number}*"))
        version = iam.create_policy_version(
            PolicyArn=arn, PolicyDocument=document, SetAsDefault=number == 3
        )["PolicyVersion"]
        assert (version["VersionId"], version["IsDefaultVersion"]) == (f"v{number}", number == 3)
    with refused("LimitExceeded", 409, "A managed policy can have up to 5 versions"):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=first)
    # botocore decodes documents that were encoded for the URL.
    got = iam.get_policy_version(PolicyArn=arn, VersionId="v3")["PolicyVersion"]
    assert got["Document"] == allow("iot:List3*")
    listed = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [v["VersionId"] for v in listed] == ["v5", "v4", "v3", "v2", "v1"]
    pages = iam.get_paginator("list_policy_versions").paginate(
        PolicyArn=arn, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["Versions"]) for page in pages] == [2, 2, 1]
    with refused("DeleteConflict", 409, "Cannot delete the default version of a policy."):
        iam.delete_policy_version(PolicyArn=arn, VersionId="v3")
    with refused("NoSuchEntity", 404):
        iam.get_policy_version(PolicyArn=arn, VersionId="v9")
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    entities = iam.list_entities_for_policy(PolicyArn=arn)
    assert [u["UserName"] for u in entities["PolicyUsers"]] == [name]
    for number in (1, 2, 4, 5):
        iam.delete_policy_version(PolicyArn=arn, VersionId=f"v{number}")
    with refused("DeleteConflict", 409, "Cannot delete a policy attached to entities."):
        iam.delete_policy(PolicyArn=arn)
    iam.detach_user_policy(UserName=name, PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    with refused("NoSuchEntity", 404, f"Policy {arn} does not exist or is not attachable."):
        iam.get_policy(PolicyArn=arn)


@pytest.mark.parametrize(
    "document",
    ["", "{", "{}", json.dumps(allow("ListThings")), json.dumps(allow("iot:*", Principal="*"))],
)
def test_malformed_documents_are_refused(iam, name, document):
    if document:
        with refused("MalformedPolicyDocument", 400):
            iam.create_policy(PolicyName=name, PolicyDocument=document)
    with refused("MalformedPolicyDocument", 400):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document or "x")


def test_wrong_and_unknown_input_is_refused_by_name(server, name):
    iam = client(server, "iam", validate=False)
    with refused("ValidationError", 400, "user name"):
        iam.create_user(UserName="a/b")
    with refused("ValidationError", 400, "MaxItems"):
        iam.list_users(MaxItems=0)
    with refused("ValidationError", 400, "UserName"):
        iam.delete_user()
    with refused("InvalidAction", 400):
        iam.list_mfa_devices()
    sts = client(server, "sts", validate=False)
    with refused("ValidationError", 400, "SerialNumber"):
        sts.get_session_token(SerialNumber="123456789", TokenCode="123456")


def test_lists_come_in_pages(iam, name):
    for number in range(5):
        iam.create_role(
            RoleName=f"{name}-{number}",
            Path=f"/{name}/",
            AssumeRolePolicyDocument=json.dumps(TRUST),
        )
    pages = iam.get_paginator("list_roles").paginate(
        PathPrefix=f"/{name}/", PaginationConfig={"PageSize": 2}
    )
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    assert names == [f"{name}-{number}" for number in range(5)]
    policies = [
        policy["PolicyName"]
        for page in iam.get_paginator("list_policies").paginate(PaginationConfig={"PageSize": 7})
        for policy in page["Policies"]
    ]
    assert {"AdministratorAccess", "AWSIoTFullAccess", "AmazonS3FullAccess"} <= set(policies)
    assert len(policies) == len(set(policies))
    local = iam.list_policies(Scope="Local", OnlyAttached=True)
    assert local["Policies"] == []


def test_a_boundary_limits_what_policies_allow(server, iam, user):
    name, key = user
    document = json.dumps(allow("iot:List*"))
    arn = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.attach_user_policy(UserName=name, PolicyArn=admin)
    iot = caller(server, "iot", key)
    iot.create_thing(thingName=name)
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=arn)
    boundary = iam.get_user(UserName=name)["User"]["PermissionsBoundary"]
    assert boundary["PermissionsBoundaryArn"] == arn
    iot.list_things()
    with refused("AccessDeniedException", 403, "because no permissions boundary allows"):
        iot.delete_thing(thingName=name)
    iam.delete_user_permissions_boundary(UserName=name)
    iot.delete_thing(thingName=name)


def test_all_survives_a_crash(own_server):
    server = own_server
    iam = client(server, "iam")
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    document = json.dumps(allow("iot:ListThings"))
    iam.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=document)
    session = caller(server, "sts", key).get_session_token()["Credentials"]
    server.restart()
    assert caller(server, "iot", key).list_things()["things"] == []
    assert caller(server, "iot", session).list_things()["things"] == []


# === what Terraform calls, in its order: create, read, no drift, update, destroy ===


def test_terraform_role_with_policies(iam, name):
    trust = json.dumps(TRUST)
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, MaxSessionDuration=3600)
    role = role["Role"]
    read = iam.get_role(RoleName=name)["Role"]
    assert read["Arn"] == role["Arn"] == f"arn:aws:iam::000000000000:role/{name}"
    assert read["AssumeRolePolicyDocument"] == TRUST and read["MaxSessionDuration"] == 3600
    assert read["CreateDate"] == role["CreateDate"] and "Description" not in read
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == []
    # aws_iam_role_policy
    document = allow(["dynamodb:PutItem"], "arn:aws:dynamodb:us-east-1:1:table/t")
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    assert iam.get_role_policy(RoleName=name, PolicyName="p")["PolicyDocument"] == document
    # aws_iam_policy and aws_iam_role_policy_attachment
    made = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]
    arn = made["Arn"]
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v1"
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == document
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    [attached] = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert attached == {"PolicyName": name, "PolicyArn": arn}
    # update
    trusted = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Principal": {"Service": "iot.amazonaws.com"}}]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trusted))
    iam.update_role(RoleName=name, Description="d", MaxSessionDuration=7200)
    iam.tag_role(RoleName=name, Tags=[{"Key": "a", "Value": "b"}])
    read = iam.get_role(RoleName=name)["Role"]
    assert read["AssumeRolePolicyDocument"] == trusted
    assert (read["Description"], read["MaxSessionDuration"]) == ("d", 7200)
    assert read["Tags"] == [{"Key": "a", "Value": "b"}]
    # destroy
    iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    with refused("NoSuchEntity", 404):
        iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    assert iam.list_policy_versions(PolicyArn=arn)["IsTruncated"] is False
    iam.delete_policy(PolicyArn=arn)
    with refused("DeleteConflict", 409, "must delete policies first"):
        iam.delete_role(RoleName=name)
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    with refused("NoSuchEntity", 404, "The role policy with name p cannot be found."):
        iam.get_role_policy(RoleName=name, PolicyName="p")
    assert iam.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"] == []
    iam.delete_role(RoleName=name)
    with refused("NoSuchEntity", 404, f"The role with name {name} cannot be found."):
        iam.get_role(RoleName=name)


def test_terraform_instance_profile(iam, name):
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    made = iam.create_instance_profile(InstanceProfileName=name, Path="/x/")["InstanceProfile"]
    assert made["Arn"] == f"arn:aws:iam::000000000000:instance-profile/x/{name}"
    assert made["Roles"] == []
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    with refused("LimitExceeded", 409):
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    [role] = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]
    assert role["RoleName"] == name and role["AssumeRolePolicyDocument"] == TRUST
    [of_role] = iam.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"]
    assert of_role["InstanceProfileId"] == made["InstanceProfileId"]
    with refused("DeleteConflict", 409):
        iam.delete_role(RoleName=name)
    iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=name)
    iam.delete_instance_profile(InstanceProfileName=name)
    iam.delete_role(RoleName=name)


def test_terraform_user_policy_and_key(iam, name):
    iam.create_user(UserName=name, Path="/")
    assert iam.get_user(UserName=name)["User"]["Path"] == "/"
    document = json.dumps(allow("s3:*"))
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    assert iam.get_user_policy(UserName=name, PolicyName="p")["PolicyDocument"] == allow("s3:*")
    key = iam.create_access_key(UserName=name)["AccessKey"]
    assert len(key["AccessKeyId"]) == 20 and len(key["SecretAccessKey"]) == 40
    assert len(iam.list_access_keys(UserName=name)["AccessKeyMetadata"]) == 1
    # force_destroy looks for everything that a user can have.
    assert iam.list_groups_for_user(UserName=name)["Groups"] == []
    assert iam.list_attached_user_policies(UserName=name)["AttachedPolicies"] == []
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=name, PolicyName="p")
    iam.delete_user(UserName=name)


def test_an_older_client_asks_by_get(server):
    """The form may stand in the query, signed there: so Vault and EKS prove who they are."""
    url = client(server, "sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    answer = urllib.request.urlopen(url).read().decode()
    assert "<Arn>arn:aws:iam::000000000000:root</Arn>" in answer


def test_the_summary_counts(iam, user):
    counted = iam.get_account_summary()["SummaryMap"]
    assert counted["Users"] >= 1 and counted["AccessKeysPerUserQuota"] == 2


def test_simulation_answers_as_the_policies_do(iam, user):
    name, _ = user
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "iot:*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": "iot:DeleteThing",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:RequestTag/site": "x"}},
            },
        ],
    }
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    arn = iam.get_user(UserName=name)["User"]["Arn"]

    def decisions(**more):
        actions = ["iot:CreateThing", "iot:DeleteThing", "sqs:SendMessage"]
        answer = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=actions, **more)
        return [result["EvalDecision"] for result in answer["EvaluationResults"]]

    assert decisions() == ["allowed", "allowed", "implicitDeny"]
    tagged = {
        "ContextKeyName": "aws:RequestTag/site",
        "ContextKeyValues": ["x"],
        "ContextKeyType": "string",
    }
    assert decisions(ContextEntries=[tagged]) == ["allowed", "explicitDeny", "implicitDeny"]
    with refused("NoSuchEntity", 404):
        iam.simulate_principal_policy(PolicySourceArn=f"{arn}x", ActionNames=["iot:CreateThing"])


def test_metrics_count_calls_and_refusals(server, iam, user):
    name, key = user
    with refused("AccessDenied", 403):
        caller(server, "iam", key).list_users()
    counted = {
        (count["service"], count["operation"]): count for count in metrics(server)["operations"]
    }
    assert counted["iam", "CreateUser"]["calls"] >= 1
    assert counted["iam", "CreateUser"]["microseconds"] > 0
    assert counted["iam", "ListUsers"]["refused"] >= 1


def metrics(server) -> dict:
    """Our own service, which botocore does not know."""
    environment = server.environment()
    request = AWSRequest(
        "POST", server.aws_url, data="{}", headers={"x-amz-target": "Thingstead.Metrics"}
    )
    key = Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(key, "thingstead", "us-east-1").add_auth(request)
    asked = urllib.request.Request(server.aws_url, b"{}", dict(request.headers), method="POST")
    return json.loads(urllib.request.urlopen(asked).read())
