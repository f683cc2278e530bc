"""Certificates, as boto3 asks for them; and a device that connects with just what boto3 made."""

import subprocess

from aws_client import iot, refused
from mqtt_client import V5, secure
from server import Bundle, arn, policy, statement

UNKNOWN = "0" * 64


def test_a_certificate_from_its_making_to_its_end(server):
    aws = iot(server)
    made = aws.create_keys_and_certificate()
    certificate = made["certificateId"]
    assert made["certificateArn"] == arn(f"cert/{certificate}")
    assert "BEGIN CERTIFICATE" in made["certificatePem"]
    assert "PRIVATE KEY" in made["keyPair"]["PrivateKey"]
    assert "PUBLIC KEY" in made["keyPair"]["PublicKey"]

    described = aws.describe_certificate(certificateId=certificate)["certificateDescription"]
    assert described["status"] == "INACTIVE"
    assert described["certificatePem"] == made["certificatePem"]
    assert described["certificateArn"] == made["certificateArn"]
    validity = described["validity"]
    assert validity["notBefore"] < described["creationDate"] < validity["notAfter"]

    aws.update_certificate(certificateId=certificate, newStatus="ACTIVE")
    assert status(aws, certificate) == "ACTIVE"
    with refused("CertificateStateException", 406):
        aws.delete_certificate(certificateId=certificate)
    for new in ("INACTIVE", "REVOKED"):
        aws.update_certificate(certificateId=certificate, newStatus=new)
        assert status(aws, certificate) == new
    with refused("InvalidRequestException", 400):
        aws.update_certificate(certificateId=certificate, newStatus="PENDING_TRANSFER")

    aws.delete_certificate(certificateId=certificate)
    with refused("ResourceNotFoundException", 404):
        aws.describe_certificate(certificateId=certificate)


def status(aws, certificate: str) -> str:
    described = aws.describe_certificate(certificateId=certificate)
    return described["certificateDescription"]["status"]


def test_what_holds_a_certificate_is_in_the_way_of_its_end(server, name):
    aws = iot(server)
    made = aws.create_keys_and_certificate(setAsActive=False)
    aws.create_thing(thingName=name)
    aws.attach_thing_principal(thingName=name, principal=made["certificateArn"])
    with refused("DeleteConflictException", 409):
        aws.delete_certificate(certificateId=made["certificateId"])
    aws.detach_thing_principal(thingName=name, principal=made["certificateArn"])

    document = '{"Version":"2012-10-17","Statement":[]}'
    document = document.replace("[]", '[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]')
    aws.create_policy(policyName=name, policyDocument=document)
    aws.attach_policy(policyName=name, target=made["certificateArn"])
    with refused("DeleteConflictException", 409):
        aws.delete_certificate(certificateId=made["certificateId"])
    aws.delete_certificate(certificateId=made["certificateId"], forceDelete=True)
    assert aws.list_targets_for_policy(policyName=name)["targets"] == []


def test_unknown_and_malformed_certificates(server):
    aws = iot(server)
    with refused("ResourceNotFoundException", 404):
        aws.describe_certificate(certificateId=UNKNOWN)
    with refused("ResourceNotFoundException", 404):
        aws.update_certificate(certificateId=UNKNOWN, newStatus="ACTIVE")
    with refused("ResourceNotFoundException", 404):
        aws.delete_certificate(certificateId=UNKNOWN)
    with refused("InvalidRequestException", 400):
        aws.describe_certificate(certificateId="x" * 64)
    with refused("CertificateValidationException", 400):
        aws.create_certificate_from_csr(certificateSigningRequest="no request")


def test_certificates_are_listed_in_pages(own_server):
    aws = iot(own_server)
    made = {aws.create_keys_and_certificate()["certificateId"] for _ in range(5)}
    pages = aws.get_paginator("list_certificates").paginate(PaginationConfig={"PageSize": 2})
    listed = [one for page in pages for one in page["certificates"]]
    assert {one["certificateId"] for one in listed} == made
    assert all(one["status"] == "INACTIVE" and one["creationDate"] for one in listed)


def test_a_device_connects_with_just_that_certificate_and_policy(server, name, tmp_path):
    aws = iot(server)
    made = aws.create_keys_and_certificate(setAsActive=True)
    device_lives(server, aws, name, tmp_path, made, made["keyPair"]["PrivateKey"])


def test_a_device_that_keeps_its_key_to_itself(server, name, tmp_path):
    aws = iot(server)
    key, request = tmp_path / "own.key", tmp_path / "own.csr"
    make = ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=own"]
    subprocess.run([*make, "-keyout", key, "-out", request], check=True, capture_output=True)
    made = aws.create_certificate_from_csr(
        certificateSigningRequest=request.read_text(), setAsActive=True
    )
    assert made["certificateArn"] == arn(f"cert/{made['certificateId']}")
    device_lives(server, aws, name, tmp_path, made, key.read_text())


def device_lives(server, aws, name, folder, made, key):
    """A policy for one client id and one topic: that works, and nothing else does."""
    import json

    document = policy(
        statement("Allow", "iot:Connect", arn(f"client/{name}")),
        statement("Allow", ["iot:Publish", "iot:Receive"], arn(f"topic/{name}/a")),
        statement("Allow", "iot:Subscribe", arn(f"topicfilter/{name}/a")),
    )
    aws.create_policy(policyName=name, policyDocument=json.dumps(document))
    aws.attach_policy(policyName=name, target=made["certificateArn"])
    (folder / "certificate.pem").write_text(made["certificatePem"])
    (folder / "private.key").write_text(key)
    (folder / "root-ca.pem").write_text((server.data / "root-ca.pem").read_text())
    bundle = Bundle(name, folder, {"certificateId": made["certificateId"], "policy": name})

    client = secure(server, V5, bundle)
    assert client.subscribe(f"{name}/a", 1) == "Granted QoS 1"
    assert client.subscribe(f"{name}/b", 1) == "Not authorized"
    assert client.publish(f"{name}/a", "hello", 1) == "Success"
    assert client.messages.one().payload == b"hello"
    assert client.publish(f"{name}/b", "hello", 1) == "Not authorized"
    assert client.messages.is_empty()
    client.leave()
