import { expect, it } from "vitest";
import { isStanding } from "./application";
import { APPLICATIONS } from "./registry";

it("finds the applications, and each by a name of its own", () => {
  const names = APPLICATIONS.map(({ name }) => name);
  expect(names).toContain("house");
  expect(new Set(names).size).toBe(names.length);
});

it("opens the page of a stack that can be used, also while it is changed", () => {
  const standing = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"];
  const others = ["CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS"];
  expect(standing.filter(isStanding)).toEqual(standing);
  expect(others.filter(isStanding)).toEqual([]);
});
