import { readBody } from "console/pages/dashboards/body";
import { expect, it } from "vitest";
import dashboard from "./dashboard.json";
import { OFF_BELOW, ON_ABOVE } from "./plan";

it("is a dashboard, with the thresholds of the controller", () => {
  const { panels } = readBody(JSON.stringify(dashboard));
  const marked = panels.flatMap(({ thresholds }) => (thresholds ? [thresholds] : []));
  expect(marked).toHaveLength(3);
  for (const thresholds of marked) expect(thresholds).toEqual([OFF_BELOW, ON_ABOVE]);
});
