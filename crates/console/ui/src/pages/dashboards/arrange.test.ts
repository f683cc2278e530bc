import { expect, it } from "vitest";
import { changed, freeId, withPanel } from "./arrange";
import type { Panel } from "./body";

const panel = (id: string): Panel => ({
  id,
  title: id,
  kind: "line",
  source: { kind: "figures", names: [] },
  width: 4,
  height: 1,
});
const panels = [panel("a"), panel("b"), panel("c")];
const ids = (all: Panel[]) => all.map(({ id }) => id).join("");
const after = (id: string, change: Parameters<typeof changed>[2]) => changed(panels, id, change, () => "n");

it("moves panels, not beyond the ends", () => {
  expect(ids(after("b", "before"))).toBe("bac");
  expect(ids(after("b", "after"))).toBe("acb");
  expect(ids(after("a", "before"))).toBe("abc");
  expect(ids(after("c", "after"))).toBe("abc");
});

it("keeps sizes within the grid", () => {
  expect(after("a", "wider")[0]?.width).toBe(4);
  expect(after("a", "narrower")[0]?.width).toBe(3);
  expect(after("a", "lower")[0]?.height).toBe(1);
  expect(after("a", "taller")[0]?.height).toBe(2);
});

it("copies, removes, replaces and adds", () => {
  expect(ids(after("a", "copy"))).toBe("anbc");
  expect(ids(after("b", "remove"))).toBe("ac");
  expect(withPanel(panels, { ...panel("b"), title: "new" })[1]?.title).toBe("new");
  expect(ids(withPanel(panels, panel("d")))).toBe("abcd");
  expect(freeId([panel("panel-2")])).toBe("panel-3");
});
