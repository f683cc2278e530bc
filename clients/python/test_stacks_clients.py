"""Tools that make stacks: the AWS CLI's package and deploy, SAM, Chalice, CDK and osls, as they are."""

import json
import os
import subprocess
import sys
from pathlib import Path

import aws_client
import pytest

# Apart from the other clients, as they want older packages than those. `cargo xtask test clients` installs them.
TOOLS = Path("target/clients/stacks").absolute()
NODE = Path("clients/stacks").absolute()
# A tool that hangs is no tool that works.
PATIENCE = 120

HANDLER = """
def handler(event, context):
    return {"heard": event}
"""

TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}
  Work:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.12, Handler: index.handler, Role: !GetAtt Role.Arn, Code: ./code, Timeout: 20}
  Inner: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: ./inner.yaml}}
Outputs: {Work: {Value: !Ref Work}}
"""

SAM = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.RUNTIME, Timeout: 20}}
Resources:
  Items: {Type: 'AWS::Serverless::SimpleTable'}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./code
      Handler: index.handler
      AutoPublishAlias: live
      Policies: [{DynamoDBReadPolicy: {TableName: !Ref Items}}]
      Events: {Each: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}
Outputs: {Work: {Value: !Ref Work.Alias}}
"""


@pytest.fixture
def stack(name):
    return name.replace("_", "-")[-30:].strip("-").replace("--", "-")


@pytest.fixture
def bucket(server, stack):
    aws_client.client(server, "s3").create_bucket(Bucket=stack)
    return stack


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "index.py").write_text(HANDLER)
    (tmp_path / "inner.yaml").write_text("Resources: {Lamp: {Type: 'AWS::IoT::Thing'}}\n")
    return tmp_path


@pytest.fixture
def run(server, tmp_path):
    """Runs a tool as somebody does whose environment `thingstead env` set."""
    home = tmp_path / "home"
    home.mkdir()
    quiet = {
        "HOME": str(home), "SAM_CLI_TELEMETRY": "0", "CDK_DISABLE_VERSION_CHECK": "1", "CI": "1",
        "SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "SAM_CLI_POLL_DELAY": "0.5", "NODE_PATH": str(NODE / "node_modules"), "CDK_DISABLE_CLI_TELEMETRY": "1",
    }
    environment = {**server.environment(), **quiet}
    environment["PATH"] = f"{TOOLS}/bin:{environment.get('PATH', os.environ['PATH'])}"

    def run(*command, cwd, **more):
        done = subprocess.run(
            [str(it) for it in command], cwd=cwd, env={**environment, **more}, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    return run


def output(server, stack, key="Work"):
    found = aws_client.client(server, "cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {it["OutputKey"]: it["OutputValue"] for it in found.get("Outputs", [])}[key]


def kinds(server, stack):
    cloudformation = aws_client.client(server, "cloudformation")
    found = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return {it["LogicalResourceId"]: it["ResourceType"] for page in found for it in page["StackResourceSummaries"]}


def invoke(server, function, event):
    answer = aws_client.client(server, "lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.load(answer["Payload"])


def test_the_command_line_packages_and_deploys(server, stack, bucket, folder, run):
    aws = Path(sys.executable).absolute().parent / "aws"
    (folder / "template.yaml").write_text(TEMPLATE)
    run(aws, "cloudformation", "package", "--template-file", "template.yaml", "--s3-bucket", bucket,
        "--output-template-file", "packaged.yaml", cwd=folder)
    deploy = [aws, "cloudformation", "deploy", "--template-file", "packaged.yaml", "--stack-name", stack,
              "--s3-bucket", bucket, "--capabilities", "CAPABILITY_IAM"]
    assert "Successfully created/updated stack" in run(*deploy, cwd=folder)
    assert invoke(server, output(server, stack), {"a": 1}) == {"heard": {"a": 1}}
    assert kinds(server, stack)["Inner"] == "AWS::CloudFormation::Stack"


def test_sam_builds_deploys_and_deletes(server, stack, bucket, folder, run):
    version = f"{sys.version_info.minor}"
    (folder / "template.yaml").write_text(SAM.replace("RUNTIME", version))
    sam = TOOLS / "bin" / "sam"
    assert "is a valid SAM Template" in run(sam, "validate", "--lint", "--region", "us-east-1", cwd=folder)
    run(sam, "build", cwd=folder)
    deploy = [sam, "deploy", "--stack-name", stack, "--s3-bucket", bucket, "--capabilities", "CAPABILITY_IAM",
              "--no-confirm-changeset", "--no-progressbar"]
    assert "Successfully created/updated stack" in run(*deploy, cwd=folder)
    assert set(kinds(server, stack).values()) >= {"AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::DynamoDB::Table"}
    assert invoke(server, output(server, stack), 7) == {"heard": 7}
    assert "No changes to deploy" in run(*deploy, "--no-fail-on-empty-changeset", cwd=folder)
    run(sam, "delete", "--stack-name", stack, "--no-prompts", "--region", "us-east-1", "--s3-bucket", bucket, cwd=folder)
    stacks = aws_client.client(server, "cloudformation").list_stacks()["StackSummaries"]
    assert [it["StackStatus"] for it in stacks if it["StackName"] == stack] == ["DELETE_COMPLETE"]


CHALICE = """
from chalice import Chalice, Rate
app = Chalice(app_name="lamps")

@app.lambda_function(name="work")
def work(event, context):
    return {"heard": event}

@app.schedule(Rate(1, unit=Rate.DAYS))
def each(event):
    pass

@app.on_sqs_message(queue="lamps-queue", batch_size=1)
def letters(event):
    pass
"""


def test_chalice_packages_what_the_command_line_deploys(server, stack, bucket, tmp_path, run):
    app = tmp_path / "app"
    (app / ".chalice").mkdir(parents=True)
    (app / "app.py").write_text(CHALICE)
    (app / "requirements.txt").write_text("")
    config = {"version": "2.0", "app_name": "lamps", "stages": {"dev": {"lambda_timeout": 20}}}
    (app / ".chalice" / "config.json").write_text(json.dumps(config))
    aws_client.client(server, "sqs").create_queue(QueueName="lamps-queue")
    run(TOOLS / "bin" / "chalice", "package", "out", cwd=app)
    aws = Path(sys.executable).absolute().parent / "aws"
    run(aws, "cloudformation", "package", "--template-file", "out/sam.json", "--s3-bucket", bucket,
        "--output-template-file", "packaged.yaml", cwd=app)
    # The command line would look again after half a minute.
    run(aws, "cloudformation", "deploy", "--template-file", "packaged.yaml", "--stack-name", stack,
        "--capabilities", "CAPABILITY_IAM", "--no-execute-changeset", cwd=app)
    cloudformation = aws_client.client(server, "cloudformation")
    [one] = cloudformation.list_change_sets(StackName=stack)["Summaries"]
    cloudformation.execute_change_set(ChangeSetName=one["ChangeSetId"])
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.2})
    assert "AWS::Lambda::EventSourceMapping" in kinds(server, stack).values()


CDK = """
const cdk = require("aws-cdk-lib");
const { aws_lambda: lambda, aws_dynamodb: dynamodb, aws_events: events, aws_events_targets: targets, aws_iot: iot } = cdk;
const app = new cdk.App();
const stack = new cdk.Stack(app, "STACK", {
  env: { account: "000000000000", region: "us-east-1" },
  synthesizer: new cdk.LegacyStackSynthesizer(),
});
const work = new lambda.Function(stack, "Work", {
  runtime: lambda.Runtime.PYTHON_3_12, handler: "index.handler", timeout: cdk.Duration.seconds(20),
  code: lambda.Code.fromInline("def handler(event, context): return {'heard': event}"),
});
const table = new dynamodb.Table(stack, "Table", {
  partitionKey: { name: "id", type: dynamodb.AttributeType.STRING }, billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  removalPolicy: cdk.RemovalPolicy.DESTROY,
});
table.grantReadData(work);
new events.Rule(stack, "Each", { schedule: events.Schedule.rate(cdk.Duration.days(1)), targets: [new targets.LambdaFunction(work)] });
new iot.CfnTopicRule(stack, "Rule", {
  topicRulePayload: { sql: "SELECT * FROM 'cdk'", actions: [{ lambda: { functionArn: work.functionArn } }] },
});
new cdk.CfnOutput(stack, "WorkName", { value: work.functionName });
"""


def test_cdk_deploys_and_destroys_without_a_bootstrap(server, stack, tmp_path, run):
    (tmp_path / "app.js").write_text(CDK.replace("STACK", stack))
    cdk = [NODE / "node_modules" / ".bin" / "cdk", "--app", "node app.js", "--no-version-reporting"]
    run(*cdk, "deploy", "--require-approval", "never", "--progress", "events", cwd=tmp_path)
    assert invoke(server, output(server, stack, "WorkName"), {"a": 1}) == {"heard": {"a": 1}}
    assert set(kinds(server, stack).values()) >= {"AWS::IoT::TopicRule", "AWS::Events::Rule", "AWS::DynamoDB::Table"}
    run(*cdk, "destroy", "--force", cwd=tmp_path)


OSLS = """
service: STACK
provider:
  name: aws
  runtime: python3.12
  region: us-east-1
  stage: dev
  timeout: 20
  deploymentBucket: BUCKET
package: {patterns: ['!**', 'index.py']}
functions:
  work:
    handler: index.handler
    events: [{schedule: rate(1 day)}]
resources: {Resources: {Lamp: {Type: 'AWS::IoT::Thing'}}}
"""


def test_osls_deploys_a_service(server, stack, bucket, tmp_path, run):
    (tmp_path / "index.py").write_text(HANDLER)
    (tmp_path / "serverless.yml").write_text(OSLS.replace("STACK", stack).replace("BUCKET", bucket))
    run(NODE / "node_modules" / ".bin" / "osls", "deploy", cwd=tmp_path)
    assert invoke(server, f"{stack}-dev-work", 7) == {"heard": 7}
    assert set(kinds(server, f"{stack}-dev").values()) >= {"AWS::IoT::Thing", "AWS::Lambda::Function", "AWS::Events::Rule"}


def test_cfn_lint_finds_no_fault_with_what_we_make_of_templates(folder, run):
    (folder / "template.yaml").write_text(TEMPLATE.replace("./code", "{S3Bucket: cellar, S3Key: code.zip}").replace("./inner.yaml", "https://a/b"))
    run(TOOLS / "bin" / "cfn-lint", "--ignore-checks", "W", "--", "template.yaml", cwd=folder)
