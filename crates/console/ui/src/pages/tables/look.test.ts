import { expect, it } from "vitest";
import { NO_LOOK, guessedValue, keysOf, lookInput } from "./look";

const TABLE = {
  TableName: "t",
  KeySchema: [
    { AttributeName: "id", KeyType: "HASH" as const },
    { AttributeName: "at", KeyType: "RANGE" as const },
  ],
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" as const },
    { AttributeName: "at", AttributeType: "N" as const },
  ],
  GlobalSecondaryIndexes: [{ IndexName: "byZone", KeySchema: [{ AttributeName: "zone", KeyType: "HASH" as const }] }],
};

it("scans without a key", () => {
  expect(lookInput(TABLE, NO_LOOK)).toEqual({ operation: "Scan", input: { TableName: "t" } });
});

it("queries by keys, with the types that the table says", () => {
  const look = { ...NO_LOOK, hash: "7", range: "5", comparison: ">=" as const, isBackward: true };
  expect(lookInput(TABLE, look)).toEqual({
    operation: "Query",
    input: {
      TableName: "t",
      KeyConditionExpression: "#hash = :hash AND #range >= :range",
      ExpressionAttributeNames: { "#hash": "id", "#range": "at" },
      ExpressionAttributeValues: { ":hash": { S: "7" }, ":range": { N: "5" } },
      ScanIndexForward: false,
    },
  });
});

it("uses the keys of an index, and filters", () => {
  expect(keysOf(TABLE, "byZone")).toEqual({ hash: "zone", range: undefined });
  const look = { ...NO_LOOK, index: "byZone", hash: "a", range: "5", filterName: "on", filterValue: "true" };
  expect(lookInput(TABLE, look).input).toMatchObject({
    IndexName: "byZone",
    KeyConditionExpression: "#hash = :hash",
    FilterExpression: "#filter = :filter",
    ExpressionAttributeValues: { ":filter": { BOOL: true } },
  });
});

it("takes a value for what it looks like", () => {
  expect(["42", "-1.5e3", "true", '"42"', "4 two"].map(guessedValue)).toEqual([
    { N: "42" },
    { N: "-1.5e3" },
    { BOOL: true },
    { S: "42" },
    { S: "4 two" },
  ]);
});
