import { describe, expect, it } from "vitest";
import { csvOf } from "./csv";
import { type Result, drawableOf, latestNumber } from "./result";
import { cellOf, queryMark, withRange } from "./series";
import { type Item, resultOf } from "./tableRows";

const ZONES: Result = {
  columns: [
    { name: "t", type: "time" },
    { name: "zone", type: "text" },
    { name: "mean", type: "number" },
  ],
  rows: [
    ["2000", "10", "21"],
    ["1000", "10", "20"],
    ["1000", "2", "18"],
    ["3000", "2", null],
  ],
  isCut: false,
};

describe("drawableOf", () => {
  it("draws a line for each thing that texts tell apart, over all times", () => {
    expect(drawableOf(ZONES)).toEqual({
      times: [1000, 2000, 3000],
      lines: [
        { label: "2", values: [18, null, null] },
        { label: "10", values: [20, 21, null] },
      ],
      leftOut: 0,
    });
  });

  it("names the columns if there are many", () => {
    const columns: Result["columns"] = [...ZONES.columns, { name: "top", type: "number" }];
    const result = { columns, rows: [["1", "a", "2", "3"]], isCut: false };
    expect(drawableOf(result)?.lines.map(({ label }) => label)).toEqual(["a · mean", "a · top"]);
  });

  it("draws nothing without a time or a number, and not more than can be told apart", () => {
    expect(drawableOf({ ...ZONES, columns: [...ZONES.columns].reverse().slice(1) })).toBeUndefined();
    const rows = Array.from({ length: 40 }, (_, zone) => ["1", String(zone), "1"]);
    expect(drawableOf({ ...ZONES, rows })).toMatchObject({ leftOut: 24 });
  });
});

describe("latestNumber", () => {
  it("is that of the latest time, or of the first row", () => {
    expect(latestNumber(ZONES)).toBe(21);
    const { rows, isCut } = { rows: [["7"], ["8"]], isCut: false };
    expect(latestNumber({ columns: [{ name: "n", type: "number" }], rows, isCut })).toBe(7);
    expect(latestNumber({ ...ZONES, rows: [] })).toBeNull();
  });
});

describe("csvOf", () => {
  it("quotes what has to be, and writes times for every zone", () => {
    const rows = [["0", 'a "b", c', null]];
    expect(csvOf({ ...ZONES, rows })).toBe('t,zone,mean\r\n1970-01-01T00:00:00.000Z,"a ""b"", c",\r\n');
  });
});

describe("a query of series", () => {
  it("takes the range at its words", () => {
    expect(withRange("time BETWEEN ${from} AND ${to}", { from: 61_000, to: 90_000 })).toBe(
      "time BETWEEN from_milliseconds(60000) AND from_milliseconds(90000)",
    );
  });

  it("is marked where the server says", () => {
    expect(queryMark("The query syntax is invalid at line 2:9: extraneous input '$'")).toEqual({
      line: 2,
      column: 9,
      message: "extraneous input '$'",
    });
    expect(queryMark("no such table")).toBeUndefined();
  });

  it("tells times in milliseconds", () => {
    const cell = cellOf({ ScalarValue: "1970-01-01 00:00:01.500000000" }, { name: "t", type: "time" });
    expect(cell).toBe("1500");
    expect(cellOf({ NullValue: true }, undefined)).toBeNull();
  });
});

describe("items of a table", () => {
  it("become rows, with a column for each attribute", () => {
    const items: Item[] = [{ id: { S: "a" }, n: { N: "1" } }, { id: { S: "b" }, more: { M: { x: { L: [{ BOOL: true }] } } } }];
    expect(resultOf(items)).toEqual({
      columns: [
        { name: "id", type: "text" },
        { name: "n", type: "number" },
        { name: "more", type: "other" },
      ],
      rows: [
        ["a", "1", null],
        ["b", null, '{"x":[true]}'],
      ],
    });
  });
});
