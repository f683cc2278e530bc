"""InfluxDB's agents: lines over HTTP, with a token or a name and a password."""

import base64
import gzip
import json
import time
import urllib.error
import urllib.request

import pytest

from aws_client import client


@pytest.fixture(scope="module")
def bucket(server):
    client(server, "timestream-write").create_database(DatabaseName="lines")
    return "lines"


def token(server) -> str:
    environment = server.environment()
    return f"{environment['AWS_ACCESS_KEY_ID']}:{environment['AWS_SECRET_ACCESS_KEY']}"


def write(server, body, *, path="/api/v2/write?bucket=lines&precision=s", said=None, headers=()):
    """The status and the answer of a write."""
    body = body.encode() if isinstance(body, str) else body
    said = {"Authorization": f"Token {token(server)}"} if said is None else said
    request = urllib.request.Request(
        server.aws_url + path, data=body, headers={**said, **dict(headers)}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def rows(server, table, columns="*"):
    query = f'SELECT {columns} FROM "lines"."{table}" ORDER BY time'
    answer = client(server, "timestream-query").query(QueryString=query)
    names = [column["Name"] for column in answer["ColumnInfo"]]
    values = [[value.get("ScalarValue") for value in row["Data"]] for row in answer["Rows"]]
    return [dict(zip(names, row)) for row in values]


def test_lines_become_rows(server, bucket):
    now = int(time.time())
    body = f"air,room=hall level=21.5,open=t,count=3i {now - 1}\nair,room=hall level=22 {now}\n"
    assert write(server, body) == (204, "")
    first, second = rows(server, "air")
    assert (first["room"], first["measure_name"]) == ("hall", "air")
    assert (first["level"], first["open"], first["count"]) == ("21.5", "true", "3")
    assert (second["level"], second["open"]) == ("22.0", None)


def test_the_last_line_of_a_time_wins(server, bucket):
    now = int(time.time())
    for level in (1, 2):
        assert write(server, f"last,room=hall level={level} {now}")[0] == 204
    assert [row["level"] for row in rows(server, "last")] == ["2.0"]


def test_a_body_may_be_packed_and_callers_say_who_they_are_in_many_ways(server, bucket):
    now = int(time.time())
    body = f"packed level=1 {now}".encode()
    assert write(server, gzip.compress(body), headers={"Content-Encoding": "gzip"})[0] == 204
    basic = base64.b64encode(token(server).encode()).decode()
    path = "/write?db=lines&precision=s"
    assert write(server, body, path=path, said={"Authorization": f"Basic {basic}"})[0] == 204
    key, secret = token(server).split(":")
    assert write(server, body, path=f"{path}&u={key}&p={secret}", said={})[0] == 204
    assert len(rows(server, "packed")) == 1


def test_refusals_are_influxs(server, bucket):
    now = int(time.time())
    status, said = write(server, f"air level={now}\nair level")
    assert (status, said["code"]) == (400, "invalid")
    assert said["message"] == "unable to parse line 2: missing field value"
    assert write(server, "air level=1", path="/api/v2/write?bucket=none")[0] == 404
    assert write(server, "air level=1", path="/api/v2/write?bucket=lines&precision=h")[0] == 400
    assert write(server, "air level=1", path="/api/v2/write")[0] == 400
    assert write(server, "ab level=1")[1]["code"] == "invalid", "a table's name is longer"
    for said in ({}, {"Authorization": "Token a:b"}, {"Authorization": f"Token {token(server)}x"}):
        status, answer = write(server, "air level=1", said=said)
        assert (status, answer["code"]) == (401, "unauthorized")
    status, answer = write(server, "air level=1", path="/write?db=none")
    assert (status, answer) == (404, {"error": 'bucket "none" not found'})
    assert write(server, f"typed level=1 {now}")[0] == 204
    status, answer = write(server, f"typed level=1i {now}\ntyped level=2 {now + 1}")
    assert (status, "field type conflict" in answer["message"]) == (400, True)
    assert [row["level"] for row in rows(server, "typed")] == ["1.0", "2.0"]


def test_the_caller_needs_permission(server, bucket):
    iam = client(server, "iam")
    iam.create_user(UserName="agent")
    key = iam.create_access_key(UserName="agent")["AccessKey"]
    said = {"Authorization": f"Token {key['AccessKeyId']}:{key['SecretAccessKey']}"}
    status, answer = write(server, "guarded level=1", said=said)
    assert (status, answer["code"]) == (403, "forbidden")
    assert "timestream:WriteRecords" in answer["message"]
    allow = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "timestream:WriteRecords", "Resource": "*"}],
    }
    iam.put_user_policy(UserName="agent", PolicyName="write", PolicyDocument=json.dumps(allow))
    status, answer = write(server, "guarded level=1", said=said)
    assert (status, "timestream:CreateTable" in answer["message"]) == (403, True)
    assert write(server, "guarded level=1")[0] == 204
    assert write(server, "guarded level=2", said=said)[0] == 204


def test_lines_outlive_a_kill(own_server):
    client(own_server, "timestream-write").create_database(DatabaseName="lines")
    now = int(time.time())
    for at in range(20):
        assert write(own_server, f"killed,n={at} level={at} {now}")[0] == 204
    own_server.restart()
    assert len(rows(own_server, "killed")) == 20
