import { expect, test } from "vitest";
import { arnOf, changeOf, policiesOf } from "./roles";

const OTHER = "arn:aws:iam::000000000000:policy/readers";

test("everybody can change the own password", () => {
  expect(policiesOf("AdministratorAccess")).toEqual([arnOf("AdministratorAccess")]);
  expect(policiesOf("ReadOnlyAccess")).toEqual([arnOf("ReadOnlyAccess"), arnOf("IAMUserChangePassword")]);
});

test("a change of role leaves other policies as they are", () => {
  const attached = [arnOf("PowerUserAccess"), arnOf("IAMUserChangePassword"), OTHER];
  expect(changeOf(attached, "ReadOnlyAccess")).toEqual({
    attach: [arnOf("ReadOnlyAccess")],
    detach: [arnOf("PowerUserAccess")],
  });
  expect(changeOf(attached, "PowerUserAccess")).toEqual({ attach: [], detach: [] });
});
