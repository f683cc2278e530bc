import { describe, expect, it } from "vitest";
import { ACTION_KINDS, fieldOf, isWhole, kindOf, withField } from "./actionKinds";

describe("an action's fields", () => {
  const action = { dynamoDBv2: { roleArn: "r", putItem: { tableName: "t" } } };

  it("are read and written at their paths", () => {
    expect(fieldOf(action, ["putItem", "tableName"])).toBe("t");
    expect(withField(action, ["putItem", "tableName"], "u")).toEqual({
      dynamoDBv2: { roleArn: "r", putItem: { tableName: "u" } },
    });
  });

  it("go when they are empty, and what held only them, too", () => {
    expect(withField(action, ["putItem", "tableName"], "")).toEqual({ dynamoDBv2: { roleArn: "r" } });
    expect(withField({ lambda: { functionArn: "f" } }, ["functionArn"], "")).toEqual({ lambda: {} });
  });

  it("leave the action that they were read from as it is", () => {
    withField(action, ["roleArn"], "other");
    expect(action.dynamoDBv2.roleArn).toBe("r");
  });
});

describe("a form", () => {
  it("shows an action only if it shows all of it", () => {
    const republish = ACTION_KINDS[0];
    if (!republish) throw new Error("no kinds");
    expect(isWhole({ republish: { topic: "a", roleArn: "r" } }, republish)).toBe(true);
    expect(isWhole({ republish: { topic: "a", headers: { contentType: "x" } } }, republish)).toBe(false);
    expect(kindOf({ kafka: {} })).toBeUndefined();
  });
});
