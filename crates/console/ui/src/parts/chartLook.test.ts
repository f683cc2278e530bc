import { expect, it } from "vitest";
import { momentLabels, shortNumber, withUnit } from "./chartLook";

it("says numbers short, and with their unit", () => {
  expect(shortNumber(1_234_567)).toBe("1.2M");
  expect(shortNumber(21.456789)).toBe("21.457");
  expect(withUnit(null, "°C")).toBe("– °C");
});

it("names the day once", () => {
  const noon = new Date(2026, 10, 22, 12, 0).getTime() / 1000;
  const labels = momentLabels([noon, noon + 300, noon + 86_400], 300);
  expect(labels.map((label) => label.includes("\n"))).toEqual([true, false, true]);
  expect(momentLabels([noon], 86_400)[0]).not.toContain(":");
});
