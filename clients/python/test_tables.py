"""Tables, as boto3 uses them: its clients, its resources, its paginators and its waiters."""

import json
from decimal import Decimal

import aws_client
import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

INVALID = "One or more parameter values were invalid: "


@pytest.fixture(scope="module")
def dynamodb(server):
    return aws_client.client(server, "dynamodb")


@pytest.fixture(scope="module")
def streams(server):
    return aws_client.client(server, "dynamodbstreams")


@pytest.fixture(scope="module")
def resource(server):
    environment = server.environment()
    return boto3.resource(
        "dynamodb",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def create(dynamodb, name, *, sort=None, **more):
    """A table whose partition key is the text `id`; attributes of indexes are texts too."""
    schema = [{"AttributeName": "id", "KeyType": "HASH"}]
    kinds = {"id": "S"}
    if sort:
        schema.append({"AttributeName": sort, "KeyType": "RANGE"})
        kinds[sort] = "N"
    for indexes in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for index in more.get(indexes, []):
            for key in index["KeySchema"]:
                kinds.setdefault(key["AttributeName"], "S")
    dynamodb.create_table(
        TableName=name,
        KeySchema=schema,
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()
        ],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    return name


def index(name, partition, sort=None, projection="ALL", **more):
    schema = [{"AttributeName": partition, "KeyType": "HASH"}]
    if sort:
        schema.append({"AttributeName": sort, "KeyType": "RANGE"})
    return {
        "IndexName": name,
        "KeySchema": schema,
        "Projection": {"ProjectionType": projection, **more},
    }


def error_of(call, **parameters):
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


# === tables ===


def test_a_table_lives_as_boto3_expects_it(dynamodb, name):
    create(dynamodb, name, Tags=[{"Key": "room", "Value": "hall"}])
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert table["TableStatus"] == "ACTIVE"
    assert table["WarmThroughput"]["Status"] == "ACTIVE"
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["ItemCount"] == 0 and table["TableSizeBytes"] == 0
    assert "Replicas" not in table and "SSEDescription" not in table
    assert name in dynamodb.list_tables()["TableNames"]
    again = error_of(create, dynamodb=dynamodb, name=name)
    assert again == ("ResourceInUseException", f"Table already exists: {name}")
    arn = table["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "floor", "Value": "2"}])
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["room"])
    tags = dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "floor", "Value": "2"}]
    by_arn = dynamodb.describe_table(TableName=arn)["Table"]
    assert by_arn["TableId"] == table["TableId"]
    dynamodb.delete_table(TableName=name)
    dynamodb.get_waiter("table_not_exists").wait(TableName=name)
    gone = error_of(dynamodb.describe_table, TableName=name)
    message = f"Requested resource not found: Table: {name} not found"
    assert gone == ("ResourceNotFoundException", message)
    gone = error_of(dynamodb.get_item, TableName=name, Key={"id": {"S": "a"}})
    assert gone == ("ResourceNotFoundException", "Requested resource not found")


def test_a_table_that_is_made_again_is_empty(dynamodb, name):
    create(dynamodb, name)
    dynamodb.put_item(TableName=name, Item={"id": {"S": "lamp"}})
    dynamodb.delete_table(TableName=name)
    create(dynamodb, name)
    assert dynamodb.scan(TableName=name)["Count"] == 0


def test_tables_are_changed(dynamodb, name):
    create(dynamodb, name)
    changed = dynamodb.update_table(
        TableName=name,
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
        TableClass="STANDARD_INFREQUENT_ACCESS",
        DeletionProtectionEnabled=True,
    )["TableDescription"]
    assert changed["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
    assert changed["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    code, message = error_of(dynamodb.delete_table, TableName=name)
    assert code == "ValidationException" and "protected against deletion" in message
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}]},
            INVALID + "Some index key attributes are not defined in AttributeDefinitions. "
            "Keys: [other], AttributeDefinitions: [id]",
        ),
        (
            {"KeySchema": [{"AttributeName": "id", "KeyType": "RANGE"}]},
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
            INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
            "BillingMode is PAY_PER_REQUEST",
        ),
        (
            {"BillingMode": "PROVISIONED"},
            INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when "
            "BillingMode is PROVISIONED",
        ),
        (
            {"LocalSecondaryIndexes": [index("local", "id", "id")]},
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ),
        (
            {"GlobalSecondaryIndexes": [index("global", "id", projection="INCLUDE")]},
            INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        ),
        ({"TableName": "a;"}, "TableName must be at least 3 characters long and at most 255 "
         "characters long"),
        (
            {"TableName": "abc;"},
            "1 validation error detected: Value 'abc;' at 'tableName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        ),
        ({"SSESpecification": {"Enabled": True}}, "SSESpecification is not supported: there are no "
         "KMS keys"),
    ],
)
def test_tables_that_cannot_be_are_refused(dynamodb, name, change, message):
    parameters = {
        "TableName": name,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    refused = error_of(dynamodb.create_table, **{**parameters, **change})
    assert refused == ("ValidationException", message)


def test_time_to_live_is_switched(dynamodb, name):
    create(dynamodb, name)
    describe = lambda: dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert describe() == {"TimeToLiveStatus": "DISABLED"}
    enabled = {"Enabled": True, "AttributeName": "until"}
    dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=enabled)
    assert describe() == {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}
    again = error_of(
        dynamodb.update_time_to_live, TableName=name, TimeToLiveSpecification=enabled
    )
    assert again == ("ValidationException", "TimeToLive is already enabled")


def test_what_terraform_asks_is_answered(dynamodb, name):
    create(dynamodb, name)
    backups = dynamodb.describe_continuous_backups(TableName=name)
    assert backups["ContinuousBackupsDescription"]["ContinuousBackupsStatus"] == "DISABLED"
    assert dynamodb.describe_limits()["TableMaxReadCapacityUnits"] == 40_000
    address = dynamodb.describe_endpoints()["Endpoints"][0]["Address"]
    assert dynamodb.meta.endpoint_url.endswith(address)


# === items ===


def test_every_type_comes_back_as_it_was_put(resource, dynamodb, name):
    create(dynamodb, name)
    table = resource.Table(name)
    item = {
        "id": "all",
        "text": 'quotes " and \\ and é and \U0001f4a1 and \x01',
        "number": Decimal("-12345678901234567890.123456789"),
        "small": Decimal("1E-130"),
        "bytes": b"\x00\xff",
        "yes": True,
        "nothing": None,
        "list": ["a", Decimal(1), [b"x", {}]],
        "map": {"in": {"here": "deep"}, "empty": ""},
        "texts": {"a", "b"},
        "numbers": {Decimal("1"), Decimal("2.5")},
        "binaries": {b"a", b"b"},
    }
    table.put_item(Item=item)
    found = table.get_item(Key={"id": "all"}, ConsistentRead=True)["Item"]
    found["bytes"] = found["bytes"].value
    found["list"][2][0] = found["list"][2][0].value
    found["binaries"] = {it.value for it in found["binaries"]}
    assert found == item
    assert "Item" not in table.get_item(Key={"id": "none"})


def test_numbers_are_answered_in_plain_notation(dynamodb, name):
    create(dynamodb, name)
    for sent, answered in [
        ("1E3", "1000"),
        ("-0.0", "0"),
        ("007.50", "7.5"),
        ("1e-3", "0.001"),
        ("9.9999999999999999999999999999999999999E+125", "9" * 38 + "0" * 88),
    ]:
        dynamodb.put_item(TableName=name, Item={"id": {"S": "n"}, "n": {"N": sent}})
        item = dynamodb.get_item(TableName=name, Key={"id": {"S": "n"}})["Item"]
        assert item["n"]["N"] == answered


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({}, INVALID + "Missing the key id in the item"),
        ({"id": {"N": "1"}}, INVALID + "Type mismatch for key id expected: S actual: N"),
        (
            {"id": {"S": ""}},
            "One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty string value. Key: id",
        ),
        ({"id": {"S": "a"}, "n": {"N": "x"}}, "The parameter cannot be converted to a numeric "
         "value: x"),
        ({"id": {"S": "a"}, "n": {"N": "1E126"}}, "Number overflow. Attempting to store a number "
         "with magnitude larger than supported range"),
        ({"id": {"S": "a"}, "s": {"SS": []}}, INVALID + "An string set  may not be empty"),
        ({"id": {"S": "a"}, "s": {"SS": ["a", "a"]}}, INVALID + "Input collection [a, a] contains "
         "duplicates."),
        ({"id": {"S": "a"}, "n": {"NULL": False}}, INVALID + "Null attribute value types must have "
         "the value of true"),
        ({"id": {"S": "a"}, "t": {"S": "x" * 409_600}}, "Item size has exceeded the maximum "
         "allowed size"),
        ({"id": {"S": "x" * 2_049}}, INVALID + "Size of hashkey has exceeded the maximum size "
         "limit of2048 bytes"),
    ],
)
def test_items_that_cannot_be_are_refused(dynamodb, server, name, item, message):
    create(dynamodb, name)
    assert error_of(dynamodb.put_item, TableName=name, Item=item) == ("ValidationException", message)


def test_conditions_decide_writes(dynamodb, name):
    create(dynamodb, name)
    put = {"TableName": name, "Item": {"id": {"S": "lamp"}, "state": {"S": "on"}}}
    once = {**put, "ConditionExpression": "attribute_not_exists(id)"}
    dynamodb.put_item(**once)
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as failed:
        dynamodb.put_item(**once, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert failed.value.response["Item"] == put["Item"]
    assert failed.value.response["Error"]["Message"] == "The conditional request failed"
    old = dynamodb.put_item(
        **put,
        ReturnValues="ALL_OLD",
        ConditionExpression="#s = :on",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":on": {"S": "on"}},
    )
    assert old["Attributes"] == put["Item"]
    deleted = dynamodb.delete_item(
        TableName=name,
        Key={"id": {"S": "lamp"}},
        Expected={"state": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "on"}]}},
        ReturnValues="ALL_OLD",
    )
    assert deleted["Attributes"] == put["Item"]


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ("NONE", None),
        ("ALL_OLD", {"id": {"S": "lamp"}, "count": {"N": "1"}, "m": {"M": {"a": {"S": "b"}}}}),
        ("UPDATED_OLD", {"count": {"N": "1"}}),
        (
            "ALL_NEW",
            {
                "id": {"S": "lamp"},
                "count": {"N": "3"},
                "m": {"M": {"a": {"S": "b"}, "c": {"L": []}}},
            },
        ),
        ("UPDATED_NEW", {"count": {"N": "3"}, "m": {"M": {"c": {"L": []}}}}),
    ],
)
def test_updates_answer_what_is_asked(dynamodb, name, returned, expected):
    create(dynamodb, name)
    item = {"id": {"S": "lamp"}, "count": {"N": "1"}, "m": {"M": {"a": {"S": "b"}}}}
    dynamodb.put_item(TableName=name, Item=item)
    answer = dynamodb.update_item(
        TableName=name,
        Key={"id": {"S": "lamp"}},
        UpdateExpression="SET m.c = :list ADD #c :two",
        ExpressionAttributeNames={"#c": "count"},
        ExpressionAttributeValues={":two": {"N": "2"}, ":list": {"L": []}},
        ReturnValues=returned,
    )
    assert answer.get("Attributes") == expected


def test_the_guide_s_update_expressions(resource, dynamodb, name):
    """The product catalogue of AWS's developer guide."""
    create(dynamodb, name)
    table = resource.Table(name)
    table.put_item(
        Item={
            "id": "789",
            "ProductCategory": "Home Improvement",
            "Price": Decimal(52),
            "InStock": True,
            "Brand": "Acme",
            "Color": {"Yellow"},
        }
    )

    def update(expression, names=None, **values):
        more = {"ExpressionAttributeNames": names} if names else {}
        if values:
            more["ExpressionAttributeValues"] = {f":{key}": it for key, it in values.items()}
        table.update_item(Key={"id": "789"}, UpdateExpression=expression, **more)
        return table.get_item(Key={"id": "789"})["Item"]

    item = update("SET RelatedItems = :ri, ProductReviews = :pr",
                  ri=["Hammer"], pr={"FiveStar": ["Best product ever!"]})
    assert item["RelatedItems"] == ["Hammer"]
    item = update("SET RelatedItems[1] = :ri", ri="Nails")
    assert item["RelatedItems"] == ["Hammer", "Nails"]
    item = update("SET #pr.#5star[1] = :r5, #pr.#3star = :r3",
                  {"#pr": "ProductReviews", "#5star": "FiveStar", "#3star": "ThreeStar"},
                  r5="Very happy with my purchase", r3=["Just OK - not that great"])
    assert item["ProductReviews"]["FiveStar"][1] == "Very happy with my purchase"
    item = update("SET Price = Price - :p", p=Decimal(15))
    assert item["Price"] == 37
    item = update("SET #ri = list_append(#ri, :vals)", {"#ri": "RelatedItems"},
                  vals=["Screwdriver", "Hacksaw"])
    item = update("SET #ri = list_append(:vals, #ri)", {"#ri": "RelatedItems"}, vals=["Chisel"])
    assert item["RelatedItems"] == ["Chisel", "Hammer", "Nails", "Screwdriver", "Hacksaw"]
    item = update("SET Price = if_not_exists(Price, :p)", p=Decimal(1))
    assert item["Price"] == 37
    item = update("REMOVE RelatedItems[1], RelatedItems[2]")
    assert item["RelatedItems"] == ["Chisel", "Screwdriver", "Hacksaw"]
    item = update("ADD QuantityOnHand :q", q=Decimal(5))
    assert item["QuantityOnHand"] == 5
    item = update("ADD Color :c", c={"Orange", "Purple"})
    assert item["Color"] == {"Yellow", "Orange", "Purple"}
    item = update("DELETE Color :p", p={"Yellow", "Purple"})
    assert item["Color"] == {"Orange"}
    item = update("REMOVE Brand, InStock, QuantityOnHand")
    assert "Brand" not in item and "InStock" not in item


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"UpdateExpression": "SET id = :v"}, INVALID + "Cannot update attribute id. This "
         "attribute is part of the key"),
        ({"UpdateExpression": "SET id.x = :v"}, INVALID + "Cannot update attribute id. This "
         "attribute is part of the key"),
        (
            {"UpdateExpression": "SET n = :v", "ConditionExpression": "attribute_exists(id.x)"},
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: id",
        ),
        ({"UpdateExpression": "SET n = absent + :v"}, "The provided expression refers to an "
         "attribute that does not exist in the item"),
        ({"UpdateExpression": "SET absent.x = :v"}, "The document path provided in the update "
         "expression is invalid for update"),
        ({"UpdateExpression": "SET n = :w"}, "Invalid UpdateExpression: An expression attribute "
         "value used in expression is not defined; attribute value: :w"),
        ({"UpdateExpression": "REMOVE n"}, "Value provided in ExpressionAttributeValues unused in "
         "expressions: keys: {:v}"),
        (
            {"UpdateExpression": "SET n = :v", "Expected": {"n": {"Exists": False}}},
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {Expected} Expression parameters: {UpdateExpression}",
        ),
        ({"AttributeUpdates": {"n": {"Action": "DELETE"}}}, "ExpressionAttributeValues can only be "
         "specified when using expressions: UpdateExpression and ConditionExpression are null"),
    ],
)
def test_updates_that_cannot_be_are_refused(dynamodb, name, parameters, message):
    create(dynamodb, name)
    refused = error_of(
        dynamodb.update_item,
        TableName=name,
        Key={"id": {"S": "lamp"}},
        ExpressionAttributeValues={":v": {"N": "1"}},
        **parameters,
    )
    assert refused == ("ValidationException", message)


# === many items ===


def test_a_batch_writer_writes_all(resource, dynamodb, name):
    create(dynamodb, name, sort="at")
    table = resource.Table(name)
    with table.batch_writer() as batch:
        for at in range(60):
            batch.put_item(Item={"id": "lamp", "at": at, "text": "x" * at})
    with table.batch_writer() as batch:
        batch.delete_item(Key={"id": "lamp", "at": 59})
    assert table.scan(Select="COUNT")["Count"] == 59
    keys = [{"id": {"S": "lamp"}, "at": {"N": str(at)}} for at in (1, 2, 99)]
    got = dynamodb.batch_get_item(
        RequestItems={name: {"Keys": keys, "ProjectionExpression": "#t, nothing",
                             "ExpressionAttributeNames": {"#t": "text"}}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert sorted(it["text"]["S"] for it in got["Responses"][name]) == ["x", "xx"]
    assert got["UnprocessedKeys"] == {}
    assert got["ConsumedCapacity"] == [{"TableName": name, "CapacityUnits": 1.5}]
    twice = error_of(dynamodb.batch_get_item, RequestItems={name: {"Keys": keys[:1] * 2}})
    assert twice == ("ValidationException", "Provided list of item keys contains duplicates")
    many = [{"DeleteRequest": {"Key": {"id": {"S": "a"}, "at": {"N": str(at)}}}} for at in range(26)]
    code, message = error_of(dynamodb.batch_write_item, RequestItems={name: many})
    assert (code, message) == ("ValidationException", "Too many items requested for the "
                               "BatchWriteItem call")


def test_queries_find_what_is_asked(resource, dynamodb, name):
    create(dynamodb, name, sort="at")
    table = resource.Table(name)
    with table.batch_writer() as batch:
        for at in range(-3, 10):
            batch.put_item(Item={"id": "lamp", "at": at, "even": at % 2 == 0})
        batch.put_item(Item={"id": "other", "at": 1})

    def found(condition, **more):
        answer = table.query(KeyConditionExpression=condition, **more)
        return [int(item["at"]) for item in answer["Items"]]

    lamp = Key("id").eq("lamp")
    assert found(lamp) == list(range(-3, 10))
    assert found(lamp, ScanIndexForward=False, Limit=3) == [9, 8, 7]
    assert found(lamp & Key("at").lt(-1)) == [-3, -2]
    assert found(lamp & Key("at").lte(-1)) == [-3, -2, -1]
    assert found(lamp & Key("at").gt(7)) == [8, 9]
    assert found(lamp & Key("at").gte(7)) == [7, 8, 9]
    assert found(lamp & Key("at").eq(4)) == [4]
    assert found(lamp & Key("at").between(2, 4)) == [2, 3, 4]
    assert found(lamp, FilterExpression=Attr("even").eq(True)) == [-2, 0, 2, 4, 6, 8]
    assert found(Key("id").eq("nobody")) == []
    page = table.query(KeyConditionExpression=lamp, Limit=5, FilterExpression=Attr("even").eq(True))
    assert (page["Count"], page["ScannedCount"]) == (2, 5)
    assert page["LastEvaluatedKey"] == {"id": "lamp", "at": 1}


def test_pages_hold_a_megabyte(dynamodb, name):
    create(dynamodb, name, sort="at")
    for at in range(8):
        item = {"id": {"S": "lamp"}, "at": {"N": str(at)}, "text": {"S": "x" * 300_000}}
        dynamodb.put_item(TableName=name, Item=item)
    pages = list(
        dynamodb.get_paginator("query").paginate(
            TableName=name,
            KeyConditionExpression="id = :id",
            ExpressionAttributeValues={":id": {"S": "lamp"}},
        )
    )
    assert [page["Count"] for page in pages] == [3, 3, 2]
    assert [item["at"]["N"] for page in pages for item in page["Items"]] == list("01234567")
    counted = dynamodb.scan(TableName=name, Select="COUNT", ReturnConsumedCapacity="TOTAL")
    assert "Items" not in counted and counted["Count"] == 3
    assert counted["ConsumedCapacity"]["CapacityUnits"] == 110.0


def test_segments_of_a_scan_are_all_items_once(dynamodb, name):
    create(dynamodb, name)
    ids = {f"lamp-{number}" for number in range(50)}
    for id in ids:
        dynamodb.put_item(TableName=name, Item={"id": {"S": id}})
    found = []
    for segment in range(4):
        pages = dynamodb.get_paginator("scan").paginate(
            TableName=name, Segment=segment, TotalSegments=4, Limit=7
        )
        found += [item["id"]["S"] for page in pages for item in page["Items"]]
    assert len(found) == 50 and set(found) == ids


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"KeyConditionExpression": "id < :v"}, "Query key condition not supported"),
        ({"KeyConditionExpression": "room = :v"}, "Query condition missed key schema element: id"),
        ({"KeyConditionExpression": "id = :n"}, INVALID + "Condition parameter type does not match "
         "schema type"),
        (
            {"KeyConditionExpression": "id = :v", "FilterExpression": "id = :v"},
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
            "id",
        ),
        ({"KeyConditionExpression": "id = :v", "IndexName": "none"}, "The table does not have the "
         "specified index: none"),
        ({"KeyConditionExpression": "id = :v OR id = :v"}, "Invalid operator used in "
         "KeyConditionExpression: OR"),
        ({"KeyConditionExpression": "id = :v", "ExclusiveStartKey": {"id": {"S": "a"}}}, "The "
         "provided starting key is invalid"),
        ({"KeyConditionExpression": "id = :v", "Select": "SPECIFIC_ATTRIBUTES"}, "Must specify the "
         "AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"),
    ],
)
def test_queries_that_cannot_be_are_refused(dynamodb, name, parameters, message):
    create(dynamodb, name, sort="at")
    values = {":v": {"S": "a"}, ":n": {"N": "1"}}
    used = {key: it for key, it in values.items() if key in str(parameters)}
    refused = error_of(
        dynamodb.query, TableName=name, ExpressionAttributeValues=used, **parameters
    )
    assert refused == ("ValidationException", message)


def test_older_parameters_mean_the_same(dynamodb, name):
    create(dynamodb, name, sort="at")
    for at in range(5):
        dynamodb.update_item(
            TableName=name,
            Key={"id": {"S": "lamp"}, "at": {"N": str(at)}},
            AttributeUpdates={"n": {"Action": "ADD", "Value": {"N": "2"}}},
        )
    answer = dynamodb.query(
        TableName=name,
        KeyConditions={
            "id": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "lamp"}]},
            "at": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "2"}]},
        },
        QueryFilter={"n": {"ComparisonOperator": "NOT_NULL"}},
        AttributesToGet=["at"],
    )
    assert answer["Items"] == [{"at": {"N": "3"}}, {"at": {"N": "4"}}]


# === indexes ===


def test_indexes_answer_what_they_hold(dynamodb, name):
    create(
        dynamodb,
        name,
        sort="at",
        GlobalSecondaryIndexes=[
            index("by-room", "room", "at", "KEYS_ONLY"),
            index("by-kind", "kind", projection="INCLUDE", NonKeyAttributes=["watts"]),
        ],
        LocalSecondaryIndexes=[index("by-kind-of-id", "id", "kind", "KEYS_ONLY")],
    )
    for at, room in enumerate(["hall", "hall", "attic"]):
        item = {"id": {"S": "lamp"}, "at": {"N": str(at)}, "room": {"S": room},
                "kind": {"S": "led"}, "watts": {"N": "5"}, "more": {"S": "x"}}
        dynamodb.put_item(TableName=name, Item=item)
    dynamodb.put_item(TableName=name, Item={"id": {"S": "bare"}, "at": {"N": "0"}})

    def query(of, attribute, value, **more):
        return dynamodb.query(
            TableName=name,
            IndexName=of,
            KeyConditionExpression=f"{attribute} = :v",
            ExpressionAttributeValues={":v": {"S": value}},
            **more,
        )

    found = query("by-room", "room", "hall", ReturnConsumedCapacity="INDEXES")
    assert [sorted(item) for item in found["Items"]] == [["at", "id", "room"]] * 2
    units = found["ConsumedCapacity"]["GlobalSecondaryIndexes"]["by-room"]["CapacityUnits"]
    assert units == 0.5
    assert sorted(query("by-kind", "kind", "led")["Items"][0]) == ["at", "id", "kind", "watts"]
    local = query("by-kind-of-id", "id", "lamp", Select="ALL_ATTRIBUTES", ConsistentRead=True)
    assert local["Count"] == 3 and "more" in local["Items"][0]
    refused = error_of(query, of="by-room", attribute="room", value="x", ConsistentRead=True)
    message = "Consistent reads are not supported on global secondary indexes"
    assert refused == ("ValidationException", message)
    code, message = error_of(
        query, of="by-room", attribute="room", value="x", Select="ALL_ATTRIBUTES"
    )
    assert "because its projection type is not ALL" in message
    page = query("by-kind", "kind", "led", Limit=2)
    assert sorted(page["LastEvaluatedKey"]) == ["at", "id", "kind"]
    rest = query("by-kind", "kind", "led", ExclusiveStartKey=page["LastEvaluatedKey"])
    assert rest["Count"] == 1
    assert dynamodb.scan(TableName=name, IndexName="by-room")["Count"] == 3
    wrong = {"id": {"S": "x"}, "at": {"N": "0"}, "room": {"N": "1"}}
    refused = error_of(dynamodb.put_item, TableName=name, Item=wrong)
    assert refused == ("ValidationException", INVALID + "Type mismatch for Index Key room Expected: "
                       "S Actual: N IndexName: by-room")


def test_an_index_is_added_and_taken_away(dynamodb, name):
    create(dynamodb, name)
    for number in range(250):
        item = {"id": {"S": f"lamp-{number}"}, "room": {"S": "hall"}}
        dynamodb.put_item(TableName=name, Item=item)
    update = {
        "AttributeDefinitions": [{"AttributeName": "room", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [{"Create": index("by-room", "room")}],
    }
    dynamodb.update_table(TableName=name, **update)
    describe = lambda: dynamodb.describe_table(TableName=name)["Table"]
    # The wait is that of any program that adds an index.
    for _ in range(2_000):
        if describe()["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE":
            break
    query = {
        "TableName": name,
        "IndexName": "by-room",
        "KeyConditionExpression": "room = :v",
        "ExpressionAttributeValues": {":v": {"S": "hall"}},
    }
    assert dynamodb.query(**query)["Count"] == 250
    dynamodb.update_table(
        TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-room"}}]
    )
    assert "GlobalSecondaryIndexes" not in describe()
    assert error_of(dynamodb.query, **query)[0] == "ValidationException"


# === transactions ===


def test_transactions_are_done_whole_or_not(dynamodb, name):
    create(dynamodb, name)
    key = lambda id: {"id": {"S": id}}
    dynamodb.put_item(TableName=name, Item={**key("a"), "n": {"N": "1"}})
    ask = lambda *items, **more: dynamodb.transact_write_items(TransactItems=list(items), **more)
    put = {"Put": {"TableName": name, "Item": key("b")}}
    check = {
        "ConditionCheck": {
            "TableName": name,
            "Key": key("a"),
            "ConditionExpression": "n = :n",
            "ExpressionAttributeValues": {":n": {"N": "2"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        ask(put, check)
    response = cancelled.value.response
    assert response["Error"]["Message"] == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, ConditionalCheckFailed]"
    )
    assert response["CancellationReasons"] == [
        {"Code": "None"},
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": {**key("a"), "n": {"N": "1"}},
        },
    ]
    update = {
        "Update": {
            "TableName": name,
            "Key": key("a"),
            "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": "5"}},
        }
    }
    for _ in range(2):
        ask(put, update, ClientRequestToken="only-once")
    with pytest.raises(dynamodb.exceptions.IdempotentParameterMismatchException):
        ask(put, ClientRequestToken="only-once")
    gets = [{"Get": {"TableName": name, "Key": key(id)}} for id in ("b", "none", "a")]
    got = dynamodb.transact_get_items(TransactItems=gets)["Responses"]
    assert got == [{"Item": key("b")}, {}, {"Item": {**key("a"), "n": {"N": "6"}}}]
    code, message = error_of(dynamodb.transact_write_items, TransactItems=[put, put])
    assert message == "Transaction request cannot include multiple operations on one item"


# === streams ===


def test_a_stream_tells_what_changed(dynamodb, streams, name):
    create(
        dynamodb,
        name,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    key = {"id": {"S": "lamp"}}
    dynamodb.put_item(TableName=name, Item=key)
    dynamodb.put_item(TableName=name, Item={**key, "state": {"S": "on"}})
    dynamodb.delete_item(TableName=name, Key=key)
    arn = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    assert [it["StreamArn"] for it in streams.list_streams(TableName=name)["Streams"]] == [arn]
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert described["StreamStatus"] == "ENABLED"
    [shard] = described["Shards"]

    def read(kind, **more):
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **more
        )["ShardIterator"]
        answer = streams.get_records(ShardIterator=iterator)
        return answer["Records"], answer.get("NextShardIterator")

    records, following = read("TRIM_HORIZON")
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert records[1]["dynamodb"]["OldImage"] == key
    assert records[1]["dynamodb"]["NewImage"] == {**key, "state": {"S": "on"}}
    second = records[1]["dynamodb"]["SequenceNumber"]
    after, _ = read("AFTER_SEQUENCE_NUMBER", SequenceNumber=second)
    assert [record["eventName"] for record in after] == ["REMOVE"]
    assert read("LATEST")[0] == []
    dynamodb.put_item(TableName=name, Item=key)
    assert len(streams.get_records(ShardIterator=following)["Records"]) == 1
    dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    records, following = read("TRIM_HORIZON")
    assert len(records) == 4 and following is None


# === who may ===


def test_policies_name_tables_and_their_indexes(server, dynamodb, name):
    create(dynamodb, name, GlobalSecondaryIndexes=[index("by-room", "room")])
    iam = aws_client.client(server, "iam")
    iam.create_user(UserName=name)
    allowed = f"arn:aws:dynamodb:us-east-1:000000000000:table/{name}"
    iam.put_user_policy(
        UserName=name,
        PolicyName="read",
        PolicyDocument='{"Version":"2012-10-17","Statement":{"Effect":"Allow",'
        f'"Action":["dynamodb:GetItem","dynamodb:Query"],"Resource":"{allowed}"}}}}',
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    own = aws_client.caller(server, "dynamodb", key)
    assert "Item" not in own.get_item(TableName=name, Key={"id": {"S": "a"}})
    code, message = error_of(own.put_item, TableName=name, Item={"id": {"S": "a"}})
    assert code == "AccessDeniedException" and f"dynamodb:PutItem on resource: {allowed}" in message
    query = {
        "TableName": name,
        "KeyConditionExpression": "room = :v",
        "ExpressionAttributeValues": {":v": {"S": "hall"}},
    }
    code, message = error_of(own.query, **query, IndexName="by-room")
    assert code == "AccessDeniedException" and f"{allowed}/index/by-room" in message
    code, _ = error_of(own.batch_get_item, RequestItems={name: {"Keys": [{"id": {"S": "a"}}]}})
    assert code == "AccessDeniedException"


def test_policies_name_partitions_and_attributes(server, dynamodb, name):
    create(dynamodb, name)
    for id in ("mine", "theirs"):
        item = {"id": {"S": id}, "open": {"S": "x"}, "secret": {"S": "y"}}
        dynamodb.put_item(TableName=name, Item=item)
    iam = aws_client.client(server, "iam")
    iam.create_user(UserName=name)
    arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/{name}"
    statement = {
        "Effect": "Allow",
        "Action": "dynamodb:*",
        "Resource": arn,
        "Condition": {
            "ForAllValues:StringEquals": {
                "dynamodb:LeadingKeys": ["mine"],
                "dynamodb:Attributes": ["id", "open"],
            },
            "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
        },
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    own = aws_client.caller(server, "dynamodb", key)
    mine, theirs = {"id": {"S": "mine"}}, {"id": {"S": "theirs"}}
    only = {"TableName": name, "ProjectionExpression": "id, #o",
            "ExpressionAttributeNames": {"#o": "open"}}
    assert own.get_item(Key=mine, **only)["Item"] == {**mine, "open": {"S": "x"}}
    query = {**only, "KeyConditionExpression": "id = :id"}
    own.query(**query, ExpressionAttributeValues={":id": mine["id"]})
    own.put_item(TableName=name, Item={**mine, "open": {"S": "z"}})
    for call, parameters in [
        (own.get_item, {**only, "Key": theirs}),
        (own.get_item, {"TableName": name, "Key": mine}),
        (own.get_item, {"TableName": name, "Key": mine, "ProjectionExpression": "secret"}),
        (own.query, {**query, "ExpressionAttributeValues": {":id": theirs["id"]}}),
        (own.put_item, {"TableName": name, "Item": theirs}),
        (own.put_item, {"TableName": name, "Item": {**mine, "secret": {"S": "z"}}}),
        (own.update_item, {"TableName": name, "Key": mine, "UpdateExpression": "REMOVE secret"}),
        (own.delete_item, {"TableName": name, "Key": theirs}),
        (own.batch_get_item, {"RequestItems": {name: {"Keys": [mine, theirs]}}}),
        (own.batch_write_item, {"RequestItems": {name: [{"DeleteRequest": {"Key": theirs}}]}}),
        (own.transact_get_items, {"TransactItems": [{"Get": {"TableName": name, "Key": theirs}}]}),
        (own.execute_statement, {"Statement": f"SELECT id FROM \"{name}\" WHERE id = 'theirs'"}),
        (own.execute_statement, {"Statement": f"DELETE FROM \"{name}\" WHERE id = 'theirs'"}),
    ]:
        assert error_of(call, **parameters)[0] == "AccessDeniedException", (call, parameters)


# === PartiQL ===


def test_statements_do_what_calls_do(dynamodb, name):
    create(dynamodb, name, sort="at")

    def run(statement, *parameters, **more):
        if parameters:
            more["Parameters"] = list(parameters)
        statement = statement.replace(" T ", f' "{name}" ')
        return dynamodb.execute_statement(Statement=statement, **more)

    for at in range(5):
        run("INSERT INTO T VALUE {'id': 'lamp', 'at': ?, 'on': true}", {"N": str(at)})
    twice = error_of(run, statement="INSERT INTO T VALUE {'id': 'lamp', 'at': 0}")
    assert twice == ("DuplicateItemException", "Duplicate primary key exists in table")
    ats = lambda answer: [int(item["at"]["N"]) for item in answer["Items"]]
    found = run("SELECT at FROM T WHERE id = ? AND at > 1 ORDER BY at DESC", {"S": "lamp"})
    assert ats(found) == [4, 3, 2]
    page = run("SELECT * FROM T WHERE id = 'lamp'", Limit=2)
    assert ats(page) == [0, 1]
    page = run("SELECT * FROM T WHERE id = 'lamp'", Limit=2, NextToken=page["NextToken"])
    assert ats(page) == [2, 3]
    changed = run("UPDATE T SET watts = 5 WHERE id = 'lamp' AND at = 1 RETURNING ALL NEW *")
    assert changed["Items"][0]["watts"] == {"N": "5"}
    absent = error_of(run, statement="UPDATE T SET watts = 5 WHERE id = 'none' AND at = 1")
    assert absent[0] == "ConditionalCheckFailedException"
    assert ats(run("SELECT at FROM T WHERE watts = 5")) == [1]
    run("DELETE FROM T WHERE id = 'lamp' AND at = 1")
    assert ats(run("SELECT at FROM T WHERE id = 'lamp'")) == [0, 2, 3, 4]
    code, message = error_of(run, statement="DELETE FROM T WHERE id = 'lamp'")
    assert code == "ValidationException" and "mandatory equality on all key attributes" in message


def test_statements_run_together(dynamodb, name):
    create(dynamodb, name)
    insert = lambda id: {"Statement": f"INSERT INTO \"{name}\" VALUE {{'id': '{id}'}}"}
    select = lambda id: {"Statement": f"SELECT * FROM \"{name}\" WHERE id = '{id}'"}
    batch = dynamodb.batch_execute_statement(Statements=[insert("a"), insert("a"), insert("b")])
    codes = [it.get("Error", {}).get("Code") for it in batch["Responses"]]
    assert codes == [None, "DuplicateItem", None]
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.execute_transaction(TransactStatements=[insert("c"), insert("a")])
    reasons = cancelled.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "DuplicateItem"]
    dynamodb.execute_transaction(TransactStatements=[insert("c"), insert("d")])
    got = dynamodb.execute_transaction(TransactStatements=[select("c"), select("x")])["Responses"]
    assert got == [{"Item": {"id": {"S": "c"}}}, {}]
    batch = dynamodb.batch_execute_statement(Statements=[select("b"), select("x")])["Responses"]
    assert [it.get("Item") for it in batch] == [{"id": {"S": "b"}}, None]


def test_what_was_acknowledged_survives_a_kill(own_server):
    client = aws_client.client(own_server, "dynamodb")
    create(client, "lamps")
    for number in range(20):
        client.put_item(TableName="lamps", Item={"id": {"S": f"lamp-{number}"}})
    own_server.kill()
    own_server.start()
    assert aws_client.client(own_server, "dynamodb").scan(TableName="lamps")["Count"] == 20


def test_writes_tell_how_large_an_item_collection_is(dynamodb, name):
    key = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
    local = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "kind", "KeyType": "RANGE"}]
    types = {"id": "S", "at": "N", "kind": "S"}
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": of, "AttributeType": types[of]} for of in types],
        KeySchema=key,
        LocalSecondaryIndexes=[
            {"IndexName": "by-kind", "KeySchema": local, "Projection": {"ProjectionType": "ALL"}}
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    item = lambda id, at: {"id": {"S": id}, "at": {"N": str(at)}, "kind": {"S": "k"}}
    at = {"id": {"S": "a"}, "at": {"N": "1"}}
    asked = {"ReturnItemCollectionMetrics": "SIZE"}
    of = lambda id: {"ItemCollectionKey": {"id": {"S": id}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    done = [
        dynamodb.put_item(TableName=name, Item=item("a", 1), **asked),
        dynamodb.update_item(TableName=name, Key=at, AttributeUpdates={}, **asked),
        dynamodb.delete_item(TableName=name, Key=at, **asked),
    ]
    assert [one["ItemCollectionMetrics"] for one in done] == [of("a")] * 3
    quiet = dynamodb.put_item(TableName=name, Item=item("a", 1), ReturnItemCollectionMetrics="NONE")
    assert "ItemCollectionMetrics" not in quiet
    puts = [{"PutRequest": {"Item": item(id, number)}} for id in "ab" for number in range(12)]
    batch = dynamodb.batch_write_item(RequestItems={name: puts}, **asked)
    assert batch["ItemCollectionMetrics"] == {name: [of("a"), of("b")]}
    put = {"Put": {"TableName": name, "Item": item("c", 1)}}
    check = {"ConditionCheck": {"TableName": name, "Key": at, "ConditionExpression": "attribute_exists(id)"}}
    transacted = dynamodb.transact_write_items(TransactItems=[put, check], **asked)
    assert transacted["ItemCollectionMetrics"] == {name: [of("c")]}
