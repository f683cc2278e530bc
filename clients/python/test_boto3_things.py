"""Things, as boto3 asks for them."""

from aws_client import iot, refused
from server import arn


def test_a_thing_from_its_making_to_its_end(server, name):
    aws = iot(server)
    made = aws.create_thing(
        thingName=name, attributePayload={"attributes": {"colour": "red", "room": "1"}}
    )
    assert made["thingName"] == name
    assert made["thingArn"] == arn(f"thing/{name}")
    assert made["thingId"]

    described = aws.describe_thing(thingName=name)
    assert described["attributes"] == {"colour": "red", "room": "1"}
    assert described["version"] == 1
    assert described["thingArn"] == made["thingArn"]
    assert described["thingId"] == made["thingId"]
    assert described["defaultClientId"] == name

    merge = {"attributes": {"colour": "blue"}, "merge": True}
    aws.update_thing(thingName=name, attributePayload=merge)
    assert aws.describe_thing(thingName=name)["attributes"] == {"colour": "blue", "room": "1"}
    aws.update_thing(thingName=name, attributePayload={"attributes": {"a": "b"}}, expectedVersion=2)
    assert aws.describe_thing(thingName=name)["attributes"] == {"a": "b"}
    with refused("VersionConflictException", 409):
        aws.update_thing(thingName=name, attributePayload={"attributes": {}}, expectedVersion=1)

    with refused("VersionConflictException", 409):
        aws.delete_thing(thingName=name, expectedVersion=1)
    aws.delete_thing(thingName=name)
    with refused("ResourceNotFoundException", 404):
        aws.describe_thing(thingName=name)
    # AWS answers success when a thing is deleted that is not there.
    aws.delete_thing(thingName=name)


def test_the_same_thing_twice_is_a_success_and_another_of_its_name_a_conflict(server, name):
    aws = iot(server)
    attributes = {"attributes": {"a": "1"}}
    first = aws.create_thing(thingName=name, attributePayload=attributes)
    again = aws.create_thing(thingName=name, attributePayload=attributes)
    assert again["thingArn"] == first["thingArn"]
    with refused("ResourceAlreadyExistsException", 409):
        aws.create_thing(thingName=name, attributePayload={"attributes": {"a": "2"}})


def test_what_is_wrong_with_a_thing_is_said(server, name):
    aws = iot(server)
    with refused("InvalidRequestException", 400):
        aws.create_thing(thingName="a b")
    with refused("ResourceNotFoundException", 404):
        aws.update_thing(thingName=name, attributePayload={"attributes": {}})


def test_a_thing_of_a_type_or_group_that_is_not_there_is_refused(server, name):
    aws = iot(server)
    with refused("ResourceNotFoundException", 404, "costs"):
        aws.create_thing(thingName=name, billingGroupName="costs")
    with refused("ResourceNotFoundException", 404, "lamp"):
        aws.create_thing(thingName=name, thingTypeName="lamp")
    with refused("ResourceNotFoundException", 404):
        aws.describe_thing(thingName=name)


def test_things_are_listed_in_pages(own_server):
    aws = iot(own_server)
    names = [f"thing-{number:02}" for number in range(25)]
    for thing in names:
        aws.create_thing(thingName=thing)
    pages = list(aws.get_paginator("list_things").paginate(PaginationConfig={"PageSize": 10}))
    assert [len(page["things"]) for page in pages] == [10, 10, 5]
    listed = [thing for page in pages for thing in page["things"]]
    assert sorted(thing["thingName"] for thing in listed) == names
    assert listed[0]["thingArn"] == arn(f"thing/{listed[0]['thingName']}")
    assert listed[0]["attributes"] == {} and listed[0]["version"] == 1
    with refused("InvalidRequestException", 400):
        aws.list_things(nextToken="no token of ours", maxResults=100_000)


def test_a_thing_and_its_principals(server, name):
    aws = iot(server)
    principal = aws.create_keys_and_certificate(setAsActive=True)["certificateArn"]
    aws.create_thing(thingName=name)
    aws.attach_thing_principal(thingName=name, principal=principal)
    aws.attach_thing_principal(thingName=name, principal=principal)
    assert aws.list_thing_principals(thingName=name)["principals"] == [principal]
    assert aws.list_principal_things(principal=principal)["things"] == [name]
    with refused("InvalidRequestException", 400):
        aws.delete_thing(thingName=name)
    aws.detach_thing_principal(thingName=name, principal=principal)
    assert aws.list_thing_principals(thingName=name)["principals"] == []
    assert aws.list_principal_things(principal=principal)["things"] == []
    aws.delete_thing(thingName=name)

    with refused("ResourceNotFoundException", 404):
        aws.attach_thing_principal(thingName=name, principal=principal)
    with refused("ResourceNotFoundException", 404):
        aws.list_thing_principals(thingName=name)
    aws.create_thing(thingName=name)
    with refused("ResourceNotFoundException", 404):
        aws.attach_thing_principal(thingName=name, principal=arn("cert/" + "0" * 64))
    with refused("InvalidRequestException", 400):
        aws.attach_thing_principal(thingName=name, principal="no ARN")


def test_the_endpoint_is_the_name_that_the_caller_dialled(server):
    aws = iot(server)
    for kind in (None, "iot:Data-ATS", "iot:Data", "iot:Jobs", "iot:CredentialProvider"):
        options = {"endpointType": kind} if kind else {}
        assert aws.describe_endpoint(**options)["endpointAddress"] == "127.0.0.1"
    with refused("InvalidRequestException", 400):
        aws.describe_endpoint(endpointType="iot:DeviceAdvisor")
