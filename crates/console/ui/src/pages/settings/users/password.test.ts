import { expect, test } from "vitest";
import { madePassword, passwordMistake } from "./password";

test.each([
  ["Ab3defg", /At least 8/],
  [`Ab3${"d".repeat(126)}`, /At most 128/],
  ["abcdefgh1", /Three kinds/],
  ["Abcdefgh", /Three kinds/],
])("%s is not taken", (password, why) => {
  expect(passwordMistake(password)).toMatch(why);
});

test.each(["Night-Shift", "abcdefg1!", "ABCDEFG1!", "Abcdefg1", `Ab3${"d".repeat(125)}`])("%s is taken", (password) => {
  expect(passwordMistake(password)).toBeUndefined();
});

test("a made password is drawn again until it has all kinds, and no byte counts twice", () => {
  const draws = [
    // One kind only; then too few that count; then what is taken.
    new Uint8Array(40).fill(0),
    new Uint8Array(40).fill(255),
    Uint8Array.from({ length: 40 }, (_, at) => at * 5),
  ];
  const made = madePassword(() => draws.shift() as Uint8Array);
  expect(draws).toHaveLength(0);
  expect(made).toHaveLength(20);
  expect(passwordMistake(made)).toBeUndefined();
});
