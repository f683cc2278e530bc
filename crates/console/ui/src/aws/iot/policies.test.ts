import { expect, it } from "vitest";
import { type PolicyVersion, versionToDrop } from "./policies";

function versions(ids: number[], byDefault: number): PolicyVersion[] {
  return ids.map((id) => ({ versionId: String(id), isDefaultVersion: id === byDefault, createDate: 0 }));
}

it("drops the oldest version that is not in force, and only if it must", () => {
  expect(versionToDrop(versions([1, 2, 3, 4], 4))).toBeUndefined();
  expect(versionToDrop(versions([12, 11, 10, 9, 8], 12))?.versionId).toBe("8");
  expect(versionToDrop(versions([12, 11, 10, 9, 8], 8))?.versionId).toBe("9");
});
