"""Stacks, as boto3 and `aws cloudformation deploy` use them."""

import json
import subprocess
import sys
from pathlib import Path

import aws_client
import pytest
from aws_client import refused

WAIT = {"Delay": 0.1, "MaxAttempts": 100}

HOUSE = """
AWSTemplateFormatVersion: 2010-09-09
Description: A house
Parameters:
  Limit: {Type: Number, Default: 40}
  Prefix: {Type: String}
Resources:
  Temperature:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub ${Prefix}-Temperature
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Series:
    Type: AWS::Timestream::Database
    Properties: {DatabaseName: !Ref Prefix}
  Readings:
    Type: AWS::Timestream::Table
    Properties:
      DatabaseName: !Ref Series
      TableName: temperaturesensor
      RetentionProperties: {MemoryStoreRetentionPeriodInHours: '24', MagneticStoreRetentionPeriodInDays: '7'}
  IotRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: iot.amazonaws.com}, Action: 'sts:AssumeRole'}]
      Policies:
        - PolicyName: dynamo
          PolicyDocument:
            Version: 2012-10-17
            Statement: [{Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Temperature.Arn}]
  SeriesPolicy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: series
      Roles: [!Ref IotRole]
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Action: 'timestream:WriteRecords', Resource: !GetAtt Readings.Arn}
          - {Effect: Allow, Action: 'timestream:DescribeEndpoints', Resource: '*'}
  Invalid:
    Type: AWS::IoT::TopicRule
    Properties:
      TopicRulePayload:
        Sql: !Sub "SELECT * FROM 'sensor/temperature/+' WHERE temperature >= ${Limit}"
        AwsIotSqlVersion: '2016-03-23'
        Actions: [{DynamoDBv2: {RoleArn: !GetAtt IotRole.Arn, PutItem: {TableName: !Ref Temperature}}}]
  Valid:
    Type: AWS::IoT::TopicRule
    Properties:
      TopicRulePayload:
        Sql: SELECT * FROM 'sensor/temperature/+'
        Actions:
          - Timestream:
              RoleArn: !GetAtt IotRole.Arn
              DatabaseName: !Ref Series
              TableName: !GetAtt Readings.Name
              Dimensions: [{Name: sensor_id, Value: '${sensor_id}'}]
  Sensor: {Type: 'AWS::IoT::Thing', Properties: {AttributePayload: {Attributes: {zone: '1'}}}}
  SensorPolicy:
    Type: AWS::IoT::Policy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Action: 'iot:*', Resource: '*'}]
Outputs:
  Table: {Value: !GetAtt Temperature.Arn, Export: {Name: !Sub '${AWS::StackName}-table'}}
  Rule: {Value: !Ref Invalid}
"""

THING = json.dumps({"Resources": {"Lamp": {"Type": "AWS::IoT::Thing"}}})


@pytest.fixture(scope="module")
def stacks(server):
    return aws_client.client(server, "cloudformation")


@pytest.fixture
def stack(name):
    return name.replace("_", "-")[-40:].strip("-").replace("--", "-")


def create(stacks, stack, template, **more):
    stacks.create_stack(StackName=stack, TemplateBody=template, **more)
    stacks.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=WAIT)
    return stacks.describe_stacks(StackName=stack)["Stacks"][0]


def reasons(stacks, stack):
    events = stacks.describe_stack_events(StackName=stack)["StackEvents"]
    return [event.get("ResourceStatusReason", "") for event in events]


def parameters(stack, **more):
    given = {"Prefix": stack, **more}
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]


def everything(server):
    """All that templates can make, as its own service lists it."""
    ask = lambda service: aws_client.client(server, service)
    return {
        "tables": ask("dynamodb").list_tables()["TableNames"],
        "databases": [it["DatabaseName"] for it in ask("timestream-write").list_databases()["Databases"]],
        "roles": [it["RoleName"] for it in ask("iam").list_roles()["Roles"]],
        "rules": [it["ruleName"] for it in ask("iot").list_topic_rules()["rules"]],
        "things": [it["thingName"] for it in ask("iot").list_things()["things"]],
        "policies": [it["policyName"] for it in ask("iot").list_policies()["policies"]],
        "queues": ask("sqs").list_queues().get("QueueUrls", []),
        "functions": [it["FunctionName"] for it in ask("lambda").list_functions()["Functions"]],
        "groups": [it["logGroupName"] for it in ask("logs").describe_log_groups()["logGroups"]],
        "events": [it["Name"] for it in ask("events").list_rules()["Rules"]],
    }


def test_the_house_is_made_changed_rolled_back_and_gone(server, stacks, stack):
    before = everything(server)
    with refused("InsufficientCapabilitiesException", 400, "Requires capabilities : [CAPABILITY_IAM]"):
        stacks.create_stack(StackName=stack, TemplateBody=HOUSE, Parameters=parameters(stack))
    more = {"Capabilities": ["CAPABILITY_IAM"]}
    made = create(stacks, stack, HOUSE, Parameters=parameters(stack), **more)
    outputs = {it["OutputKey"]: it["OutputValue"] for it in made["Outputs"]}
    assert outputs["Table"].endswith(f"table/{stack}-Temperature")
    iot = aws_client.client(server, "iot")
    rule = lambda: iot.get_topic_rule(ruleName=outputs["Rule"])["rule"]
    assert rule()["sql"].endswith("temperature >= 40")
    assert rule()["actions"][0]["dynamoDBv2"]["putItem"]["tableName"] == f"{stack}-Temperature"
    kinds = {it["LogicalResourceId"]: it["ResourceStatus"] for it in
             stacks.describe_stack_resources(StackName=stack)["StackResources"]}
    assert len(kinds) == 9 and set(kinds.values()) == {"CREATE_COMPLETE"}
    exports = {it["Name"]: it["Value"] for it in stacks.list_exports()["Exports"]}
    assert exports[f"{stack}-table"] == outputs["Table"]

    with refused("ValidationError", 400, "No updates are to be performed."):
        stacks.update_stack(StackName=stack, UsePreviousTemplate=True, Parameters=parameters(stack), **more)
    changed = parameters(stack, Limit="50")
    stacks.update_stack(StackName=stack, UsePreviousTemplate=True, Parameters=changed, **more)
    stacks.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig=WAIT)
    assert rule()["sql"].endswith("temperature >= 50")

    # A rule that cannot be, after one that can: all is as it was.
    broken = HOUSE.replace("SELECT * FROM 'sensor/temperature/+'\n", "NO SQL\n").replace("zone: '1'", "zone: '2'")
    stacks.update_stack(StackName=stack, TemplateBody=broken, Parameters=parameters(stack, Limit="60"), **more)
    stacks.get_waiter("stack_rollback_complete").wait(StackName=stack, WaiterConfig=WAIT)
    assert stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert any("failed: [Valid]" in reason for reason in reasons(stacks, stack))
    assert rule()["sql"].endswith("temperature >= 50")

    stacks.delete_stack(StackName=stack)
    stacks.get_waiter("stack_delete_complete").wait(StackName=made["StackId"], WaiterConfig=WAIT)
    with refused("ValidationError", 400, f"Stack with id {stack} does not exist"):
        stacks.describe_stacks(StackName=stack)
    assert everything(server) == before


def test_what_is_not_served_is_listed_before_anything_is_made(server, stacks, stack):
    before = everything(server)
    template = {
        "Resources": {
            "A": {"Type": "AWS::IoT::Thing", "Properties": {"Colour": "red"}},
            "B": {"Type": "AWS::EC2::Instance"},
            "C": {"Type": "AWS::RDS::DBInstance"},
            "D": {"Type": "AWS::SQS::Queue", "Properties": {"KmsMasterKeyId": "x"}},
        }
    }
    with refused("ValidationError", 400, "[AWS::EC2::Instance, AWS::RDS::DBInstance]") as told:
        stacks.create_stack(StackName=stack, TemplateBody=json.dumps(template))
    for place in ("/Resources/A/Properties/Colour", "/Resources/D/Properties/KmsMasterKeyId"):
        with refused("ValidationError", 400, place):
            stacks.create_stack(StackName=stack, TemplateBody=json.dumps(template))
    assert everything(server) == before


def test_a_stack_that_cannot_be_made_is_rolled_back(server, stacks, stack):
    before = everything(server)
    template = {
        "Resources": {
            "Lamp": {"Type": "AWS::IoT::Thing"},
            "Rule": {
                "Type": "AWS::IoT::TopicRule",
                "DependsOn": "Lamp",
                "Properties": {"TopicRulePayload": {"Sql": "NO SQL", "Actions": []}},
            },
        }
    }
    stacks.create_stack(StackName=stack, TemplateBody=json.dumps(template))
    with pytest.raises(Exception, match="ROLLBACK_"):
        stacks.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=WAIT)
    stacks.get_waiter("stack_rollback_complete")
    while stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "ROLLBACK_IN_PROGRESS":
        pass
    with refused("ValidationError", 400, "is in ROLLBACK_COMPLETE state and can not be updated"):
        stacks.update_stack(StackName=stack, TemplateBody=THING)
    stacks.delete_stack(StackName=stack)
    stacks.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=WAIT)
    assert everything(server) == before


def test_a_replaced_resource_goes_when_the_update_is_over(server, stacks, stack):
    named = lambda name: json.dumps(
        {"Resources": {"Lamp": {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": f"{stack}-{name}"}}}}
    )
    create(stacks, stack, named("one"))
    stacks.update_stack(StackName=stack, TemplateBody=named("two"))
    stacks.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig=WAIT)
    things = [it for it in everything(server)["things"] if it.startswith(stack)]
    assert things == [f"{stack}-two"]
    with refused("AlreadyExistsException", 400, "already exists"):
        stacks.create_stack(StackName=stack, TemplateBody=THING)


def test_other_kinds_are_made_and_gone(server, stacks, stack):
    before = everything(server)
    template = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}
  Work:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Environment: {Variables: {LEVEL: 5}}
      Code: {ZipFile: "def handler(event, context):\\n    return 'done'\\n"}
  Each:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(1 hour), Targets: [{Id: work, Arn: !GetAtt Work.Arn}]}
  Allowed:
    Type: AWS::Lambda::Permission
    Properties: {Action: 'lambda:InvokeFunction', FunctionName: !Ref Work, Principal: events.amazonaws.com, SourceArn: !GetAtt Each.Arn}
  Queue: {Type: 'AWS::SQS::Queue', Properties: {VisibilityTimeout: 7}}
  Group: {Type: 'AWS::Logs::LogGroup', Properties: {RetentionInDays: 7}}
Outputs: {Work: {Value: !Ref Work}}
"""
    made = create(stacks, stack, template, Capabilities=["CAPABILITY_IAM"])
    function = made["Outputs"][0]["OutputValue"]
    answer = aws_client.client(server, "lambda").invoke(FunctionName=function)
    assert json.load(answer["Payload"]) == "done"
    stacks.delete_stack(StackName=stack)
    stacks.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=WAIT)
    after = everything(server)
    # A function's log stays, as on AWS.
    after["groups"] = [it for it in after["groups"] if not it.startswith("/aws/lambda/")]
    assert after == before


def test_the_command_line_deploys_by_change_sets(server, stacks, stack, tmp_path):
    file = tmp_path / "template.json"
    file.write_text(THING)

    def forget_change_sets():
        """The CLI names them by the second: two deployments in one would meet."""
        for one in stacks.list_change_sets(StackName=stack)["Summaries"]:
            stacks.delete_change_set(StackName=stack, ChangeSetName=one["ChangeSetId"])

    def deploy(*more):
        command = [str(Path(sys.executable).parent / "aws"), "cloudformation", "deploy"]
        command += ["--template-file", str(file), "--stack-name", stack, *more]
        done = subprocess.run(command, env=server.environment(), capture_output=True, text=True)
        forget_change_sets()
        return done

    done = deploy()
    assert "Successfully created/updated stack" in done.stdout, done.stderr
    done = deploy()
    assert "No changes to deploy" in done.stdout + done.stderr
    assert deploy("--fail-on-empty-changeset").returncode != 0
    file.write_text(THING.replace("}}}", '}, "Other": {"Type": "AWS::IoT::Thing"}}}'))
    done = deploy()
    assert "Successfully created/updated stack" in done.stdout, done.stderr
    assert len(stacks.list_stack_resources(StackName=stack)["StackResourceSummaries"]) == 2


def test_a_kill_in_the_middle_leaves_nothing_out(own_server):
    stacks = aws_client.client(own_server, "cloudformation")
    things = {f"Lamp{number}": {"Type": "AWS::IoT::Thing"} for number in range(60)}
    stacks.create_stack(StackName="lamps", TemplateBody=json.dumps({"Resources": things}))
    resources = lambda: stacks.list_stack_resources(StackName="lamps")["StackResourceSummaries"]
    while len(resources()) < 5:
        pass
    own_server.restart()
    stacks = aws_client.client(own_server, "cloudformation")
    stacks.get_waiter("stack_create_complete").wait(StackName="lamps", WaiterConfig=WAIT)
    physical = {it["PhysicalResourceId"] for it in resources()}
    pages = aws_client.client(own_server, "iot").get_paginator("list_things").paginate()
    assert {it["thingName"] for page in pages for it in page["things"]} == physical
    assert len(physical) == 60
    stacks.delete_stack(StackName="lamps")
    stacks.get_waiter("stack_delete_complete").wait(StackName="lamps", WaiterConfig=WAIT)
    assert everything(own_server)["things"] == []


def test_templates_are_read_before_they_are_used(stacks):
    about = stacks.validate_template(TemplateBody=HOUSE)
    assert about["Capabilities"] == ["CAPABILITY_IAM"] and about["Description"] == "A house"
    assert {it["ParameterKey"] for it in about["Parameters"]} == {"Limit", "Prefix"}
    assert "AWS::IoT::Thing" in stacks.get_template_summary(TemplateBody=HOUSE)["ResourceTypes"]
    with refused("ValidationError", 400, "Unresolved resource dependencies [Nobody]"):
        stacks.validate_template(TemplateBody="Resources: {A: {Type: X, Properties: {P: !Ref Nobody}}}")


def test_a_narrowed_session_makes_nothing_that_it_may_not(server, stacks, stack):
    """What its own policy takes from its role would not be known when the work is done."""
    iam, sts = aws_client.client(server, "iam"), aws_client.client(server, "sts")
    account = sts.get_caller_identity()["Account"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    only = {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"}
    document = lambda statement: json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_user(UserName=stack)
    iam.put_user_policy(UserName=stack, PolicyName="all", PolicyDocument=document(everything))
    key = iam.create_access_key(UserName=stack)["AccessKey"]
    role = iam.create_role(RoleName=stack, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=stack, PolicyName="all", PolicyDocument=document(everything))
    session = aws_client.caller(server, "sts", key).assume_role(
        RoleArn=role, RoleSessionName="narrow", Policy=document(only)
    )["Credentials"]
    theirs = aws_client.caller(server, "cloudformation", session)
    with refused("AccessDenied", 403, "RoleARN"):
        theirs.create_stack(StackName=stack, TemplateBody=THING)
    create(stacks, stack, THING)
    with refused("AccessDenied", 403, "RoleARN"):
        theirs.delete_stack(StackName=stack)
    stacks.delete_stack(StackName=stack)
