"""The same random calls, asked of our secrets and of moto's: their answers are compared.

moto is another program that was written to behave as the service does, by other people. Where the two
differ one is wrong, and where that is moto, the call is left out here and the reason given:

- moto answers what is not found with status 404, the service with 400: codes are compared.
- moto lets secrets be changed that are marked for deletion, and labels be moved; so they are not.
- moto says that a secret which is marked for deletion exists, AWS that it is marked; so none of its name is
  made. It finds out that one has no such label before it finds that it is marked; so it has it.
- moto takes all labels off the version that was current, AWS only AWSCURRENT and AWSPENDING; so it has no others.
- moto takes the version that was put last for the current one, whichever the label was moved to, and then has
  two; so no other becomes current after a move, and none of those is read in a batch.
- moto takes a label off before it finds that the version to move it to is none; so there is one.
- moto fails where the versions of a secret are listed that is none; so there is one. It tells of versions
  without labels among the others; so those are left out.
"""

import json
import os
import random
import time

import aws_client
import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

CALLS = int(os.environ.get("THINGSTEAD_CALLS", "120"))
SEEDS = range(int(os.environ.get("THINGSTEAD_SEEDS", "3")))
POLICY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"},
]}
NAMES = ["a", "b/c"]


def random_calls(seed):
    """Calls, of which some are made of what the answers before said: by their numbers."""
    chance = random.Random(seed)
    for number in range(CALLS):
        name = chance.choice(NAMES)
        kind = chance.choices(
            ["create", "put", "label", "update", "get", "get_version", "move", "describe", "list",
             "versions", "tag", "untag", "delete", "restore", "force", "policy", "batch"],
            weights=[4, 6, 3, 3, 6, 3, 4, 3, 2, 3, 2, 1, 1, 2, 1, 1, 2])[0]
        yield kind, {"name": name, "number": number, "token": f"{seed:08}-{number:027}",
                     "at": chance.randrange(1_000), "flag": chance.random() < 0.3}


class Side:
    """One of the two servers, and what is known of its secrets."""

    def __init__(self, client):
        self.client, self.tokens, self.marked, self.moved = client, {}, set(), set()

    def ask(self, kind, given):
        try:
            return getattr(self, kind)(given["name"], given)
        except ClientError as error:
            return error.response["Error"]["Code"]

    def create(self, name, given):
        if name in self.marked:
            return None
        value = {"SecretString": f"v{given['number']}"} if given["flag"] else {}
        made = self.client.create_secret(Name=name, Description=f"d{given['number']}",
                                         ClientRequestToken=given["token"], **value)
        self.tokens[name] = [given["token"]] if value else []
        return made["Name"], made.get("VersionId")

    def put(self, name, given):
        if not self.is_there(name) or name in self.moved:
            return None
        known = self.tokens[name]
        # One that was used is refused, since the value is another.
        token = known[given["at"] % len(known)] if known and given["flag"] else given["token"]
        value = {"SecretBinary": b"\xff%d" % given["number"]}
        if given["at"] % 2:
            value = {"SecretString": f"v{given['number']}"}
        put = self.client.put_secret_value(SecretId=name, ClientRequestToken=token, **value)
        known.append(token)
        return put["VersionId"], sorted(put["VersionStages"])

    def label(self, name, given):
        if not self.is_there(name) or not self.tokens[name]:
            return None
        label = ["AWSPENDING", "own"][given["at"] % 2]
        put = self.client.put_secret_value(SecretId=name, ClientRequestToken=given["token"],
                                           SecretString="labelled", VersionStages=[label])
        return put["VersionId"], put["VersionStages"]

    def update(self, name, given):
        if not self.is_there(name):
            return None
        value = {"SecretString": "u", "ClientRequestToken": given["token"]}
        value = value if given["flag"] and name not in self.moved else {}
        done = self.client.update_secret(SecretId=name, Description=f"u{given['number']}", **value)
        if value:
            self.tokens[name].append(given["token"])
        return done["Name"], done.get("VersionId") if value else None

    def get(self, name, given):
        label = ["AWSCURRENT", "AWSPREVIOUS", "AWSPENDING", "own"][given["at"] % 4]
        if name in self.marked:
            if not self.tokens[name]:
                return None
            label = "AWSCURRENT"
        return shown(self.client.get_secret_value(SecretId=name, VersionStage=label))

    def get_version(self, name, given):
        known = self.tokens.get(name)
        version = known[given["at"] % len(known)] if known else given["token"]
        if name in self.marked:
            return None
        return shown(self.client.get_secret_value(SecretId=name, VersionId=version))

    def move(self, name, given):
        """The current label goes from the version that has it to another."""
        if not self.is_there(name) or not self.tokens[name]:
            return None
        stages = self.client.describe_secret(SecretId=name)["VersionIdsToStages"]
        current = next(id for id, labels in stages.items() if "AWSCURRENT" in labels)
        target = self.tokens[name][given["at"] % len(self.tokens[name])]
        if target == current or [it for it in stages.get(current, []) if it != "AWSCURRENT"]:
            return None
        self.client.update_secret_version_stage(SecretId=name, VersionStage="AWSCURRENT",
                                                RemoveFromVersionId=current, MoveToVersionId=target)
        self.moved.add(name)
        return self.versions(name, given)

    def describe(self, name, _given):
        found = self.client.describe_secret(SecretId=name)
        return (found["Name"], found.get("Description"), labelled(found.get("VersionIdsToStages", {})),
                tags(found), "DeletedDate" in found)

    def list(self, _name, given):
        filters = [{"Key": "name", "Values": [["a", "b", "!a", "c"][given["at"] % 4]]}]
        found = self.client.list_secrets(Filters=filters)["SecretList"]
        return sorted(one["Name"] for one in found if one["Name"] in NAMES)

    def versions(self, name, _given):
        if not self.is_there(name):
            return None
        found = self.client.list_secret_version_ids(SecretId=name)["Versions"]
        return labelled({one["VersionId"]: one.get("VersionStages", []) for one in found})

    def tag(self, name, given):
        if not self.is_there(name):
            return None
        self.client.tag_resource(SecretId=name, Tags=[{"Key": "xyz"[given["at"] % 3], "Value": str(given["number"])}])
        return tags(self.client.describe_secret(SecretId=name))

    def untag(self, name, given):
        if not self.is_there(name):
            return None
        self.client.untag_resource(SecretId=name, TagKeys=["xyz"[given["at"] % 3]])
        return tags(self.client.describe_secret(SecretId=name))

    def delete(self, name, given):
        days = [5, 7, 30][given["at"] % 3]
        done = self.client.delete_secret(SecretId=name, RecoveryWindowInDays=days)
        self.marked.add(name)
        return done["Name"], round((done["DeletionDate"].timestamp() - time.time()) / 86_400)

    def restore(self, name, _given):
        done = self.client.restore_secret(SecretId=name)["Name"]
        self.marked.discard(name)
        return done

    def force(self, name, given):
        if not self.is_there(name) or given["at"] % 2:
            return None
        self.tokens.pop(name)
        self.moved.discard(name)
        return self.client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)["Name"]

    def policy(self, name, _given):
        if not self.is_there(name):
            return None
        self.client.put_resource_policy(SecretId=name, ResourcePolicy=json.dumps(POLICY))
        held = self.client.get_resource_policy(SecretId=name)["ResourcePolicy"]
        self.client.delete_resource_policy(SecretId=name)
        return json.loads(held), self.client.get_resource_policy(SecretId=name).get("ResourcePolicy")

    def batch(self, _name, given):
        if self.marked or self.moved or any(not self.tokens.get(name) for name in NAMES):
            return None
        found = self.client.batch_get_secret_value(SecretIdList=NAMES)
        return [shown(one) for one in found["SecretValues"]]

    def is_there(self, name):
        return name in self.tokens and name not in self.marked


def shown(found):
    kept = ("Name", "VersionId", "SecretString", "SecretBinary")
    return [found.get(name) for name in kept], sorted(found.get("VersionStages", []))


def labelled(stages):
    return {id: sorted(labels) for id, labels in stages.items() if labels}


def tags(found):
    return sorted((tag["Key"], tag["Value"]) for tag in found.get("Tags", []))


@pytest.mark.parametrize("seed", SEEDS)
def test_secrets_answer_as_moto_s_do(server, seed):
    ours = Side(aws_client.client(server, "secretsmanager"))
    with mock_aws():
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        theirs = Side(boto3.client("secretsmanager", region_name="us-east-1", **keys))
        try:
            for number, (kind, given) in enumerate(random_calls(seed)):
                found, expected = ours.ask(kind, given), theirs.ask(kind, given)
                assert found == expected, f"call {number}: {kind} {given}"
        finally:
            for name in NAMES:
                ours.client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
