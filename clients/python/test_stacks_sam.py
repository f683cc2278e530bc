"""SAM templates, translated as SAM's own translator does it: the same resources by the same names."""

import json
import os
import subprocess
from pathlib import Path

import aws_client

TOOLS = Path("target/clients/stacks").absolute()

# Everything that is served of a function, a layer and a table.
TEMPLATE = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Stage": {"Type": "String", "Default": "live"}},
            "Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}},
    "Globals": {"Function": {"Runtime": "python3.12", "Handler": "a.b", "Timeout": 9, "Tags": {"a": "b"}, "Environment": {"Variables": {"A": "1"}}, "Layers": [{"Ref": "Libs"}]}},
    "Resources": {
        "Libs": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "s3://bucket/layer.zip", "CompatibleRuntimes": ["python3.12"]}},
        "Table": {"Type": "AWS::Serverless::SimpleTable", "Properties": {"PrimaryKey": {"Name": "key", "Type": "Number"}, "Tags": {"x": "y"}}},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Cellar": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [{"Key": "a", "Value": "b"}]}},
        "Inbox": {"Type": "AWS::S3::Bucket", "DependsOn": "Queue"},
        "Work": {"Type": "AWS::Serverless::Function", "Condition": "Yes", "Metadata": {"m": 1}, "Properties": {
            "CodeUri": "s3://bucket/code.zip?versionId=5", "AutoPublishAlias": {"Ref": "Stage"}, "MemorySize": 256, "Description": "does it",
    "Environment": {"Variables": {"B": "2"}}, "Tracing": "Active",
    "DeadLetterQueue": {"Type": "SQS", "TargetArn": {"Fn::GetAtt": ["Queue", "Arn"]}},
    "EventInvokeConfig": {"MaximumRetryAttempts": 1, "DestinationConfig": {"OnSuccess": {"Type": "SQS"}, "OnFailure": {"Type": "Lambda", "Destination": {"Fn::GetAtt": ["Other", "Arn"]}}}},
    "Policies": ["AmazonSQSReadOnlyAccess", "AWSLambdaRole", {"Statement": [{"Effect": "Allow", "Action": "a:b", "Resource": "*"}]}, {"SQSPollerPolicy": {"QueueName": {"Fn::GetAtt": ["Queue", "QueueName"]}}}, {"DynamoDBStreamReadPolicy": {"TableName": {"Ref": "Table"}, "StreamName": "*"}}, {"SSMParameterReadPolicy": {"ParameterName": "p"}}],
    "Events": {
      "Q": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Queue", "Arn"]}, "BatchSize": 3, "ScalingConfig": {"MaximumConcurrency": 2}}},
      "D": {"Type": "DynamoDB", "Properties": {"Stream": {"Fn::GetAtt": ["Table", "StreamArn"]}, "StartingPosition": "LATEST", "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": ["Queue", "Arn"]}}}}},
      "S": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)", "Enabled": False, "DeadLetterConfig": {"Type": "SQS"}, "RetryPolicy": {"MaximumRetryAttempts": 3}}},
      "V": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(1 day)", "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}}},
      "E": {"Type": "EventBridgeRule", "Properties": {"Pattern": {"source": ["x"]}, "EventBusName": "default", "InputPath": "$.detail", "Target": {"Id": "mine"}}},
      "C": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Cellar"}, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}}}},
      "T": {"Type": "IoTRule", "Properties": {"Sql": "SELECT * FROM 'a'", "AwsIotSqlVersion": "2016-03-23"}},
    }}},
        "Other": {"Type": "AWS::Serverless::Function", "DependsOn": ["Queue"], "Properties": {"CodeUri": {"Bucket": "b", "Key": "k"}, "Role": "arn:aws:iam::000000000000:role/r", "ReservedConcurrentExecutions": 2, "VpcConfig": {"SubnetIds": []}, "Events": {"S": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}, "I": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Inbox"}, "Events": "s3:ObjectCreated:*"}}}}},
 },
    "Outputs": {"A": {"Value": {"Ref": "Work.Alias"}}, "V": {"Value": {"Fn::GetAtt": ["Work.Version", "Version"]}}},
}

POLICIES = {
    "DynamoDBCrudPolicy": "TableName",
    "DynamoDBReadPolicy": "TableName",
    "DynamoDBReconfigurePolicy": "TableName",
    "DynamoDBWritePolicy": "TableName",
    "EventBridgePutEventsPolicy": "EventBusName",
    "FilterLogEventsPolicy": "LogGroupName",
    "LambdaInvokePolicy": "FunctionName",
    "S3CrudPolicy": "BucketName",
    "S3FullAccessPolicy": "BucketName",
    "S3ReadPolicy": "BucketName",
    "S3WritePolicy": "BucketName",
    "SQSSendMessagePolicy": "QueueName",
    "SSMParameterWithSlashPrefixReadPolicy": "ParameterName",
}
TEMPLATE["Resources"]["All"] = {
    "Type": "AWS::Serverless::Function",
    "Properties": {"InlineCode": "x", "Policies": [{name: {given: "it"}} for name, given in POLICIES.items()]},
}


def plain(value, key=""):
    """What it means: one thing in a list is that thing, nothing said is nothing, and texts that AWS takes for the same."""
    if isinstance(value, dict):
        fields = {name: plain(it, name) for name, it in value.items()}
        # A policy without a version is read by the older rules, which differ in variables alone.
        fields = {name: it for name, it in fields.items() if it not in ({}, None) and name != "Version"}
        return fields
    if isinstance(value, list):
        items = [plain(it, key) for it in value]
        if key == "DependsOn":
            # SAM makes a set of them.
            return sorted(items)
        if key in ("Action", "Resource", "Service") and len(items) == 1:
            return items[0]
        return items
    # AWS has two policies for the same; the one that SAM names is the older.
    return value.replace("AWSXrayWriteOnlyAccess", "AWSXRayDaemonWriteAccess") if isinstance(value, str) else value


def differences(place, theirs, ours):
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in sorted({*theirs, *ours}):
            yield from differences(f"{place}/{name}", theirs.get(name), ours.get(name))
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for number, (one, other) in enumerate(zip(theirs, ours)):
            yield from differences(f"{place}/{number}", one, other)
    elif theirs != ours:
        yield f"{place}: SAM has {json.dumps(theirs)}, we have {json.dumps(ours)}"


def test_a_template_means_what_it_means_to_sam(server):
    translator = [TOOLS / "bin/python", "clients/python/sam_translator.py"]
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    given = json.dumps([TEMPLATE, {"Stage": "live"}])
    done = subprocess.run(translator, input=given, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)

    stacks = aws_client.client(server, "cloudformation")
    capabilities = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
    stacks.create_change_set(
        StackName="all", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=json.dumps(TEMPLATE), Capabilities=capabilities
    )
    ours = stacks.get_template(StackName="all", ChangeSetName="first", TemplateStage="Processed")["TemplateBody"]
    ours = json.loads(ours) if isinstance(ours, str) else ours
    for section in ("Resources", "Outputs"):
        found = list(differences(section, plain(theirs[section]), plain(ours[section])))
        assert not found, "\n".join(found)
