"""`thingstead export` and `thingstead import`: a registry that moves to another installation."""

import json

from aws_client import iot
from server import allow_all, policy, statement


RULE = {
    "sql": "SELECT * FROM 'a' WHERE t > 40",
    "actions": [{"republish": {"roleArn": "arn:aws:iam::000000000000:role/r", "topic": "b"}}],
    "ruleDisabled": True,
    "awsIotSqlVersion": "2016-03-23",
}


def furnish(server):
    """A type, groups in each other, things, policies, and a device that can connect."""
    aws = iot(server)
    aws.create_thing_type(thingTypeName="lamp", thingTypeProperties={"searchableAttributes": ["a"]})
    aws.create_thing_group(thingGroupName="site")
    aws.create_thing_group(
        thingGroupName="a-hall",
        parentGroupName="site",
        thingGroupProperties={"thingGroupDescription": "the hall"},
    )
    attributes = {"attributes": {"floor": "1"}}
    aws.create_thing(thingName="lamp:1", thingTypeName="lamp", attributePayload=attributes)
    aws.create_thing(thingName="door")
    aws.add_thing_to_thing_group(thingName="lamp:1", thingGroupName="a-hall")
    aws.create_policy(policyName="all,of=it", policyDocument=json.dumps(allow_all()))
    aws.attach_policy(
        policyName="all,of=it", target=aws.describe_thing_group(thingGroupName="site")["thingGroupArn"]
    )
    made = aws.create_keys_and_certificate(setAsActive=True)
    aws.attach_policy(policyName="all,of=it", target=made["certificateArn"])
    aws.attach_thing_principal(thingName="lamp:1", principal=made["certificateArn"])
    aws.create_topic_rule(ruleName="hot", topicRulePayload=RULE)
    return made["certificateId"]


def test_a_registry_moves_to_another_house(make_server, tmp_path):
    old, new = make_server("old").start(), make_server("new").start()
    certificate = furnish(old)
    folder = tmp_path / "fleet"
    written = old.ask("export", folder)
    expected = {"certificates": 1, "policies": 1, "thingGroups": 2, "thingTypes": 1, "things": 2}
    expected["topicRules"] = 1
    assert written == expected
    taken = new.ask("import", folder)
    assert taken["notTaken"] == []
    assert taken["taken"]["memberships"] == 1 and taken["taken"]["attachments"] == 3

    aws = iot(new)
    thing = aws.describe_thing(thingName="lamp:1")
    assert (thing["thingTypeName"], thing["attributes"]) == ("lamp", {"floor": "1"})
    group = aws.describe_thing_group(thingGroupName="a-hall")
    assert group["thingGroupMetadata"]["parentGroupName"] == "site"
    assert group["thingGroupProperties"]["thingGroupDescription"] == "the hall"
    assert aws.list_things_in_thing_group(thingGroupName="a-hall")["things"] == ["lamp:1"]
    shown = aws.describe_certificate(certificateId=certificate)["certificateDescription"]
    assert shown["status"] == "ACTIVE"
    assert aws.list_principal_things(principal=shown["certificateArn"])["things"] == ["lamp:1"]
    effective = aws.get_effective_policies(thingName="lamp:1")["effectivePolicies"]
    assert [found["policyName"] for found in effective] == ["all,of=it"]

    rule = aws.get_topic_rule(ruleName="hot")["rule"]
    assert {key: rule[key] for key in RULE} == RULE

    again = new.ask("import", folder)
    assert again == taken, "what is there stays"


def test_what_cannot_be_taken_is_said(make_server, tmp_path):
    server = make_server().start()
    folder = tmp_path / "from-aws"
    folder.mkdir()
    empty = server.run("import", folder, check=False)
    assert empty.returncode != 0 and "nothing that could be taken" in empty.stderr
    things = [
        {"thingName": "lamp", "attributes": {}},
        {"thingName": "door", "attributes": {}, "thingTypeName": "unknown"},
    ]
    (folder / "list-things.json").write_text(json.dumps({"things": things}))
    policies = {"policies": [{"policyName": "led"}]}
    (folder / "list-policies.json").write_text(json.dumps(policies))
    done = server.run("import", folder, check=False)
    assert done.returncode != 0
    assert "1 things" in done.stdout
    assert "door: the thing type unknown does not exist" in done.stdout
    assert "there is no get-policy/led.json" in done.stdout

    iot(server).create_policy(
        policyName="led",
        policyDocument=json.dumps(policy(statement("Allow", "iot:Connect", "*"))),
    )
    (folder / "get-policy").mkdir()
    other = {"policyName": "led", "policyDocument": json.dumps(allow_all())}
    (folder / "get-policy" / "led.json").write_text(json.dumps(other))
    done = server.run("import", folder, check=False)
    assert "policies: led: the policy led already exists" in done.stdout
