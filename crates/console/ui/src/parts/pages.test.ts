import { describe, expect, it } from "vitest";
import { FIRST_PAGE, turnedTo, withNext } from "./pages";

describe("pages", () => {
  it("learns of a page by the token that comes with the one before it", () => {
    const pages = withNext(FIRST_PAGE, "b");
    expect(pages.tokens).toEqual([undefined, "b"]);
    expect(withNext(turnedTo(pages, 1), "c").tokens).toEqual([undefined, "b", "c"]);
  });

  it("forgets the pages after one that turned out to be the last", () => {
    const pages = withNext(turnedTo(withNext(FIRST_PAGE, "b"), 1), "c");
    expect(withNext(turnedTo(pages, 0), undefined).tokens).toEqual([undefined]);
  });

  it("stays the same while nothing changes, so that nothing is drawn again", () => {
    const pages = withNext(FIRST_PAGE, "b");
    expect(withNext(pages, "b")).toBe(pages);
  });

  it("does not turn to a page that is not known", () => {
    expect(turnedTo(FIRST_PAGE, 3).shown).toBe(0);
    expect(turnedTo(FIRST_PAGE, -1).shown).toBe(0);
  });
});
