"""A stack of every kind of resource, whose server is killed while it is made and while it is taken away: what is
made is made once, and nothing is left behind."""

import io
import json
import subprocess
import time
import zipfile

import aws_client
import pytest

CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
PATIENCE_SECS = 60

TEMPLATE = """
Parameters: {Request: {Type: String}, Root: {Type: String}, Registered: {Type: String}, Code: {Type: String}}
Resources:
  Kind: {Type: 'AWS::IoT::ThingType', DeletionPolicy: Retain}
  Lamp: {Type: 'AWS::IoT::Thing'}
  Group: {Type: 'AWS::IoT::ThingGroup'}
  Billing: {Type: 'AWS::IoT::BillingGroup'}
  Certificate: {Type: 'AWS::IoT::Certificate', Properties: {Status: ACTIVE, CertificateSigningRequest: !Ref Request}}
  Known: {Type: 'AWS::IoT::Certificate', Properties: {Status: ACTIVE, CertificateMode: SNI_ONLY, CertificatePem: !Ref Registered}}
  Authority: {Type: 'AWS::IoT::CACertificate', Properties: {Status: INACTIVE, CertificateMode: SNI_ONLY, CACertificatePem: !Ref Root}}
  May: {Type: 'AWS::IoT::Policy', Properties: {PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 'iot:*', Resource: '*'}]}}}
  Attached: {Type: 'AWS::IoT::PolicyPrincipalAttachment', Properties: {PolicyName: !Ref May, Principal: !GetAtt Certificate.Arn}}
  Its: {Type: 'AWS::IoT::ThingPrincipalAttachment', Properties: {ThingName: !Ref Lamp, Principal: !GetAtt Certificate.Arn}}
  IotRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: [iot.amazonaws.com, credentials.iot.amazonaws.com, lambda.amazonaws.com, scheduler.amazonaws.com]}, Action: 'sts:AssumeRole'}]
      Policies: [{PolicyName: all, PolicyDocument: {Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}}]
  Alias: {Type: 'AWS::IoT::RoleAlias', Properties: {RoleArn: !GetAtt IotRole.Arn}}
  Provisioning:
    Type: AWS::IoT::ProvisioningTemplate
    Properties:
      ProvisioningRoleArn: !GetAtt IotRole.Arn
      TemplateBody: >-
        {"Parameters": {"Serial": {"Type": "String"}, "AWS::IoT::Certificate::Id": {"Type": "String"}},
        "Resources": {"thing": {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": {"Ref": "Serial"}}},
        "certificate": {"Type": "AWS::IoT::Certificate", "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}}}}}
  Job: {Type: 'AWS::IoT::JobTemplate', Properties: {JobTemplateId: killed, Description: does it, Document: '{}'}}
  Rule:
    Type: AWS::IoT::TopicRule
    Properties: {TopicRulePayload: {Sql: "SELECT * FROM 'a'", Actions: [{DynamoDBv2: {RoleArn: !GetAtt IotRole.Arn, PutItem: {TableName: !Ref Table}}}]}}
  Destination: {Type: 'AWS::IoT::TopicRuleDestination', Properties: {HttpUrlProperties: {ConfirmationUrl: 'https://127.0.0.1:9/confirm'}}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  Database: {Type: 'AWS::Timestream::Database'}
  Series: {Type: 'AWS::Timestream::Table', Properties: {DatabaseName: !Ref Database}}
  Cellar:
    Type: AWS::S3::Bucket
    DependsOn: [Leave, Door]
    Properties:
      VersioningConfiguration: {Status: Enabled}
      NotificationConfiguration:
        QueueConfigurations: [{Event: 's3:ObjectCreated:*', Queue: !GetAtt Queue.Arn}]
        LambdaConfigurations: [{Event: 's3:ObjectRemoved:*', Function: !GetAtt Work.Arn}]
  CellarPolicy:
    Type: AWS::S3::BucketPolicy
    Properties: {Bucket: !Ref Cellar, PolicyDocument: {Statement: [{Effect: Deny, Principal: '*', Action: 's3:GetObjectAcl', Resource: !Sub '${Cellar.Arn}/*'}]}}
  Queue: {Type: 'AWS::SQS::Queue'}
  Second: {Type: 'AWS::SQS::Queue', Properties: {FifoQueue: true}}
  Leave:
    Type: AWS::SQS::QueuePolicy
    Properties: {Queues: [!Ref Queue], PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: [s3.amazonaws.com, events.amazonaws.com]}, Action: 'sqs:SendMessage', Resource: !GetAtt Queue.Arn}]}}
  Inline:
    Type: AWS::SQS::QueueInlinePolicy
    Properties: {Queue: !Ref Second, PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: 'sqs:SendMessage', Resource: !GetAtt Second.Arn}]}}
  Setting: {Type: 'AWS::SSM::Parameter', Properties: {Type: String, Value: first}}
  Logs: {Type: 'AWS::Logs::LogGroup'}
  Stream: {Type: 'AWS::Logs::LogStream', Properties: {LogGroupName: !Ref Logs}}
  Bus: {Type: 'AWS::Events::EventBus', Properties: {Name: killed}}
  Told: {Type: 'AWS::Events::Rule', Properties: {EventPattern: {source: [a]}, Targets: [{Id: q, Arn: !GetAtt Queue.Arn}]}}
  Heard: {Type: 'AWS::Events::Rule', Properties: {EventBusName: !Ref Bus, EventPattern: {source: [a]}}}
  Calendar: {Type: 'AWS::Scheduler::ScheduleGroup'}
  Each:
    Type: AWS::Scheduler::Schedule
    Properties:
      GroupName: !Ref Calendar
      ScheduleExpression: rate(1 day)
      StartDate: '2099-01-01T00:00:00Z'
      FlexibleTimeWindow: {Mode: 'OFF'}
      Target: {Arn: !GetAtt Queue.Arn, RoleArn: !GetAtt IotRole.Arn, Input: '{}'}
  Crew: {Type: 'AWS::IAM::Group'}
  Person: {Type: 'AWS::IAM::User'}
  Joined: {Type: 'AWS::IAM::UserToGroupAddition', Properties: {GroupName: !Ref Crew, Users: [!Ref Person]}}
  Profile: {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref IotRole]}}
  Shared: {Type: 'AWS::IAM::ManagedPolicy', Properties: {Users: [!Ref Person], PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 'sqs:*', Resource: '*'}]}}}
  Own: {Type: 'AWS::IAM::Policy', Properties: {PolicyName: own, Roles: [!Ref IotRole], PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 'iot:Publish', Resource: '*'}]}}}
  Layer: {Type: 'AWS::Lambda::LayerVersion', Properties: {Content: {S3Bucket: !Ref Code, S3Key: layer.zip}}}
  Work:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: !GetAtt IotRole.Arn
      Layers: [!Ref Layer]
      Code: {ZipFile: "def handler(event, context): return 1"}
  One: {Type: 'AWS::Lambda::Version', Properties: {FunctionName: !Ref Work}}
  Live: {Type: 'AWS::Lambda::Alias', Properties: {FunctionName: !Ref Work, FunctionVersion: !GetAtt One.Version, Name: live}}
  Retries: {Type: 'AWS::Lambda::EventInvokeConfig', Properties: {FunctionName: !Ref Work, Qualifier: $LATEST, MaximumRetryAttempts: 1}}
  Fed: {Type: 'AWS::Lambda::EventSourceMapping', Properties: {FunctionName: !Ref Work, EventSourceArn: !GetAtt Table.StreamArn, StartingPosition: LATEST}}
  Door: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Work, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com}}
  Handle: {Type: 'AWS::CloudFormation::WaitConditionHandle'}
  Inner: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: !Sub 's3://${Code}/inner.json'}}
  Maker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: !GetAtt IotRole.Arn
      Timeout: 20
      Code:
        ZipFile: |
          import json, urllib.request
          def handler(event, context):
              about = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
              body = json.dumps({**about, "Status": "SUCCESS", "PhysicalResourceId": "made"}).encode()
              request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers={"content-type": ""})
              urllib.request.urlopen(request)
  Custom: {Type: 'AWS::CloudFormation::CustomResource', Properties: {ServiceToken: !GetAtt Maker.Arn}}
"""


def zipped(name, text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, text)
    return buffer.getvalue()


def pem(folder, *words):
    """What openssl makes, with a key of its own."""
    out = folder / "made.pem"
    command = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", folder / "made.key", "-subj", "/CN=killed", *words, "-out", out]
    subprocess.run(command, check=True, capture_output=True)
    return out.read_text()


@pytest.fixture
def given(own_server, tmp_path):
    """The parameters: what the stack names, and does not make."""
    s3 = aws_client.client(own_server, "s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="layer.zip", Body=zipped("python/words.py", "WORD = 1"))
    inner = {"Resources": {"Nested": {"Type": "AWS::IoT::Thing"}}}
    s3.put_object(Bucket="code", Key="inner.json", Body=json.dumps(inner))
    authority = ["-x509", "-days", "9", "-addext", "basicConstraints=critical,CA:TRUE"]
    given = {
        "Request": pem(tmp_path),
        "Registered": pem(tmp_path, "-x509", "-days", "9"),
        "Root": pem(tmp_path, *authority),
        "Code": "code",
    }
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]


def listed(server):
    """How much there is of each kind, as its own service lists it. A function's log outlives it, as on AWS."""
    ask = lambda service: aws_client.client(server, service)
    iot, iam, functions, events = ask("iot"), ask("iam"), ask("lambda"), ask("events")
    names = lambda answer, field, name: sorted(it[name] for it in answer[field])
    groups = [it["logGroupName"] for it in ask("logs").describe_log_groups()["logGroups"]]
    found = {
        "AWS::IoT::ThingType": names(iot.list_thing_types(), "thingTypes", "thingTypeName"),
        "AWS::IoT::Thing": names(iot.list_things(), "things", "thingName"),
        "AWS::IoT::ThingGroup": names(iot.list_thing_groups(), "thingGroups", "groupName"),
        "AWS::IoT::BillingGroup": names(iot.list_billing_groups(), "billingGroups", "groupName"),
        "AWS::IoT::Certificate": names(iot.list_certificates(), "certificates", "certificateId"),
        "AWS::IoT::CACertificate": names(iot.list_ca_certificates(), "certificates", "certificateId"),
        "AWS::IoT::Policy": names(iot.list_policies(), "policies", "policyName"),
        "AWS::IoT::RoleAlias": iot.list_role_aliases()["roleAliases"],
        "AWS::IoT::ProvisioningTemplate": names(iot.list_provisioning_templates(), "templates", "templateName"),
        "AWS::IoT::JobTemplate": names(iot.list_job_templates(), "jobTemplates", "jobTemplateId"),
        "AWS::IoT::TopicRule": names(iot.list_topic_rules(), "rules", "ruleName"),
        "AWS::IoT::TopicRuleDestination": names(iot.list_topic_rule_destinations(), "destinationSummaries", "arn"),
        "AWS::DynamoDB::Table": ask("dynamodb").list_tables()["TableNames"],
        "AWS::Timestream::Database": names(ask("timestream-write").list_databases(), "Databases", "DatabaseName"),
        "AWS::Timestream::Table": names(ask("timestream-write").list_tables(), "Tables", "TableName"),
        "AWS::S3::Bucket": names(ask("s3").list_buckets(), "Buckets", "Name"),
        "AWS::SQS::Queue": ask("sqs").list_queues().get("QueueUrls", []),
        "AWS::SSM::Parameter": names(ask("ssm").describe_parameters(), "Parameters", "Name"),
        "AWS::Logs::LogGroup": [it for it in groups if not it.startswith("/aws/lambda/")],
        "AWS::Events::EventBus": names(events.list_event_buses(), "EventBuses", "Name"),
        "AWS::Events::Rule": [
            name
            for bus in events.list_event_buses()["EventBuses"]
            for name in names(events.list_rules(EventBusName=bus["Name"]), "Rules", "Name")
        ],
        "AWS::Scheduler::ScheduleGroup": names(ask("scheduler").list_schedule_groups(), "ScheduleGroups", "Name"),
        "AWS::Scheduler::Schedule": names(ask("scheduler").list_schedules(), "Schedules", "Name"),
        "AWS::IAM::Group": names(iam.list_groups(), "Groups", "GroupName"),
        "AWS::IAM::User": names(iam.list_users(), "Users", "UserName"),
        "AWS::IAM::Role": names(iam.list_roles(), "Roles", "RoleName"),
        "AWS::IAM::InstanceProfile": names(iam.list_instance_profiles(), "InstanceProfiles", "InstanceProfileName"),
        "AWS::IAM::ManagedPolicy": names(iam.list_policies(Scope="Local"), "Policies", "PolicyName"),
        "AWS::Lambda::Function": names(functions.list_functions(), "Functions", "FunctionName"),
        "AWS::Lambda::LayerVersion": [
            (layer, version["Version"])
            for layer in names(functions.list_layers(), "Layers", "LayerName")
            for version in functions.list_layer_versions(LayerName=layer)["LayerVersions"]
        ],
        "AWS::Lambda::EventSourceMapping": names(functions.list_event_source_mappings(), "EventSourceMappings", "UUID"),
    }
    for kind, ask in {
        "AWS::Lambda::Version": lambda name: functions.list_versions_by_function(FunctionName=name)["Versions"][1:],
        "AWS::Lambda::Alias": lambda name: functions.list_aliases(FunctionName=name)["Aliases"],
    }.items():
        found[kind] = [(name, it["FunctionArn" if "Version" in kind else "AliasArn"]) for name in found["AWS::Lambda::Function"] for it in ask(name)]
    return found


class Stack:
    """A stack that is asked for over and over, whichever life of the server answers."""

    def __init__(self, server, name):
        self.server, self.name, self.kills = server, name, 0

    @property
    def stacks(self):
        return aws_client.client(self.server, "cloudformation")

    def status(self):
        return self.stacks.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]

    def count(self, status):
        """How many resources have come so far, as the events show."""
        pages = self.stacks.get_paginator("describe_stack_events").paginate(StackName=self.name)
        events = [it for page in pages for it in page["StackEvents"]]
        return len({it["LogicalResourceId"] for it in events if it["ResourceStatus"] == status})

    def why(self):
        pages = self.stacks.get_paginator("describe_stack_events").paginate(StackName=self.name)
        events = [it for page in pages for it in page["StackEvents"]]
        return [(it["LogicalResourceId"], it["ResourceStatus"], it.get("ResourceStatusReason")) for it in events][:9]

    def until(self, done, *, status, points):
        """Waits, and kills the server whenever so many resources have this status."""
        points, end = list(points), time.monotonic() + PATIENCE_SECS
        while (now := self.status()) != done:
            assert "ROLLBACK" not in now and "FAILED" not in now, self.why()
            assert time.monotonic() < end, (now, self.why())
            if points and self.count(status) >= points[0]:
                self.server.restart()
                self.kills += 1
                reached = self.count(status)
                points = [point for point in points if point > reached]


@pytest.mark.parametrize("first", [0, 1, 2])
def test_what_is_made_is_made_once_and_leaves_nothing(own_server, given, first):
    before = listed(own_server)
    stacks = aws_client.client(own_server, "cloudformation")
    made = stacks.create_stack(StackName="killed", TemplateBody=TEMPLATE, Parameters=given, Capabilities=CAPABILITIES)
    stack = Stack(own_server, made["StackId"])
    # Each time another number of resources is done when the power goes, from none to nearly all.
    stack.until("CREATE_COMPLETE", status="CREATE_COMPLETE", points=range(first, 50, 3))
    assert stack.kills >= 3, stack.kills

    resources = [
        it
        for page in stack.stacks.get_paginator("list_stack_resources").paginate(StackName=stack.name)
        for it in page["StackResourceSummaries"]
    ]
    assert {it["ResourceStatus"] for it in resources} == {"CREATE_COMPLETE"}
    wanted = {}
    for it in resources:
        wanted[it["ResourceType"]] = wanted.get(it["ResourceType"], 0) + 1
    # That of the nested stack.
    wanted["AWS::IoT::Thing"] += 1
    found = listed(own_server)
    for kind, there in found.items():
        assert len(there) - len(before[kind]) == wanted[kind], (kind, there)
    nested = next(it["PhysicalResourceId"] for it in resources if it["LogicalResourceId"] == "Inner")
    names = [it["StackId"] for it in stack.stacks.list_stacks()["StackSummaries"]]
    assert sorted(names) == sorted([stack.name, nested])
    function = next(it["PhysicalResourceId"] for it in resources if it["LogicalResourceId"] == "Work")
    policy = aws_client.client(own_server, "lambda").get_policy(FunctionName=function)["Policy"]
    assert len(json.loads(policy)["Statement"]) == 1

    stack.stacks.delete_stack(StackName=stack.name)
    stack.until("DELETE_COMPLETE", status="DELETE_COMPLETE", points=range(first, 50, 6))
    # The type stays, as the template says, since a thing type can be deleted minutes after it was deprecated.
    after = listed(own_server)
    assert len(after.pop("AWS::IoT::ThingType")) == len(before.pop("AWS::IoT::ThingType")) + 1
    assert after == before
