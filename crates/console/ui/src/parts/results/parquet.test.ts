import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { columnsOf, parquetOf } from "./parquet";
import type { Column, Result } from "./result";

function resultOf(column: Column, ...cells: (string | null)[]): Result {
  return { columns: [column], rows: cells.map((cell) => [cell]), isCut: false };
}

describe("a column of a Parquet file", () => {
  const typeOf = (...cells: (string | null)[]) => columnsOf(resultOf({ name: "n", type: "number" }, ...cells))[0]?.type;

  it("of numbers is as narrow as keeps them all", () => {
    expect(typeOf("1", "-2", null)).toBe("INT64");
    expect(typeOf("9223372036854775807", "-9223372036854775808")).toBe("INT64");
    expect(typeOf("9223372036854775808", "1")).toBe("STRING");
    expect(typeOf("1", "20.0", "1.5E300")).toBe("DOUBLE");
    expect(typeOf("NaN", "-Infinity")).toBe("DOUBLE");
    expect(typeOf("100000000000000000000000000000")).toBe("DOUBLE");
    expect(typeOf("0.12345678901234567890123")).toBe("STRING");
    expect(typeOf(null)).toBe("DOUBLE");
    expect(typeOf()).toBe("DOUBLE");
  });

  it("has a name of its own", () => {
    const columns = ["a", "a", "a_2", "a"].map((name): Column => ({ name, type: "text" }));
    const names = columnsOf({ columns, rows: [], isCut: false }).map(({ name }) => name);
    expect(names).toEqual(["a", "a_3", "a_2", "a_4"]);
    expect(new Set(names).size).toBe(4);
  });
});

describe("a Parquet file", () => {
  it("is read back as it was told", async () => {
    const result: Result = {
      columns: [
        { name: "time", type: "time" },
        { name: "room", type: "text" },
        { name: "mean", type: "number" },
        { name: "count", type: "number" },
        { name: "on", type: "boolean" },
        { name: "more", type: "other" },
      ],
      rows: [
        ["1774699200123", "über, „x“", "20.5", "3", "true", '{"a":1}'],
        [null, null, null, null, null, null],
        ["0", "", "-1.0E-3", "-4", "false", "[]"],
      ],
      isCut: false,
    };
    expect(await parquetReadObjects({ file: parquetOf(result) })).toEqual([
      { time: new Date(1774699200123), room: "über, „x“", mean: 20.5, count: 3n, on: true, more: '{"a":1}' },
      { time: null, room: null, mean: null, count: null, on: null, more: null },
      { time: new Date(0), room: "", mean: -0.001, count: -4n, on: false, more: "[]" },
    ]);
  });

  it("may have no rows", async () => {
    expect(await parquetReadObjects({ file: parquetOf(resultOf({ name: "n", type: "number" })) })).toEqual([]);
  });
});
