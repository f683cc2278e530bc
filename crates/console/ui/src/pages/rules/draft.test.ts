import { describe, expect, it } from "vitest";
import { draftFromMessage, draftOf, draftText, filterOf, payloadOf, sqlMark, topicOf } from "./draft";

describe("a draft", () => {
  it("is what it was made of", () => {
    const rule = { sql: "SELECT * FROM 'a'", actions: [], ruleDisabled: true, awsIotSqlVersion: "2016-03-23" };
    expect(payloadOf(draftOf(rule))).toEqual({ ...rule, description: undefined, errorAction: undefined });
  });

  it("of a message listens to its topic and selects its fields", () => {
    expect(draftFromMessage("a/b", '{"t":1,"id":"x"}').sql).toBe("SELECT t, id, topic() AS topic\nFROM 'a/b'");
    expect(draftFromMessage("a/b", '{"no word":1}').sql).toBe("SELECT *\nFROM 'a/b'");
    expect(draftFromMessage("it's", "on").sql).toBe("SELECT *\nFROM 'it''s'");
  });

  it("reads the same in whatever order its actions were written", () => {
    const of = (action: object) => draftText({ ...draftFromMessage("a", ""), actions: [action as never] });
    expect(of({ sqs: { a: 1, b: 2 } })).toBe(of({ sqs: { b: 2, a: 1 } }));
  });
});

describe("filterOf", () => {
  it("finds what a statement listens to", () => {
    expect(filterOf("SELECT * FROM 'a/+/b' WHERE x = 1")).toBe("a/+/b");
    expect(filterOf('select *\nfrom "a/#"')).toBe("a/#");
    expect(filterOf("SELECT 1")).toBeUndefined();
  });

  it("leads to a topic", () => {
    expect(topicOf("a/+/b/#")).toBe("a/a/b/a");
    expect(topicOf("#")).toBe("/a");
    expect(topicOf(undefined)).toBe("some/topic");
  });
});

describe("sqlMark", () => {
  it("finds line and column of what the server counts through", () => {
    const sql = "SELECT *\nFROM 'a' WHERE t >";
    expect(sqlMark(sql, "column 27: expected an expression, found the end")).toEqual({
      line: 2,
      column: 18,
      message: "expected an expression, found the end",
    });
  });

  it("counts characters, not halves of them", () => {
    expect(sqlMark("SELECT '🌡' FORM", "column 12: no")?.column).toBe(13);
  });

  it("says nothing of what has no place", () => {
    expect(sqlMark("SELECT", "actions: too many")).toBeUndefined();
  });
});
