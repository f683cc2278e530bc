"""The same random calls, asked of ours and of moto: their answers are compared.

moto is another program that was written to behave as DynamoDB does, by other people. Where the two
differ one is wrong, and where that is moto, the call is left out here and the reason given:

- A condition of DynamoDB's holds of no attribute that is not there, `<>` excepted; moto compares a
  missing attribute with `<` as if it were smaller than all, so only `=` and functions are asked of
  attributes that may be missing.
- A number equals no boolean; for moto 0 equals false, and 1 true.
- moto keeps numbers as they were written; so numbers are compared by their worth.
- moto does not order the members of sets; so sets are compared as sets.
- What is not there equals nothing; for moto it equals `NULL`.
- A path through what is no map leads nowhere; moto breaks where a projection has one.
- `UPDATED_NEW` answers what was named; moto answers what differs, and the key of a new item.
- moto words some errors in its own way; so their codes are compared.
"""

import os
import random
from decimal import Decimal

import aws_client
import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

CALLS = int(os.environ.get("THINGSTEAD_CALLS", "150"))
SEEDS = range(int(os.environ.get("THINGSTEAD_SEEDS", "6")))
TABLE = "compared"
IDS = ["a", "b", "c"]
ROOMS = ["hall", "attic"]


def create(client):
    client.create_table(
        TableName=TABLE,
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
            {"AttributeName": "room", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-room",
                "KeySchema": [
                    {"AttributeName": "room", "KeyType": "HASH"},
                    {"AttributeName": "at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )


# === what is asked ===


class Calls:
    """Calls that one seed makes, as names of methods and their parameters."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def next(self):
        kinds = [self.put, self.update, self.delete, self.get, self.query, self.query_index,
                 self.scan, self.batch, self.transaction]
        return self.random.choices(kinds, weights=[6, 8, 2, 3, 4, 2, 2, 1, 2])[0]()

    def key(self):
        return {"id": {"S": self.random.choice(IDS)}, "at": {"N": str(self.random.randint(-2, 3))}}

    def value(self, depth=0):
        choose = self.random.choice
        kinds = ["S", "N", "B", "BOOL", "NULL", "SS", "NS"] + ["L", "M"] * (depth < 2)
        match kind := choose(kinds):
            case "S":
                return {kind: choose(["", "x", "lamp", "é"])}
            case "N":
                return {kind: choose(["3", "-1.5", "7", "1E2", "0.001"])}
            case "B":
                return {kind: choose([b"\x00", b"ab"])}
            case "BOOL":
                return {kind: choose([True, False])}
            case "NULL":
                return {kind: True}
            case "SS":
                return {kind: self.random.sample(["p", "q", "r"], self.random.randint(1, 3))}
            case "NS":
                return {kind: self.random.sample(["1", "2", "3"], self.random.randint(1, 3))}
            case "L":
                return {kind: [self.value(depth + 1) for _ in range(self.random.randint(0, 2))]}
            case "M":
                names = self.random.sample(["k", "l"], self.random.randint(0, 2))
                return {kind: {name: self.value(depth + 1) for name in names}}

    def item(self):
        item = self.key() | {"count": {"N": str(self.random.randint(0, 9))}}
        if self.random.random() < 0.7:
            item["room"] = {"S": self.random.choice(ROOMS)}
        for name in self.random.sample(["v", "w", "tags"], self.random.randint(0, 3)):
            item[name] = self.value() if name != "tags" else {"SS": ["p"]}
        return item

    def condition(self, values):
        """One that looks at attributes of every kind, whether they are there or not."""
        choose = self.random.choice
        value = self.value()
        while value == {"NULL": True}:
            value = self.value()
        one = choose([
            "attribute_exists(v)", "attribute_not_exists(v)", "attribute_exists(v.k)",
            "attribute_type(v, :type)", "v = :value", "begins_with(room, :h)",
            "contains(tags, :p)", "room IN (:h, :hall)", "NOT attribute_exists(w)",
            "attribute_not_exists(v) OR v = :value",
            "attribute_exists(w) AND (room = :hall OR attribute_exists(tags))",
        ])
        given = {":type": {"S": choose(["S", "N", "L", "M"])}, ":value": value,
                 ":h": {"S": "h"}, ":hall": {"S": "hall"}, ":p": {"S": "p"}}
        values.update({name: it for name, it in given.items()
                       if name in one.replace("(", " ").replace(")", " ").replace(",", " ").split()})
        return one

    def put(self):
        parameters = {"Item": self.item(), "ReturnValues": self.random.choice(["NONE", "ALL_OLD"])}
        if self.random.random() < 0.4:
            values = {}
            parameters["ConditionExpression"] = self.condition(values)
            if values:
                parameters["ExpressionAttributeValues"] = values
        return "put_item", parameters

    def update(self):
        choose = self.random.choice
        expression, values = choose([
            ("SET v = :v", {":v": self.value()}),
            ("SET v = if_not_exists(w, :v)", {":v": self.value()}),
            ("SET #c = if_not_exists(#c, :zero) + :n", {":zero": {"N": "0"}, ":n": {"N": "2.5"}}),
            ("SET #l = list_append(if_not_exists(#l, :none), :v)",
             {":none": {"L": []}, ":v": {"L": [self.value(1)]}}),
            ("ADD #c :n", {":n": {"N": choose(["3", "-0.5"])}}),
            ("ADD tags :v", {":v": {"SS": choose([["p"], ["q", "r"]])}}),
            ("DELETE tags :v", {":v": {"SS": choose([["p"], ["q", "r"]])}}),
            ("REMOVE v, w", {}),
            ("SET room = :v REMOVE w", {":v": {"S": choose(ROOMS)}}),
            ("REMOVE #l[0]", {}),
        ])
        parameters = {
            "Key": self.key(),
            "UpdateExpression": expression,
            "ReturnValues": choose(["NONE", "ALL_OLD", "ALL_NEW"]),
        }
        if self.random.random() < 0.3:
            parameters["ConditionExpression"] = self.condition(values := dict(values))
        names = {key: name for key, name in [("#c", "count"), ("#l", "items")] if key in expression}
        if names:
            parameters["ExpressionAttributeNames"] = names
        if values:
            parameters["ExpressionAttributeValues"] = values
        return "update_item", parameters

    def delete(self):
        return "delete_item", {"Key": self.key(), "ReturnValues": "ALL_OLD"}

    def get(self):
        parameters = {"Key": self.key()}
        if self.random.random() < 0.5:
            parameters["ProjectionExpression"] = self.random.choice(["id, v", "v, tags", "room"])
        return "get_item", parameters

    def query(self):
        condition, values = self.random.choice([
            ("id = :id", {}),
            ("id = :id AND at BETWEEN :low AND :high", {":low": {"N": "-1"}, ":high": {"N": "2"}}),
            ("id = :id AND at > :low", {":low": {"N": "0"}}),
            ("id = :id AND at <= :low", {":low": {"N": "0.5"}}),
        ])
        condition = condition.replace(" at ", " #at ")
        values = values | {":id": {"S": self.random.choice(IDS)}}
        return "query", self.page(condition, values)

    def query_index(self):
        values = {":room": {"S": self.random.choice(ROOMS)}, ":low": {"N": "0"}}
        parameters = self.page("room = :room AND #at >= :low", values)
        return "query", parameters | {"IndexName": "by-room"}

    def page(self, condition, values):
        parameters = {
            "KeyConditionExpression": condition,
            "ScanIndexForward": self.random.random() < 0.5,
            "ExpressionAttributeValues": values,
        }
        if "#at" in condition:
            parameters["ExpressionAttributeNames"] = {"#at": "at"}
        if self.random.random() < 0.3:
            parameters["FilterExpression"] = self.filter(values)
        return parameters

    def filter(self, values):
        values[":tag"] = {"S": "p"}
        return self.random.choice(["contains(tags, :tag)", "NOT contains(tags, :tag)"])

    def scan(self):
        values = {}
        parameters = {"FilterExpression": self.condition(values)}
        if values:
            parameters["ExpressionAttributeValues"] = values
        return "scan", parameters

    def batch(self):
        keys = {tuple(sorted((k, str(v)) for k, v in key.items())): key
                for key in (self.key() for _ in range(4))}
        requests = [{"DeleteRequest": {"Key": key}} if self.random.random() < 0.3
                    else {"PutRequest": {"Item": self.item() | key}} for key in keys.values()]
        return "batch_write_item", {"RequestItems": {TABLE: requests}}

    def transaction(self):
        values = {}
        condition = self.condition(values)
        check = {"TableName": TABLE, "Key": {"id": {"S": "a"}, "at": {"N": "0"}},
                 "ConditionExpression": condition}
        if values:
            check["ExpressionAttributeValues"] = values
        put = {"TableName": TABLE, "Item": self.item() | {"id": {"S": "b"}}}
        return "transact_write_items", {"TransactItems": [{"ConditionCheck": check}, {"Put": put}]}


# === what is answered ===


def told(value):
    """A value without what says nothing: the order of sets, the notation of numbers."""
    match value:
        case {"N": number, **rest} if not rest:
            return "N", Decimal(number)
        case {"NS": numbers, **rest} if not rest:
            return "NS", frozenset(map(Decimal, numbers))
        case {"SS": texts, **rest} if not rest:
            return "SS", frozenset(texts)
        case dict():
            return {name: told(it) for name, it in value.items()}
        case list():
            return [told(it) for it in value]
        case _:
            return value


def answer(client, method, parameters):
    if "TransactItems" not in parameters and "RequestItems" not in parameters:
        parameters = parameters | {"TableName": TABLE}
    try:
        response = getattr(client, method)(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    response.pop("ResponseMetadata")
    items = told(response.get("Items", []))
    if method == "scan" or "IndexName" in parameters:
        # Partitions come in no order that is told, nor do those of one sort key in an index.
        items.sort(key=lambda item: (item["id"]["S"], item["at"][1]))
    return told(response.get("Attributes")), told(response.get("Item")), items, response.get("Count")


@pytest.fixture(scope="module")
def ours(server):
    return aws_client.client(server, "dynamodb")


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_are_the_same(ours, seed):
    with mock_aws():
        theirs = boto3.client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        create(theirs)
        create(ours)
        calls = Calls(seed)
        try:
            for number in range(CALLS):
                method, parameters = calls.next()
                expected = answer(theirs, method, parameters)
                found = answer(ours, method, parameters)
                assert found == expected, f"call {number} of seed {seed}: {method} {parameters}"
        finally:
            ours.delete_table(TableName=TABLE)
