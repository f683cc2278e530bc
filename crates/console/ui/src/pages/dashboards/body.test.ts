import { describe, expect, it } from "vitest";
import { type Body, readBody } from "./body";

const PANEL = {
  id: "a",
  title: "Zone 1",
  kind: "line",
  source: { kind: "series", query: "SELECT 1" },
  width: 2,
  height: 1,
  unit: "°C",
  min: 0,
  max: 50,
  thresholds: [20, 35],
};

const text = (panel: object) => JSON.stringify({ version: 1, panels: [{ ...PANEL, ...panel }] });

describe("readBody", () => {
  it("reads what was written", () => {
    const body = { version: 1, panels: [PANEL] } as unknown as Body;
    expect(readBody(JSON.stringify(body))).toEqual(body);
    const sources = [{ kind: "table", statement: "SELECT * FROM t" }, { kind: "figures", names: ["sent"] }];
    for (const source of sources) {
      expect(readBody(text({ source })).panels[0]?.source).toEqual(source);
    }
  });

  it("says what is wrong, and where", () => {
    const cases: [string, RegExp][] = [
      ["{", /^this is no JSON/],
      ["[]", /^the dashboard: an object/],
      ['{"version":2,"panels":[]}', /^version: this console reads version 1, not 2/],
      ['{"version":1}', /^panels: a list/],
      [text({ kind: "pie" }), /^panels\[0\]\.kind: one of line/],
      [text({ width: 5 }), /^panels\[0\]\.width: a whole number from 1 to 4/],
      [text({ height: 0.5 }), /^panels\[0\]\.height/],
      [text({ colour: "red" }), /^panels\[0\]: there is no field "colour"/],
      [text({ source: { kind: "sql" } }), /^panels\[0\]\.source\.kind/],
      [text({ source: { kind: "series" } }), /^panels\[0\]\.source\.query: a text/],
      [text({ source: { kind: "figures", names: [1] } }), /^panels\[0\]\.source\.names\[0\]/],
      [text({ thresholds: ["20"] }), /^panels\[0\]\.thresholds\[0\]: a number/],
      [JSON.stringify({ version: 1, panels: [PANEL, PANEL] }), /the id "a" is there twice/],
    ];
    for (const [body, wrong] of cases) expect(() => readBody(body)).toThrow(wrong);
  });
});
