"""Functions, as boto3 and the aws CLI use them."""

import base64
import hashlib
import importlib.util
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import aws_client
import pytest
from aws_client import refused
from function_code import TRUST, archive, role

ECHO = "def handler(event, context):\n    return {'event': event, 'version': context.function_version}\n"


@pytest.fixture(scope="module")
def aws(server):
    return aws_client.client(server, "lambda")


@pytest.fixture(scope="module")
def iam(server):
    return aws_client.client(server, "iam")


@pytest.fixture
def make(aws, iam, name):
    """Makes a function of this code and waits until it can be used."""

    def make(code=ECHO, *, name=name, file="app.py", **more):
        given = {
            "Runtime": "python3.12",
            "Handler": "app.handler",
            "Role": role(iam),
            "Timeout": 10,
            "Code": {"ZipFile": archive({file: code})},
            **more,
        }
        made = aws.create_function(FunctionName=name, **given)
        aws.get_waiter("function_active_v2").wait(FunctionName=name)
        return made

    return make


def invoke(aws, name, payload=None, **more):
    answer = aws.invoke(FunctionName=name, Payload=json.dumps(payload), **more)
    return json.loads(answer["Payload"].read() or b"null"), answer


# === the life of a function ===


def test_a_function_is_made_described_changed_and_deleted(aws, make, name):
    code = archive({"app.py": ECHO})
    made = make(
        Description="echoes",
        Environment={"Variables": {"SECRET": "x"}},
        Tags={"a": "b"},
        MemorySize=256,
        Code={"ZipFile": code},
    )
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["FunctionArn"] == f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    assert (made["Version"], made["MemorySize"], made["Timeout"]) == ("$LATEST", 256, 10)
    digest = base64.b64encode(hashlib.sha256(code).digest()).decode()
    assert (made["CodeSha256"], made["CodeSize"]) == (digest, len(code))
    with refused("ResourceConflictException", 409, f"Function already exist: {name}"):
        make()
    described = aws.get_function(FunctionName=made["FunctionArn"])
    assert described["Tags"] == {"a": "b"}
    assert described["Configuration"]["Environment"] == {"Variables": {"SECRET": "x"}}
    assert described["Configuration"]["LastUpdateStatus"] == "Successful"
    with urllib.request.urlopen(described["Code"]["Location"]) as answer:
        assert answer.read() == code
    changed = aws.update_function_configuration(
        FunctionName=name, Timeout=5, Environment={"Variables": {}}, RevisionId=made["RevisionId"]
    )
    aws.get_waiter("function_updated_v2").wait(FunctionName=name)
    assert changed["Timeout"] == 5 and "Environment" not in changed
    with refused("PreconditionFailedException", 412, "Revision Id"):
        aws.update_function_configuration(FunctionName=name, RevisionId=made["RevisionId"])
    assert name in [it["FunctionName"] for page in aws.get_paginator("list_functions").paginate() for it in page["Functions"]]
    aws.delete_function(FunctionName=name)
    with refused("ResourceNotFoundException", 404, f"Function not found: {made['FunctionArn']}"):
        aws.get_function(FunctionName=name)


def test_code_is_replaced_and_comes_from_a_bucket(server, aws, make, name):
    make()
    assert invoke(aws, name, 1)[0] == {"event": 1, "version": "$LATEST"}
    s3 = aws_client.client(server, "s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="a/b.zip", Body=archive({"app.py": "def handler(e, c):\n    return 'new'\n"}))
    updated = aws.update_function_code(FunctionName=name, S3Bucket="code", S3Key="a/b.zip", Publish=True)
    assert updated["Version"] == "1"
    assert invoke(aws, name)[0] == "new"
    dry = aws.update_function_code(FunctionName=name, ZipFile=archive({"app.py": ECHO}), DryRun=True)
    assert dry["CodeSha256"] != updated["CodeSha256"]
    assert invoke(aws, name)[0] == "new"
    with refused("InvalidParameterValueException", 400, "NoSuchKey"):
        aws.update_function_code(FunctionName=name, S3Bucket="code", S3Key="none")
    with refused("InvalidParameterValueException", 400, "Could not unzip"):
        aws.update_function_code(FunctionName=name, ZipFile=b"no zip")


def test_what_cannot_be_had_is_refused_by_name(aws, iam, make, name):
    for more, word in [
        ({"Runtime": "java21"}, "runtime"),
        ({"Timeout": 901}, "timeout"),
        ({"MemorySize": 20_000}, "memorySize"),
        ({"PackageType": "Image"}, "Image"),
        ({"VpcConfig": {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]}}, "VpcConfig"),
        ({"LoggingConfig": {"LogFormat": "JSON"}}, "LoggingConfig"),
        ({"Layers": ["arn:aws:lambda:us-east-1:000000000000:layer:none:1"]}, "Layer version"),
        ({"KMSKeyArn": "arn:aws:kms:us-east-1:000000000000:key/k"}, "KMSKeyArn"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "AWS_REGION"),
        ({"Code": {"ImageUri": "x"}}, "ImageUri"),
        ({"Role": "arn:aws:iam::000000000000:role/none"}, "cannot be assumed by Lambda"),
    ]:
        with refused("InvalidParameterValueException", 400, word):
            make(**more)
    trust = json.dumps(TRUST).replace("lambda.amazonaws.com", "iot.amazonaws.com")
    iam.create_role(RoleName="trusts-others", AssumeRolePolicyDocument=trust)
    with refused("InvalidParameterValueException", 400, "cannot be assumed by Lambda"):
        make(Role="arn:aws:iam::000000000000:role/trusts-others")


# === invocations ===


def test_an_invocation_answers_and_shows_its_log(aws, make, name):
    make("def handler(event, context):\n    print('seen', event)\n    return context.client_context.custom['a']\n")
    context = base64.b64encode(json.dumps({"custom": {"a": "b"}}).encode()).decode()
    payload, answer = invoke(aws, name, {"x": 1}, LogType="Tail", ClientContext=context)
    assert payload == "b" and answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST" and "FunctionError" not in answer
    tail = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
    assert "seen {'x': 1}" in tail and "REPORT RequestId: " in tail, request_id
    answer = aws.invoke(FunctionName=name, InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    with refused("ResourceNotFoundException", 404, "Function not found"):
        aws.invoke(FunctionName="none")
    with refused("InvalidRequestContentException", 400, "Could not parse request body into json"):
        aws.invoke(FunctionName=name, Payload=b"{")
    with refused("RequestTooLargeException", 413, "limit"):
        aws.invoke(FunctionName=name, Payload=json.dumps("x" * 6_300_000))


def test_a_function_that_fails_says_so(aws, make, name):
    make("def handler(event, context):\n    raise KeyError(event)\n", Timeout=1)
    payload, answer = invoke(aws, name, "a")
    assert answer["FunctionError"] == "Unhandled" and answer["StatusCode"] == 200
    assert payload["errorType"] == "KeyError" and payload["errorMessage"] == "'a'"
    aws.update_function_code(FunctionName=name, ZipFile=archive({"app.py": "import time\ndef handler(e, c):\n    time.sleep(60)\n"}))
    payload, answer = invoke(aws, name)
    assert payload["errorMessage"].endswith("Task timed out after 1.00 seconds")


def test_a_function_calls_aws_as_its_role(server, aws, iam, make, name):
    allowed = role(iam, "sees-itself", allow="sts:*")
    make(
        "import os\nimport urllib.request\n"
        "def handler(event, context):\n"
        "    return {key: os.environ.get(key) for key in ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION']}\n",
        Role=allowed,
    )
    found, _ = invoke(aws, name)
    assert found["AWS_ENDPOINT_URL"] == server.aws_url and found["AWS_REGION"] == "us-east-1"
    key = {
        "AccessKeyId": found["AWS_ACCESS_KEY_ID"],
        "SecretAccessKey": found["AWS_SECRET_ACCESS_KEY"],
        "SessionToken": found["AWS_SESSION_TOKEN"],
    }
    sts = aws_client.caller(server, "sts", key)
    arn = sts.get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::000000000000:assumed-role/sees-itself/{name}"


def test_concurrency_is_reserved_and_throttles(aws, make, name):
    make()
    aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    assert aws.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 0
    with refused("TooManyRequestsException", 429, "Rate Exceeded"):
        invoke(aws, name)
    with refused("InvalidParameterValueException", 400, "minimum value of"):
        aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=901)
    aws.delete_function_concurrency(FunctionName=name)
    assert invoke(aws, name, 1)[0]["event"] == 1
    assert aws.get_account_settings()["AccountLimit"]["ConcurrentExecutions"] == 1000


# === versions, aliases, permissions, layers, tags ===


def test_versions_stay_as_they_were_and_aliases_name_them(aws, make, name):
    make()
    first = aws.publish_version(FunctionName=name, Description="first")
    assert (first["Version"], first["Description"]) == ("1", "first")
    assert aws.publish_version(FunctionName=name)["Version"] == "1", "nothing changed"
    aws.update_function_code(FunctionName=name, ZipFile=archive({"app.py": "def handler(e, c):\n    return 2\n"}))
    assert aws.publish_version(FunctionName=name)["Version"] == "2"
    listed = aws.list_versions_by_function(FunctionName=name)["Versions"]
    assert [it["Version"] for it in listed] == ["$LATEST", "1", "2"]
    alias = aws.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert alias["AliasArn"].endswith(f":{name}:live")
    payload, answer = invoke(aws, f"{name}:live", 5)
    assert payload == {"event": 5, "version": "1"} and answer["ExecutedVersion"] == "1"
    assert invoke(aws, name, Qualifier="2")[0] == 2
    aws.update_alias(FunctionName=name, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}})
    assert invoke(aws, name, Qualifier="live")[1]["ExecutedVersion"] == "2"
    assert [it["Name"] for it in aws.list_aliases(FunctionName=name)["Aliases"]] == ["live"]
    with refused("ResourceConflictException", 409, "live"):
        aws.delete_function(FunctionName=name, Qualifier="1")
    aws.delete_alias(FunctionName=name, Name="live")
    aws.delete_function(FunctionName=name, Qualifier="1")
    with refused("ResourceNotFoundException", 404, f"{name}:1"):
        aws.get_function(FunctionName=name, Qualifier="1")
    with refused("ResourceNotFoundException", 404, "Cannot find alias"):
        aws.get_alias(FunctionName=name, Name="live")


def test_permissions_are_a_policy_in_the_form_that_terraform_reads(aws, make, name):
    arn = make()["FunctionArn"]
    with refused("ResourceNotFoundException", 404, "does not exist"):
        aws.get_policy(FunctionName=name)
    added = aws.add_permission(
        FunctionName=name,
        StatementId="AllowExecutionFromCloudWatch",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn="arn:aws:events:us-east-1:000000000000:rule/every-minute",
        SourceAccount="000000000000",
    )
    expected = {
        "Sid": "AllowExecutionFromCloudWatch",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": arn,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "000000000000"},
            "ArnLike": {"AWS:SourceArn": "arn:aws:events:us-east-1:000000000000:rule/every-minute"},
        },
    }
    assert json.loads(added["Statement"]) == expected
    policy = json.loads(aws.get_policy(FunctionName=name)["Policy"])
    assert policy == {"Version": "2012-10-17", "Id": "default", "Statement": [expected]}
    with refused("ResourceConflictException", 409, "already exists"):
        aws.add_permission(FunctionName=name, StatementId="AllowExecutionFromCloudWatch", Action="lambda:InvokeFunction", Principal="x.amazonaws.com")
    aws.remove_permission(FunctionName=name, StatementId="AllowExecutionFromCloudWatch")
    with refused("ResourceNotFoundException", 404, "not found"):
        aws.remove_permission(FunctionName=name, StatementId="AllowExecutionFromCloudWatch")


def test_layers_are_shared_code(aws, make, name):
    layer = aws.publish_layer_version(
        LayerName=name,
        Description="words",
        Content={"ZipFile": archive({"python/words.py": "WORD = 'from the layer'\n"})},
        CompatibleRuntimes=["python3.12"],
    )
    assert layer["Version"] == 1 and layer["LayerVersionArn"] == f"{layer['LayerArn']}:1"
    make("import words\ndef handler(e, c):\n    return words.WORD\n", Layers=[layer["LayerVersionArn"]])
    assert invoke(aws, name)[0] == "from the layer"
    assert aws.get_layer_version(LayerName=name, VersionNumber=1)["Description"] == "words"
    by_arn = aws.get_layer_version_by_arn(Arn=layer["LayerVersionArn"])
    assert by_arn["Content"]["CodeSha256"] == layer["Content"]["CodeSha256"]
    assert name in [it["LayerName"] for it in aws.list_layers()["Layers"]]
    aws.delete_layer_version(LayerName=name, VersionNumber=1)
    assert aws.list_layer_versions(LayerName=name)["LayerVersions"] == []


def test_tags_are_put_on_and_taken_off(aws, make, name):
    arn = make(Tags={"a": "1"})["FunctionArn"]
    aws.tag_resource(Resource=arn, Tags={"b": "2", "c": "3"})
    aws.untag_resource(Resource=arn, TagKeys=["a", "b"])
    assert aws.list_tags(Resource=arn)["Tags"] == {"c": "3"}
    assert aws.get_function_code_signing_config(FunctionName=name)["CodeSigningConfigArn"] == ""


def test_settings_of_events_are_put_changed_and_deleted(aws, make, name):
    make()
    with refused("ResourceNotFoundException", 404, "EventInvokeConfig"):
        aws.get_function_event_invoke_config(FunctionName=name)
    put = aws.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    assert put["FunctionArn"].endswith(f"{name}:$LATEST") and put["MaximumRetryAttempts"] == 0
    updated = aws.update_function_event_invoke_config(FunctionName=name, MaximumEventAgeInSeconds=60)
    assert updated["MaximumRetryAttempts"] == 0 and updated["MaximumEventAgeInSeconds"] == 60
    listed = aws.list_function_event_invoke_configs(FunctionName=name)
    assert len(listed["FunctionEventInvokeConfigs"]) == 1
    aws.delete_function_event_invoke_config(FunctionName=name)
    with refused("ResourceNotFoundException", 404, "EventInvokeConfig"):
        aws.delete_function_event_invoke_config(FunctionName=name)


# === other clients ===


def test_the_aws_cli_makes_and_invokes_a_function(server, iam, aws, name, tmp_path):
    (tmp_path / "code.zip").write_bytes(archive({"app.py": ECHO}))
    environment = {**server.environment(), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}

    def cli(*words):
        done = subprocess.run(["aws", "lambda", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")

    cli("create-function", "--function-name", name, "--runtime", "python3.7", "--role", role(iam), "--handler", "app.handler", "--zip-file", "fileb://code.zip")
    cli("wait", "function-active-v2", "--function-name", name)
    answer = cli("invoke", "--function-name", name, "--payload", '{"a": 1}', "out.json")
    assert answer["StatusCode"] == 200
    assert json.loads((tmp_path / "out.json").read_text())["event"] == {"a": 1}


def packages(*names):
    """Installed modules and packages, as they go into an archive."""
    files = {}
    for name in names:
        origin = Path(importlib.util.find_spec(name).origin)
        found = origin.parent.rglob("*") if origin.name == "__init__.py" else [origin]
        root = origin.parent.parent if origin.name == "__init__.py" else origin.parent
        kept = [it for it in found if it.is_file() and "__pycache__" not in it.parts]
        files.update({str(it.relative_to(root)): it.read_bytes() for it in kept})
    return files


def test_awslambdaric_runs_unchanged(aws, make, name):
    """AWS's own client of the Runtime API, in the archive as its documentation says."""
    bootstrap = "#!/bin/sh\nexec python3 -m awslambdaric $_HANDLER\n"
    app = "import logging\ndef handler(e, c):\n    logging.warning('from awslambdaric')\n    return [e, c.aws_request_id]\n"
    client = packages("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client")
    code = archive({"bootstrap": bootstrap, "app.py": app, **client})
    make(Runtime="provided.al2023", Code={"ZipFile": code}, Timeout=20)
    payload, answer = invoke(aws, name, {"a": 1}, LogType="Tail")
    assert payload[0] == {"a": 1} and len(payload[1]) == 36, payload
    assert "from awslambdaric" in base64.b64decode(answer["LogResult"]).decode()
    assert invoke(aws, name, 2)[0][0] == 2


def test_a_function_lets_in_whom_it_names(server, aws, iam, make, name):
    user = iam.create_user(UserName=name)["User"]["Arn"]
    key = iam.create_access_key(UserName=name)["AccessKey"]
    theirs = aws_client.caller(server, "lambda", key)
    make()
    with refused("AccessDeniedException", 403):
        theirs.invoke(FunctionName=name)
    aws.add_permission(
        FunctionName=name, StatementId="user", Action="lambda:InvokeFunction", Principal=user
    )
    assert invoke(theirs, name, 7)[0]["event"] == 7
