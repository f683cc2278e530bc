"""Kinds of resources, nested stacks, custom resources and SAM templates, as boto3 sees them."""

import io
import json
import time
import zipfile

import aws_client
import pytest
from aws_client import refused

WAIT = {"Delay": 0.1, "MaxAttempts": 300}
CAPABILITIES = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]

IOT = """
Parameters: {Word: {Type: String, Default: first}}
Resources:
  Kind:
    Type: AWS::IoT::ThingType
    DeletionPolicy: Retain
    Properties: {ThingTypeName: !Sub '${AWS::StackName}-kind', ThingTypeProperties: {ThingTypeDescription: !Ref Word, SearchableAttributes: [zone]}}
  Parent: {Type: 'AWS::IoT::ThingGroup'}
  Group:
    Type: AWS::IoT::ThingGroup
    Properties:
      ParentGroupName: !Ref Parent
      ThingGroupProperties: {ThingGroupDescription: !Ref Word, AttributePayload: {Attributes: {Zone: !Ref Word}}}
      Tags: [{Key: word, Value: !Ref Word}]
  Billing: {Type: 'AWS::IoT::BillingGroup', Properties: {BillingGroupProperties: {BillingGroupDescription: !Ref Word}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: [credentials.iot.amazonaws.com, iot.amazonaws.com]}, Action: 'sts:AssumeRole'}]
      Tags: [{Key: word, Value: !Ref Word}]
  Alias: {Type: 'AWS::IoT::RoleAlias', Properties: {RoleArn: !GetAtt Role.Arn, CredentialDurationSeconds: 1800}}
  Provisioning:
    Type: AWS::IoT::ProvisioningTemplate
    Properties:
      ProvisioningRoleArn: !GetAtt Role.Arn
      Enabled: true
      Description: !Ref Word
      TemplateBody: >-
        {"Parameters": {"Serial": {"Type": "String"}, "AWS::IoT::Certificate::Id": {"Type": "String"}},
        "Resources": {"thing": {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": {"Ref": "Serial"}}},
        "certificate": {"Type": "AWS::IoT::Certificate", "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}}}}}
  Job:
    Type: AWS::IoT::JobTemplate
    Properties:
      JobTemplateId: !Sub '${AWS::StackName}-job'
      Description: does it
      Document: '{"do": "it"}'
      TimeoutConfig: {InProgressTimeoutInMinutes: 5}
      JobExecutionsRolloutConfig: {MaximumPerMinute: 10}
      JobExecutionsRetryConfig: {RetryCriteriaList: [{FailureType: FAILED, NumberOfRetries: 2}]}
Outputs:
  Group: {Value: !Ref Group}
  GroupArn: {Value: !GetAtt Group.Arn}
  Alias: {Value: !GetAtt Alias.RoleAliasArn}
  Provisioning: {Value: !Ref Provisioning}
  Job: {Value: !GetAtt Job.Arn}
"""

STORES = """
Parameters: {Word: {Type: String, Default: first}, Days: {Type: Number, Default: 3}}
Resources:
  Cellar:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
      LifecycleConfiguration: {Rules: [{Id: old, Status: Enabled, Prefix: log/, ExpirationInDays: !Ref Days}]}
      CorsConfiguration: {CorsRules: [{AllowedMethods: [GET], AllowedOrigins: ['*']}]}
      Tags: [{Key: word, Value: !Ref Word}]
  CellarPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Cellar
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Deny, Principal: '*', Action: 's3:DeleteObject', Resource: !Sub '${Cellar.Arn}/${Word}/*'}]
  Dead: {Type: 'AWS::SQS::Queue'}
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
      Tags: [{Key: word, Value: !Ref Word}]
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: 'sqs:SendMessage', Resource: !GetAtt Queue.Arn}]}
  Setting: {Type: 'AWS::SSM::Parameter', Properties: {Type: String, Value: !Ref Word, Tags: {word: !Ref Word}}}
  Logs: {Type: 'AWS::Logs::LogGroup', Properties: {Tags: [{Key: word, Value: !Ref Word}]}}
  Stream: {Type: 'AWS::Logs::LogStream', Properties: {LogGroupName: !Ref Logs}}
  Bus: {Type: 'AWS::Events::EventBus', Properties: {Name: !Sub '${AWS::StackName}-bus'}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [!Ref Word]}
      Targets: [{Id: queue, Arn: !GetAtt Queue.Arn, RetryPolicy: {MaximumRetryAttempts: '3'}}]
  Calendar: {Type: 'AWS::Scheduler::ScheduleGroup'}
  Caller:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: 'sts:AssumeRole'}]}
  Each:
    Type: AWS::Scheduler::Schedule
    Properties:
      GroupName: !Ref Calendar
      ScheduleExpression: rate(1 day)
      StartDate: '2030-01-01T00:00:00Z'
      Description: !Ref Word
      FlexibleTimeWindow: {Mode: 'OFF'}
      Target: {Arn: !GetAtt Queue.Arn, RoleArn: !GetAtt Caller.Arn, Input: '{}'}
  Crew: {Type: 'AWS::IAM::Group'}
  Person:
    Type: AWS::IAM::User
    Properties:
      Groups: [!Ref Crew]
      Policies: [{PolicyName: own, PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 's3:*', Resource: !GetAtt Cellar.Arn}]}}]
  Profile: {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref Caller]}}
  Shared:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Users: [!Ref Person]
      Groups: [!Ref Crew]
      PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Queue.Arn}]}
Outputs:
  Cellar: {Value: !Ref Cellar}
  Queue: {Value: !Ref Queue}
  Setting: {Value: !Ref Setting}
  Each: {Value: !Ref Each}
  Calendar: {Value: !Ref Calendar}
  Person: {Value: !Ref Person}
"""


@pytest.fixture(scope="module")
def stacks(server):
    return aws_client.client(server, "cloudformation")


@pytest.fixture
def stack(name):
    return name.replace("_", "-")[-30:].strip("-").replace("--", "-")


def parameters(**given):
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]


def outputs(stacks, stack):
    found = stacks.describe_stacks(StackName=stack)["Stacks"][0]
    return {it["OutputKey"]: it["OutputValue"] for it in found.get("Outputs", [])}


def why(stacks, stack):
    events = stacks.describe_stack_events(StackName=stack)["StackEvents"]
    return [f"{it['LogicalResourceId']}: {it.get('ResourceStatusReason')}" for it in events
            if it["ResourceStatus"].endswith("_FAILED")]


def wait(stacks, stack, for_what):
    try:
        stacks.get_waiter(f"stack_{for_what}_complete").wait(StackName=stack, WaiterConfig=WAIT)
    except Exception as error:
        raise AssertionError(why(stacks, stack)) from error
    return outputs(stacks, stack) if for_what != "delete" else {}


def create(stacks, stack, template, **more):
    where = {} if "TemplateURL" in more else {"TemplateBody": template}
    stacks.create_stack(StackName=stack, Capabilities=CAPABILITIES, **where, **more)
    return wait(stacks, stack, "create")


def update(stacks, stack, **more):
    where = {} if "TemplateBody" in more or "TemplateURL" in more else {"UsePreviousTemplate": True}
    stacks.update_stack(StackName=stack, Capabilities=CAPABILITIES, **where, **more)
    return wait(stacks, stack, "update")


def delete(stacks, stack):
    id = stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    stacks.delete_stack(StackName=stack)
    wait(stacks, id, "delete")


def kinds_of(stacks, stack):
    found = stacks.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    return {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in found}


def statuses(stacks, stack):
    events = stacks.describe_stack_events(StackName=stack)["StackEvents"]
    return [(it["LogicalResourceId"], it["ResourceStatus"]) for it in events]


def test_things_and_all_about_them(server, stacks, stack):
    iot = aws_client.client(server, "iot")
    made = create(stacks, stack, IOT)
    group = lambda: iot.describe_thing_group(thingGroupName=made["Group"])
    assert group()["thingGroupProperties"]["attributePayload"]["attributes"] == {"Zone": "first"}
    assert group()["thingGroupArn"] == made["GroupArn"]
    job = iot.describe_job_template(jobTemplateId=f"{stack}-job")
    assert job["jobExecutionsRetryConfig"]["criteriaList"][0]["numberOfRetries"] == 2
    assert job["jobTemplateArn"] == made["Job"]
    before = kinds_of(stacks, stack)
    update(stacks, stack, Parameters=parameters(Word="other"))
    assert group()["thingGroupProperties"]["attributePayload"]["attributes"] == {"Zone": "other"}
    assert group()["thingGroupProperties"]["thingGroupDescription"] == "other"
    tags = iot.list_tags_for_resource(resourceArn=made["GroupArn"])["tags"]
    assert {"Key": "word", "Value": "other"} in tags
    assert iot.describe_provisioning_template(templateName=made["Provisioning"])["description"] == "other"
    # A job template of the same name cannot take its own place: all that could be changed was, in place.
    after = kinds_of(stacks, stack)
    assert {name for name in after if after[name] != before[name]} <= {"Job"}
    delete(stacks, stack)
    assert made["Group"] not in [it["groupName"] for it in iot.list_thing_groups()["thingGroups"]]


def test_stores_and_who_may(server, stacks, stack):
    s3, sqs = aws_client.client(server, "s3"), aws_client.client(server, "sqs")
    ssm, scheduler = aws_client.client(server, "ssm"), aws_client.client(server, "scheduler")
    iam = aws_client.client(server, "iam")
    made = create(stacks, stack, STORES)
    assert s3.get_bucket_versioning(Bucket=made["Cellar"])["Status"] == "Enabled"
    days = lambda: s3.get_bucket_lifecycle_configuration(Bucket=made["Cellar"])["Rules"][0]["Expiration"]["Days"]
    assert days() == 3
    policy = lambda: json.loads(s3.get_bucket_policy(Bucket=made["Cellar"])["Policy"])["Statement"][0]["Resource"]
    assert policy().endswith("/first/*")
    attributes = sqs.get_queue_attributes(QueueUrl=made["Queue"], AttributeNames=["All"])["Attributes"]
    assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] in (3, "3") and "Policy" in attributes
    assert ssm.get_parameter(Name=made["Setting"])["Parameter"]["Value"] == "first"
    each = lambda: scheduler.get_schedule(Name=made["Each"], GroupName=made["Calendar"])
    assert each()["StartDate"].year == 2030
    assert [it["PolicyName"] for it in iam.list_attached_user_policies(UserName=made["Person"])["AttachedPolicies"]]
    before = kinds_of(stacks, stack)
    update(stacks, stack, Parameters=parameters(Word="other", Days="9"))
    assert before == kinds_of(stacks, stack)
    assert days() == 9 and policy().endswith("/other/*") and each()["Description"] == "other"
    assert ssm.get_parameter(Name=made["Setting"])["Parameter"]["Value"] == "other"
    assert sqs.list_queue_tags(QueueUrl=made["Queue"])["Tags"] == {"word": "other"}
    assert s3.get_bucket_tagging(Bucket=made["Cellar"])["TagSet"] == [{"Key": "word", "Value": "other"}]
    delete(stacks, stack)
    assert made["Cellar"] not in [it["Name"] for it in s3.list_buckets()["Buckets"]]
    assert made["Person"] not in [it["UserName"] for it in iam.list_users()["Users"]]


def test_a_table_gets_an_index_and_tags_and_stays(server, stacks, stack):
    dynamodb = aws_client.client(server, "dynamodb")
    table = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    text = lambda: json.dumps({"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": table}}})
    create(stacks, stack, text())
    [name] = kinds_of(stacks, stack).values()
    dynamodb.put_item(TableName=name, Item={"id": {"S": "a"}, "zone": {"S": "z"}})
    table["AttributeDefinitions"].append({"AttributeName": "zone", "AttributeType": "S"})
    index = lambda it: {
        "IndexName": it, "KeySchema": [{"AttributeName": "zone", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}
    }
    table["GlobalSecondaryIndexes"] = [index("one"), index("two")]
    table["Tags"] = [{"Key": "a", "Value": "b"}]
    update(stacks, stack, TemplateBody=text(), Tags=[{"Key": "of", "Value": "the stack"}])
    assert list(kinds_of(stacks, stack).values()) == [name]
    found = dynamodb.query(
        TableName=name, IndexName="two", KeyConditionExpression="#z = :z",
        ExpressionAttributeNames={"#z": "zone"}, ExpressionAttributeValues={":z": {"S": "z"}},
    )
    assert found["Count"] == 1
    arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    tags = {it["Key"]: it["Value"] for it in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}
    assert tags == {"a": "b", "of": "the stack"}
    table["GlobalSecondaryIndexes"] = [index("two")]
    update(stacks, stack, TemplateBody=text())
    indexes = dynamodb.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"]
    assert [it["IndexName"] for it in indexes] == ["two"]
    delete(stacks, stack)


def test_what_is_there_already_is_not_taken(server, stacks, stack):
    sqs, s3 = aws_client.client(server, "sqs"), aws_client.client(server, "s3")
    events = aws_client.client(server, "events")
    url = sqs.create_queue(QueueName=stack)["QueueUrl"]
    s3.create_bucket(Bucket=stack)
    events.put_rule(Name=stack, ScheduleExpression="rate(1 day)")
    for number, (kind, properties) in enumerate([
        ("AWS::SQS::Queue", {"QueueName": stack}),
        ("AWS::S3::Bucket", {"BucketName": stack}),
        ("AWS::Events::Rule", {"Name": stack, "ScheduleExpression": "rate(2 days)"}),
    ]):
        one = f"{stack}-{number}"
        template = json.dumps({"Resources": {"It": {"Type": kind, "Properties": properties}}})
        stacks.create_stack(StackName=one, TemplateBody=template, OnFailure="DELETE")
        id = stacks.list_stacks()["StackSummaries"]
        id = next(it["StackId"] for it in id if it["StackName"] == one)
        stacks.get_waiter("stack_delete_complete").wait(StackName=id, WaiterConfig=WAIT)
        assert any("already exists" in reason for reason in why(stacks, id)), why(stacks, id)
    assert sqs.get_queue_url(QueueName=stack)["QueueUrl"] == url
    assert s3.head_bucket(Bucket=stack)
    assert events.describe_rule(Name=stack)["ScheduleExpression"] == "rate(1 day)"


def test_templates_come_from_a_bucket_and_nest(server, stacks, stack):
    s3, iot = aws_client.client(server, "s3"), aws_client.client(server, "iot")
    s3.create_bucket(Bucket=stack)
    inner = """
Parameters: {Name: {Type: String}}
Resources: {Lamp: {Type: 'AWS::IoT::Thing', Properties: {ThingName: !Ref Name}}}
Outputs: {Lamp: {Value: !GetAtt Lamp.Arn}}
"""
    outer = """
Parameters: {Bucket: {Type: String}, Name: {Type: String}}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: !Sub 'https://s3.amazonaws.com/${Bucket}/inner.yaml'
      Parameters: {Name: !Ref Name}
Outputs: {Lamp: {Value: !GetAtt Inner.Outputs.Lamp}, Inner: {Value: !Ref Inner}}
"""
    s3.put_object(Bucket=stack, Key="inner.yaml", Body=inner.encode())
    s3.put_object(Bucket=stack, Key="outer.yaml", Body=outer.encode())
    endpoint = server.environment()["AWS_ENDPOINT_URL"]
    for url in (f"s3://{stack}/outer.yaml", f"{endpoint}/{stack}/outer.yaml", f"https://{stack}.s3.amazonaws.com/outer.yaml"):
        assert {it["ParameterKey"] for it in stacks.validate_template(TemplateURL=url)["Parameters"]} == {"Bucket", "Name"}
    with refused("ValidationError", 400, "S3 error: The specified key does not exist."):
        stacks.validate_template(TemplateURL=f"s3://{stack}/nothing")
    with refused("ValidationError", 400, "TemplateURL must be a supported URL."):
        stacks.validate_template(TemplateURL="https://example.com/a/b")
    given = parameters(Bucket=stack, Name=f"{stack}-one")
    made = create(stacks, stack, "", TemplateURL=url, Parameters=given)
    assert made["Lamp"].endswith(f"thing/{stack}-one")
    child = stacks.describe_stacks(StackName=made["Inner"])["Stacks"][0]
    assert child["ParentId"] == child["RootId"] and child["StackStatus"] == "CREATE_COMPLETE"
    changed = update(stacks, stack, Parameters=parameters(Bucket=stack, Name=f"{stack}-two"))
    assert changed["Lamp"].endswith("-two") and changed["Inner"] == made["Inner"]
    delete(stacks, stack)
    assert stacks.describe_stacks(StackName=made["Inner"])["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    things = [it["thingName"] for it in iot.list_things()["things"]]
    assert not [it for it in things if it.startswith(stack)]


MAKER = """
import json, urllib.request

def handler(event, context):
    properties = event["ResourceProperties"]
    answer = {
        "Status": "FAILED" if properties.get("Fails") == event["RequestType"] else "SUCCESS",
        "Reason": "as it was asked to",
        "PhysicalResourceId": properties["Name"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Seen": event["RequestType"] + " " + event["ResourceType"] + " " + repr(properties.get("Number"))},
    }
    print("ASKED", event["RequestType"], event.get("PhysicalResourceId"))
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers={"content-type": ""})
    urllib.request.urlopen(request)
"""


def custom(name, **more):
    role = {
        "AssumeRolePolicyDocument": {"Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
    }
    return json.dumps({
        "Resources": {
            # The role is asked when a line is written, which may be after the function has gone.
            "Role": {"Type": "AWS::IAM::Role", "DeletionPolicy": "Retain", "Properties": role},
            "Maker": {"Type": "AWS::Lambda::Function", "Properties": {
                "Runtime": "python3.12", "Handler": "index.handler", "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Timeout": 20, "Code": {"ZipFile": MAKER}}},
            "Thing": {"Type": "Custom::Thing", "Properties": {
                "ServiceToken": {"Fn::GetAtt": ["Maker", "Arn"]}, "Name": name, "Number": 7, **more}},
        },
        "Outputs": {"Seen": {"Value": {"Fn::GetAtt": ["Thing", "Seen"]}}, "Name": {"Value": {"Ref": "Thing"}}},
    })


def test_a_function_makes_a_resource(server, stacks, stack):
    made = create(stacks, stack, custom("one"))
    assert made == {"Seen": "Create Custom::Thing '7'", "Name": "one"}
    changed = update(stacks, stack, TemplateBody=custom("two"))
    assert changed == {"Seen": "Update Custom::Thing '7'", "Name": "two"}
    group = f"/aws/lambda/{kinds_of(stacks, stack)['Maker']}"
    logs = aws_client.client(server, "logs")
    said = lambda: [it["message"].strip() for it in logs.filter_log_events(logGroupName=group, filterPattern="ASKED")["events"]]
    # The first went when another came.
    assert said() == ["ASKED Create None", "ASKED Update one", "ASKED Delete one"]
    stacks.update_stack(StackName=stack, TemplateBody=custom("two", Fails="Update"), Capabilities=CAPABILITIES)
    stacks.get_waiter("stack_rollback_complete").wait(StackName=stack, WaiterConfig=WAIT)
    assert any("as it was asked to" in reason for reason in why(stacks, stack)), why(stacks, stack)
    delete(stacks, stack)
    until = time.monotonic() + 10
    while said()[-1] != "ASKED Delete two":
        assert time.monotonic() < until, said()
        time.sleep(0.1)


def test_a_resource_that_no_answer_comes_for_is_given_up(server, stacks, stack):
    silent = json.loads(custom("one", ServiceTimeout="1"))
    silent["Resources"]["Maker"]["Properties"]["Code"]["ZipFile"] = "def handler(event, context): pass"
    stacks.create_stack(StackName=stack, TemplateBody=json.dumps(silent), Capabilities=CAPABILITIES, OnFailure="DO_NOTHING")
    with pytest.raises(Exception):
        stacks.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=WAIT)
    assert any("did not receive a response" in reason for reason in why(stacks, stack)), why(stacks, stack)
    # Nobody waits for this one.
    link = server.environment()["AWS_ENDPOINT_URL"] + "/_thingstead/stacks/nope"
    import urllib.error, urllib.request
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(link, data=b"{}", method="PUT"))


def test_work_that_waits_can_be_interrupted(server, stacks, stack):
    silent = json.loads(custom("one"))
    silent["Resources"]["Maker"]["Properties"]["Code"]["ZipFile"] = "def handler(event, context): pass"
    text = json.dumps({**silent, "Outputs": {}})
    stacks.create_stack(StackName=stack, TemplateBody=text, Capabilities=CAPABILITIES)
    id = stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    while ("Thing", "CREATE_IN_PROGRESS") not in statuses(stacks, stack):
        time.sleep(0.05)
    stacks.delete_stack(StackName=stack)
    stacks.get_waiter("stack_delete_complete").wait(StackName=id, WaiterConfig=WAIT)

    create(stacks, stack, json.dumps({"Resources": {"Lamp": {"Type": "AWS::IoT::Thing"}}}))
    with refused("ValidationError", 400, "CancelUpdateStack cannot be called"):
        stacks.cancel_update_stack(StackName=stack)
    stacks.update_stack(StackName=stack, TemplateBody=text, Capabilities=CAPABILITIES)
    while ("Thing", "CREATE_IN_PROGRESS") not in statuses(stacks, stack):
        time.sleep(0.05)
    stacks.cancel_update_stack(StackName=stack)
    stacks.get_waiter("stack_rollback_complete").wait(StackName=stack, WaiterConfig=WAIT)
    assert list(kinds_of(stacks, stack)) == ["Lamp"]
    with refused("ValidationError", 400, "is in UPDATE_ROLLBACK_COMPLETE state and can not be rolled back"):
        stacks.continue_update_rollback(StackName=stack)


def test_a_failed_update_that_stays_is_rolled_back_when_asked(stacks, stack):
    lamp = {"Lamp": {"Type": "AWS::IoT::Thing"}}
    create(stacks, stack, json.dumps({"Resources": lamp}))
    wrong = {"Type": "AWS::IoT::TopicRule", "Properties": {"TopicRulePayload": {"Sql": "NO SQL", "Actions": []}}}
    more = json.dumps({"Resources": {**lamp, "Other": {"Type": "AWS::IoT::Thing"}, "Wrong": wrong}})
    stacks.update_stack(StackName=stack, TemplateBody=more, DisableRollback=True)
    while stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] != "UPDATE_FAILED":
        time.sleep(0.05)
    stacks.rollback_stack(StackName=stack)
    stacks.get_waiter("stack_rollback_complete").wait(StackName=stack, WaiterConfig=WAIT)
    assert list(kinds_of(stacks, stack)) == ["Lamp"]


SAM = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String, Default: live}}
Globals: {Function: {Runtime: python3.12, Timeout: 20, Environment: {Variables: {LEVEL: '5'}}}}
Resources:
  Items: {Type: 'AWS::Serverless::SimpleTable'}
  Queue: {Type: 'AWS::SQS::Queue', Properties: {VisibilityTimeout: 60}}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      AutoPublishAlias: !Ref Stage
      InlineCode: |
        import json, os
        def handler(event, context):
            print("HEARD", json.dumps(event))
            return {"level": os.environ["LEVEL"], "table": os.environ["TABLE"]}
      Environment: {Variables: {TABLE: !Ref Items}}
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Items}}]
      Events:
        Letters: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 1}}
        Each: {Type: Schedule, Properties: {Schedule: rate(1 day), Input: '{}'}}
        Later: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}
        Told: {Type: EventBridgeRule, Properties: {Pattern: {source: [lamps]}}}
        Topic: {Type: IoTRule, Properties: {Sql: "SELECT * FROM 'sam/lamps'"}}
Outputs:
  Work: {Value: !Ref Work}
  Alias: {Value: !Ref Work.Alias}
  Queue: {Value: !Ref Queue}
"""


def test_a_serverless_application_works(server, stacks, stack):
    with refused("InsufficientCapabilitiesException", 400, "CAPABILITY_AUTO_EXPAND"):
        stacks.create_stack(StackName=stack, TemplateBody=SAM, Capabilities=["CAPABILITY_IAM"])
    made = create(stacks, stack, SAM)
    expected = {
        "Items", "Queue", "Work", "WorkAliaslive", "WorkEach", "WorkEachPermission", "WorkLater", "WorkLaterRole",
        "WorkLetters", "WorkRole", "WorkTold", "WorkToldPermission", "WorkTopic", "WorkTopicPermission",
    }
    names = set(kinds_of(stacks, stack))
    assert {it for it in names if not it.startswith("WorkVersion")} == expected
    functions = aws_client.client(server, "lambda")
    answer = functions.invoke(FunctionName=made["Alias"])
    said = json.load(answer["Payload"])
    assert said["level"] == "5" and said["table"] == kinds_of(stacks, stack)["Items"]
    aws_client.client(server, "sqs").send_message(QueueUrl=made["Queue"], MessageBody="hello")
    aws_client.client(server, "iot-data").publish(topic="sam/lamps", payload=b'{"lamp": 7}')
    logs = aws_client.client(server, "logs")
    heard = lambda: "".join(
        it["message"] for it in logs.filter_log_events(logGroupName=f"/aws/lambda/{made['Work']}", filterPattern="HEARD")["events"])
    until = time.monotonic() + 15
    while not ("hello" in heard() and '"lamp": 7' in heard()):
        assert time.monotonic() < until, heard()
        time.sleep(0.1)
    template = stacks.get_template(StackName=stack)
    assert "Serverless" in str(template["TemplateBody"])
    processed = stacks.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    assert "Serverless" not in json.dumps(processed)
    # Only what is said otherwise is another: a version of new code, and the alias that points to it.
    changed = SAM.replace('"HEARD"', '"HEARD", 2')
    update(stacks, stack, TemplateBody=changed)
    alias = functions.get_alias(FunctionName=made["Work"], Name="live")
    assert alias["FunctionVersion"] == "2"
    delete(stacks, stack)


def test_layers_and_what_becomes_of_events(server, stacks, stack):
    s3 = aws_client.client(server, "s3")
    s3.create_bucket(Bucket=stack)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr("python/words.py", "WORD = 'from the layer'")
    s3.put_object(Bucket=stack, Key="layer.zip", Body=buffer.getvalue())
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Words: {Type: 'AWS::Serverless::LayerVersion', Properties: {ContentUri: 's3://BUCKET/layer.zip', RetentionPolicy: Delete}}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Layers: [!Ref Words]
      InlineCode: "import words\\ndef handler(event, context): return words.WORD"
      ReservedConcurrentExecutions: 2
      EventInvokeConfig: {MaximumRetryAttempts: 1, DestinationConfig: {OnSuccess: {Type: SQS}}}
Outputs: {Work: {Value: !Ref Work}}
""".replace("BUCKET", stack)
    made = create(stacks, stack, template)
    functions = aws_client.client(server, "lambda")
    assert json.load(functions.invoke(FunctionName=made["Work"])["Payload"]) == "from the layer"
    assert functions.get_function_event_invoke_config(FunctionName=made["Work"])["MaximumRetryAttempts"] == 1
    assert functions.get_function_concurrency(FunctionName=made["Work"])["ReservedConcurrentExecutions"] == 2
    delete(stacks, stack)
    assert not functions.list_layers()["Layers"]


SECRETS = """
Parameters: {Word: {Type: String, Default: first}}
Resources:
  Given: {Type: 'AWS::SecretsManager::Secret', Properties: {Name: !Sub '${AWS::StackName}/given', SecretString: !Ref Word, Description: !Ref Word}}
  Made:
    Type: AWS::SecretsManager::Secret
    Properties:
      Tags: [{Key: word, Value: !Ref Word}]
      GenerateSecretString:
        {SecretStringTemplate: '{"user": "admin"}', GenerateStringKey: password, PasswordLength: '20', ExcludePunctuation: true}
  Kept: {Type: 'AWS::SecretsManager::Secret', DeletionPolicy: Retain}
  Policy:
    Type: AWS::SecretsManager::ResourcePolicy
    Properties:
      SecretId: !Ref Made
      BlockPublicPolicy: true
      ResourcePolicy:
        Version: 2012-10-17
        Statement: [{Effect: Deny, Principal: {AWS: '000000000000'}, Action: 'secretsmanager:DeleteSecret', Resource: '*', Condition: {StringEquals: {'aws:PrincipalTag/word': !Ref Word}}}]
Outputs:
  Given: {Value: !Ref Given}
  Made: {Value: !GetAtt Made.Id}
  Kept: {Value: !Ref Kept}
"""


def test_secrets_of_stacks(server, stacks, stack):
    secrets = aws_client.client(server, "secretsmanager")
    value = lambda id, **more: secrets.get_secret_value(SecretId=id, **more)["SecretString"]
    made = create(stacks, stack, SECRETS)
    assert made["Given"].startswith(f"arn:aws:secretsmanager:us-east-1:000000000000:secret:{stack}/given-")
    assert value(f"{stack}/given") == "first"
    generated = json.loads(value(made["Made"]))
    assert generated["user"] == "admin" and len(generated["password"]) == 20
    assert generated["password"].isalnum()
    tags = secrets.describe_secret(SecretId=made["Made"])["Tags"]
    assert {"Key": "word", "Value": "first"} in tags
    policy = lambda: secrets.get_resource_policy(SecretId=made["Made"])["ResourcePolicy"]
    assert '"first"' in policy()
    before = kinds_of(stacks, stack)
    update(stacks, stack, Parameters=parameters(Word="other"))
    assert before == kinds_of(stacks, stack)
    assert value(made["Given"]) == "other"
    assert value(made["Given"], VersionStage="AWSPREVIOUS") == "first"
    assert json.loads(value(made["Made"])) == generated, "what is not said anew stays"
    assert '"other"' in policy()
    delete(stacks, stack)
    for gone in ("Given", "Made"):
        with refused("ResourceNotFoundException", 400):
            secrets.describe_secret(SecretId=made[gone])
    assert secrets.describe_secret(SecretId=made["Kept"])["ARN"] == made["Kept"]
    for unfit, why_not in [
        ({"SecretString": "a", "GenerateSecretString": {}}, "both SecretString and GenerateSecretString"),
        ({"GenerateSecretString": {"GenerateStringKey": "a"}}, "go together"),
        ({"GenerateSecretString": {"Length": 3}}, "GenerateSecretString/Length"),
    ]:
        template = {"Resources": {"S": {"Type": "AWS::SecretsManager::Secret", "Properties": unfit}}}
        id = stacks.create_stack(StackName=f"{stack}-unfit", TemplateBody=json.dumps(template), OnFailure="DELETE")["StackId"]
        wait(stacks, id, "delete")
        assert any(why_not in told for told in why(stacks, id)), why(stacks, id)
