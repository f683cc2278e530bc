"""Parameters, as boto3 uses them."""

import aws_client
import pytest
from aws_client import refused


@pytest.fixture(scope="module")
def ssm(server):
    return aws_client.client(server, "ssm")


def test_a_parameter_is_put_read_changed_and_deleted(ssm, name):
    put = ssm.put_parameter(Name=f"/{name}/a", Value="one", Type="String", Description="first",
                            Tags=[{"Key": "k", "Value": "v"}])
    assert (put["Version"], put["Tier"]) == (1, "Standard")
    with refused("ParameterAlreadyExists", 400, "set the overwrite option"):
        ssm.put_parameter(Name=f"/{name}/a", Value="two", Type="String")
    assert ssm.put_parameter(Name=f"/{name}/a", Value="two", Overwrite=True)["Version"] == 2
    got = ssm.get_parameter(Name=f"/{name}/a")["Parameter"]
    assert (got["Value"], got["Version"], got["Type"]) == ("two", 2, "String")
    assert got["ARN"] == f"arn:aws:ssm:us-east-1:000000000000:parameter/{name}/a"
    first = ssm.get_parameter(Name=f"/{name}/a:1")["Parameter"]
    assert (first["Value"], first["Selector"]) == ("one", ":1")
    assert ssm.get_parameter(Name=got["ARN"])["Parameter"]["Value"] == "two"
    history = ssm.get_parameter_history(Name=f"/{name}/a")["Parameters"]
    assert [(one["Version"], one["Value"], one["Description"]) for one in history] == [
        (1, "one", "first"), (2, "two", "first"),
    ]
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=f"/{name}/a")
    assert tags["TagList"] == [{"Key": "k", "Value": "v"}]
    ssm.delete_parameter(Name=f"/{name}/a")
    with pytest.raises(ssm.exceptions.ParameterNotFound):
        ssm.get_parameter(Name=f"/{name}/a")
    with refused("ParameterNotFound", 400):
        ssm.delete_parameter(Name=f"/{name}/a")


def test_several_are_read_and_deleted_at_once(ssm, name):
    ssm.put_parameter(Name=name, Value="a,b", Type="StringList")
    got = ssm.get_parameters(Names=[name, "none", f"{name}:9"])
    assert [one["Value"] for one in got["Parameters"]] == ["a,b"]
    assert got["InvalidParameters"] == ["none", f"{name}:9"]
    done = ssm.delete_parameters(Names=[name, "none"])
    assert (done["DeletedParameters"], done["InvalidParameters"]) == ([name], ["none"])


def test_a_secret_is_shown_to_those_who_ask(ssm, name):
    ssm.put_parameter(Name=name, Value="open sesame", Type="SecureString")
    assert "sesame" not in ssm.get_parameter(Name=name)["Parameter"]["Value"]
    got = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    assert (got["Value"], got["Type"]) == ("open sesame", "SecureString")
    (described,) = ssm.describe_parameters(
        ParameterFilters=[{"Key": "Name", "Values": [name]}]
    )["Parameters"]
    assert described["KeyId"] == "alias/aws/ssm" and "Value" not in described
    with refused("InvalidKeyId", 400):
        ssm.put_parameter(Name=f"{name}-2", Value="v", Type="SecureString", KeyId="alias/own")


def test_those_below_a_path_come_in_pages(ssm, name):
    for at in range(12):
        ssm.put_parameter(Name=f"/{name}/n{at:02}", Value=str(at), Type="String")
    ssm.put_parameter(Name=f"/{name}/deep/er", Value="x", Type="String")
    pages = list(ssm.get_paginator("get_parameters_by_path").paginate(Path=f"/{name}"))
    assert [len(page["Parameters"]) for page in pages] == [10, 2]
    everything = [
        one["Name"]
        for page in ssm.get_paginator("get_parameters_by_path").paginate(
            Path=f"/{name}", Recursive=True
        )
        for one in page["Parameters"]
    ]
    assert len(everything) == 13 and f"/{name}/deep/er" in everything
    listed = ssm.describe_parameters(
        ParameterFilters=[{"Key": "Path", "Option": "Recursive", "Values": [f"/{name}"]}]
    )["Parameters"]
    assert [one["Name"] for one in listed] == everything
    with refused("InvalidFilterKey", 400, "Colour"):
        ssm.describe_parameters(ParameterFilters=[{"Key": "Colour", "Values": ["a"]}])


def test_labels_move_from_version_to_version(ssm, name):
    for value in ("one", "two"):
        ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
    done = ssm.label_parameter_version(Name=name, ParameterVersion=1, Labels=["live", "aws-x"])
    assert (done["InvalidLabels"], done["ParameterVersion"]) == (["aws-x"], 1)
    assert ssm.get_parameter(Name=f"{name}:live")["Parameter"]["Value"] == "one"
    ssm.label_parameter_version(Name=name, Labels=["live"])
    assert ssm.get_parameter(Name=f"{name}:live")["Parameter"]["Value"] == "two"
    off = ssm.unlabel_parameter_version(Name=name, ParameterVersion=2, Labels=["live", "old"])
    assert (off["RemovedLabels"], off["InvalidLabels"]) == (["live"], ["old"])
    with refused("ParameterVersionNotFound", 400):
        ssm.get_parameter(Name=f"{name}:live")


@pytest.mark.parametrize(
    "code, put",
    [
        ("ValidationException", {"Name": "aws-own"}),
        ("ValidationException", {"Name": "a b"}),
        ("HierarchyLevelLimitExceededException", {"Name": "/a" * 16}),
        ("UnsupportedParameterType", {"Type": "Number"}),
        ("ParameterPatternMismatchException", {"AllowedPattern": "^x$"}),
        ("InvalidAllowedPatternException", {"AllowedPattern": "("}),
        ("ValidationException", {"Value": "v" * 8193}),
        ("ValidationException", {"Type": None}),
        ("ValidationException", {"Policies": "[]"}),
    ],
)
def test_what_does_not_fit_is_refused(server, name, code, put):
    client = aws_client.client(server, "ssm", validate=False)
    given = {"Name": name, "Value": "v", "Type": "String", **put}
    with refused(code, 400):
        client.put_parameter(**{key: value for key, value in given.items() if value is not None})


def test_parameters_outlive_a_kill(own_server):
    ssm = aws_client.client(own_server, "ssm")
    ssm.put_parameter(Name="token", Value="secret", Type="SecureString")
    own_server.kill()
    own_server.start()
    ssm = aws_client.client(own_server, "ssm")
    got = ssm.get_parameter(Name="token", WithDecryption=True)["Parameter"]
    assert got["Value"] == "secret"
