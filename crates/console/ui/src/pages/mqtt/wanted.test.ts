import { expect, it } from "vitest";
import { wantedOf, withWanted } from "./wanted";

it("goes into the address and comes back", () => {
  const wanted = [
    { filter: "sensor/#", qos: 0 as const },
    { filter: "a b,c/+", qos: 1 as const },
  ];
  const search = withWanted(new URLSearchParams("topic=x&f=old"), wanted);
  expect(search.get("topic")).toBe("x");
  expect(wantedOf(new URLSearchParams(search.toString()))).toEqual(wanted);
});

it("takes each filter once", () => {
  expect(wantedOf(new URLSearchParams("f=a&f1=a&f="))).toEqual([{ filter: "a", qos: 1 }]);
});
