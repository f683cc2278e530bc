"""The calls that Terraform's AWS provider makes for buckets, queues, parameters and time series, in its
order: create, read, plan again without drift, change, destroy."""

import json

import pytest
from botocore.exceptions import ClientError

import aws_client
from aws_client import refused
from test_terraform_calls import read_twice

# What a bucket's read asks for, and what the provider takes for "not set".
PARTS = {
    "get_bucket_policy": "NoSuchBucketPolicy",
    "get_bucket_acl": None,
    "get_bucket_cors": "NoSuchCORSConfiguration",
    "get_bucket_website": "NoSuchWebsiteConfiguration",
    "get_bucket_versioning": None,
    "get_bucket_accelerate_configuration": None,
    "get_bucket_request_payment": None,
    "get_bucket_logging": None,
    "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "get_bucket_replication": "ReplicationConfigurationNotFoundError",
    "get_bucket_encryption": "ServerSideEncryptionConfigurationNotFoundError",
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
    "get_bucket_tagging": "NoSuchTagSet",
}


def test_aws_s3_bucket(server, name):
    s3 = aws_client.client(server, "s3")
    bucket = name.replace("_", "-").lower()[-60:].strip("-")
    s3.create_bucket(Bucket=bucket)
    s3.head_bucket(Bucket=bucket)
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    for part, unset in PARTS.items():
        read = getattr(s3, part)
        if unset is None:
            read_twice(lambda read=read: read(Bucket=bucket))
        else:
            with pytest.raises(ClientError) as raised:
                read(Bucket=bucket)
            assert raised.value.response["Error"]["Code"] == unset, part
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "1"}]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert read_twice(lambda: s3.get_bucket_versioning(Bucket=bucket))["Status"] == "Enabled"
    blocked = dict.fromkeys(
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"], True
    )
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)
    read = read_twice(lambda: s3.get_public_access_block(Bucket=bucket))
    assert read["PublicAccessBlockConfiguration"] == blocked
    s3.delete_public_access_block(Bucket=bucket)
    with refused("NoSuchPublicAccessBlockConfiguration", 404):
        s3.get_public_access_block(Bucket=bucket)
    s3.delete_bucket(Bucket=bucket)
    with refused("404", 404):
        s3.head_bucket(Bucket=bucket)


def test_aws_s3_object(server, name):
    s3 = aws_client.client(server, "s3")
    bucket = name.replace("_", "-").lower()[-60:].strip("-")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(
        Bucket=bucket, Key="lambda.zip", Body=b"zip", ContentType="application/zip", Tagging="a=1"
    )
    read = s3.head_object(Bucket=bucket, Key="lambda.zip", ChecksumMode="ENABLED")
    assert (read["ContentType"], read["ContentLength"]) == ("application/zip", 3)
    assert s3.get_object_tagging(Bucket=bucket, Key="lambda.zip")["TagSet"][0]["Value"] == "1"
    s3.delete_object(Bucket=bucket, Key="lambda.zip")
    with refused("404", 404):
        s3.head_object(Bucket=bucket, Key="lambda.zip")
    s3.delete_bucket(Bucket=bucket)


def test_aws_sqs_queue(server, name):
    sqs = aws_client.client(server, "sqs")
    # All that the provider sends for a queue without any argument but its name.
    wanted = {
        "DelaySeconds": "0",
        "MaximumMessageSize": "262144",
        "MessageRetentionPeriod": "345600",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }
    url = sqs.create_queue(QueueName=name, Attributes=wanted, tags={"a": "1"})["QueueUrl"]

    def read():
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return {"Attributes": found}

    attributes = read_twice(read)["Attributes"]
    assert {key: attributes[key] for key in wanted} == wanted
    assert attributes["QueueArn"].endswith(":" + name)
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "1"}
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    dead = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    redrive = json.dumps({"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": 4})
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage", "Resource": attributes["QueueArn"],
    }]})
    changed = {"RedrivePolicy": redrive, "Policy": policy, "VisibilityTimeout": "60"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=changed)
    attributes = read_twice(read)["Attributes"]
    assert json.loads(attributes["RedrivePolicy"]) == json.loads(redrive)
    assert json.loads(attributes["Policy"]) == json.loads(policy)
    assert attributes["VisibilityTimeout"] == "60"
    # The provider unsets them so.
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": "", "Policy": ""})
    assert not {"RedrivePolicy", "Policy"} & read()["Attributes"].keys()
    sqs.delete_queue(QueueUrl=url)
    with refused("AWS.SimpleQueueService.NonExistentQueue", 400):
        read()


def test_aws_ssm_parameter(server, name):
    ssm = aws_client.client(server, "ssm")
    path = f"/house/{name}"
    sent = {"Name": path, "Type": "SecureString", "Value": "secret", "Description": "d"}
    ssm.put_parameter(**sent, Tier="Standard", Tags=[{"Key": "a", "Value": "1"}])

    def described():
        named = [{"Key": "Name", "Option": "Equals", "Values": [path]}]
        found = ssm.describe_parameters(ParameterFilters=named)["Parameters"]
        return {"found": found}

    read = read_twice(lambda: ssm.get_parameter(Name=path, WithDecryption=True))["Parameter"]
    assert (read["Value"], read["Type"], read["Version"]) == ("secret", "SecureString", 1)
    assert read["ARN"].endswith(f":parameter{path}")
    found = read_twice(described)["found"]
    assert [(one["Description"], one["Tier"], one["DataType"]) for one in found] == [
        ("d", "Standard", "text")
    ]
    kind = {"ResourceType": "Parameter", "ResourceId": path}
    assert ssm.list_tags_for_resource(**kind)["TagList"] == [{"Key": "a", "Value": "1"}]
    ssm.put_parameter(**(sent | {"Value": "changed"}), Overwrite=True, Tier="Standard")
    ssm.add_tags_to_resource(**kind, Tags=[{"Key": "b", "Value": "2"}])
    ssm.remove_tags_from_resource(**kind, TagKeys=["a"])
    assert ssm.get_parameter(Name=path, WithDecryption=True)["Parameter"]["Version"] == 2
    ssm.delete_parameter(Name=path)
    with refused("ParameterNotFound", 400):
        ssm.get_parameter(Name=path, WithDecryption=True)


def test_aws_timestreamwrite_database_and_table(server, name):
    series = aws_client.client(server, "timestream-write")
    database = name[-64:]
    tags = [{"Key": "a", "Value": "1"}]
    made = series.create_database(DatabaseName=database, Tags=tags)["Database"]
    read = read_twice(lambda: series.describe_database(DatabaseName=database))["Database"]
    assert (read["Arn"], read["TableCount"]) == (made["Arn"], 0)
    assert series.list_tags_for_resource(ResourceARN=made["Arn"])["Tags"] == tags
    retention = {"MemoryStoreRetentionPeriodInHours": 8, "MagneticStoreRetentionPeriodInDays": 30}
    which = {"DatabaseName": database, "TableName": "temperaturesensor"}
    made = series.create_table(
        **which,
        RetentionProperties=retention,
        MagneticStoreWriteProperties={"EnableMagneticStoreWrites": False},
        Tags=tags,
    )["Table"]
    read = read_twice(lambda: series.describe_table(**which))["Table"]
    assert (read["Arn"], read["RetentionProperties"]) == (made["Arn"], retention)
    assert read["MagneticStoreWriteProperties"] == {"EnableMagneticStoreWrites": False}
    assert series.list_tags_for_resource(ResourceARN=made["Arn"])["Tags"] == tags
    retention["MagneticStoreRetentionPeriodInDays"] = 7
    series.update_table(**which, RetentionProperties=retention)
    assert series.describe_table(**which)["Table"]["RetentionProperties"] == retention
    series.delete_table(**which)
    with refused("ResourceNotFoundException", 400):
        series.describe_table(**which)
    series.delete_database(DatabaseName=database)
    with refused("ResourceNotFoundException", 400):
        series.describe_database(DatabaseName=database)
