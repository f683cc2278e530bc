"""`thingstead deploy` and `thingstead destroy`, as people type them."""

import json

import aws_client
import pytest

from function_code import archive
from test_stacks import everything

LAMP = """
Parameters:
  Zone: {Type: String, Default: kitchen}
  Room: {Type: String, Default: none}
Resources:
  Lamp:
    Type: AWS::IoT::Thing
    Properties: {AttributePayload: {Attributes: {zone: !Ref Zone, room: !Ref Room}}}
Outputs: {Name: {Value: !Ref Lamp}}
"""

WORK = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}
  Work:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.12, Handler: app.handler, Role: !GetAtt Role.Arn, Code: ./code}
Outputs: {Work: {Value: !Ref Work}}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "lamp.yaml").write_text(LAMP)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text("from words import WORD\ndef handler(event, context):\n    return WORD\n")
    (tmp_path / "code" / "words.py").write_text("WORD = 'first'\n")
    (tmp_path / "work.yaml").write_text(WORK)
    return tmp_path


@pytest.fixture
def stack(name):
    return name.replace("_", "-")[-40:].strip("-").replace("--", "-")


def zone(server, thing):
    attributes = aws_client.client(server, "iot").describe_thing(thingName=thing)["attributes"]
    return attributes["zone"], attributes["room"]


def test_a_stack_is_made_kept_changed_and_gone(server, folder, stack):
    before = everything(server)
    words = ["deploy", folder / "lamp.yaml", "--stack", stack]
    shown = server.run(*words).stdout
    assert f"CREATE_COMPLETE      AWS::IoT::Thing" in shown and f"{stack} is CREATE_COMPLETE" in shown
    thing = shown.split("Name = ")[1].strip()
    assert zone(server, thing) == ("kitchen", "none")
    shown = server.run(*words).stdout
    assert "nothing changed" in shown and f"Name = {thing}" in shown
    (folder / "parameters.json").write_text(json.dumps(["Zone=attic", "Room=a=b"]))
    changed = server.ask(*words, "--parameters", folder / "parameters.json", "--parameter", "Zone=cellar")
    assert (changed["changed"], changed["status"]) == (True, "UPDATE_COMPLETE")
    assert zone(server, thing) == ("cellar", "a=b")
    # What is not given stays as it was.
    assert server.ask(*words, "--parameter", "Zone=hall")["changed"] is True
    assert zone(server, thing) == ("hall", "a=b")
    assert f"{stack} is gone" in server.run("destroy", stack).stdout
    assert everything(server) == before
    again = server.run("destroy", stack, check=False)
    assert again.returncode != 0 and f"there is no stack {stack}" in again.stderr


def test_the_first_cause_is_told_when_it_fails(server, folder, stack):
    (folder / "bad.yaml").write_text(LAMP.replace("room: !Ref Room", "room: 'a $'"))
    words = ["deploy", folder / "bad.yaml", "--stack", stack]
    done = server.run(*words, check=False)
    assert done.returncode != 0
    assert "Lamp (AWS::IoT::Thing): the value of room may have" in done.stderr
    assert done.stderr.strip().endswith(f"{stack} is ROLLBACK_COMPLETE") and done.stderr.count("\n") == 1
    again = server.run(*words, check=False)
    assert again.returncode != 0 and f"thingstead destroy {stack}" in again.stderr
    server.run("destroy", stack)


@pytest.mark.parametrize("text, told", [
    ("Resources: {A: {Type: AWS::EC2::Instance}}", "AWS::EC2::Instance"),
    ("Resources: {A: {Type: AWS::IoT::Thing, Properties: {ThingName: !Ref B}}}", "Unresolved resource dependencies [B]"),
    ("Resources: [", ""),
])
def test_what_cannot_be_is_refused_before_anything_is_made(server, folder, stack, text, told):
    (folder / "wrong.yaml").write_text(text)
    done = server.run("deploy", folder / "wrong.yaml", "--stack", stack, check=False)
    assert done.returncode != 0 and told in done.stderr and done.stderr.count("\n") == 1, done.stderr
    stacks = aws_client.client(server, "cloudformation").list_stacks()["StackSummaries"]
    assert stack not in [one["StackName"] for one in stacks]


def test_a_capability_must_be_given(server, folder, stack):
    done = server.run("deploy", folder / "work.yaml", "--stack", stack, check=False)
    assert done.returncode != 0 and "CAPABILITY_IAM" in done.stderr


def test_code_is_brought_along_and_taken_away(server, folder, stack):
    before, buckets = everything(server), lambda: aws_client.client(server, "s3").list_buckets()["Buckets"]
    words = ["deploy", folder / "work.yaml", "--stack", stack, "--capabilities", "CAPABILITY_IAM"]
    function = server.ask(*words)["outputs"]["Work"]
    client = aws_client.client(server, "lambda")
    answer = lambda: json.load(client.invoke(FunctionName=function)["Payload"])
    assert answer() == "first"
    assert "nothing changed" in server.run(*words).stdout
    (folder / "code" / "words.py").write_text("WORD = 'second'\n")
    assert server.ask(*words)["status"] == "UPDATE_COMPLETE"
    assert answer() == "second"
    other = folder / "other.zip"
    other.write_bytes(archive({"app.py": "def handler(event, context):\n    return 'other'\n"}))
    server.run(*words, "--code", f"Work={other}")
    assert answer() == "other"
    wrong = server.run(*words, "--code", f"Play={other}", check=False)
    assert wrong.returncode != 0 and "--code Play" in wrong.stderr
    # Another stack with code keeps the bucket.
    second = server.ask("deploy", folder / "work.yaml", "--stack", f"{stack}-2", "--capabilities", "CAPABILITY_IAM")
    server.run("destroy", stack)
    assert [one["Name"] for one in buckets()] == ["thingstead-artefacts"]
    assert json.load(client.invoke(FunctionName=second["outputs"]["Work"])["Payload"]) == "second"
    server.run("destroy", f"{stack}-2")
    assert buckets() == [] and everything(server) == before
