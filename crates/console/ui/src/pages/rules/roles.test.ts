import { describe, expect, it } from "vitest";
import { AwsError } from "../../aws/errors";
import { makeRole } from "./roles";

const DOCUMENT = { Version: "2012-10-17", Statement: [] };

/** An IAM that notes what it is asked, and refuses some of it. */
function iamThatRefuses(...refused: string[]) {
  const asked: string[] = [];
  const iam = async (operation: string) => {
    asked.push(operation);
    if (refused.includes(operation)) throw new AwsError("AccessDenied", `no ${operation}`, 403);
    return { Role: { Arn: "arn:aws:iam::0:role/r" } };
  };
  return { asked, iam };
}

describe("a role that is made for a rule", () => {
  it("has its policy", async () => {
    const { asked, iam } = iamThatRefuses();
    expect(await makeRole("r", DOCUMENT, iam)).toBe("arn:aws:iam::0:role/r");
    expect(asked).toEqual(["CreateRole", "PutRolePolicy"]);
  });

  it("does not stay without it", async () => {
    const { asked, iam } = iamThatRefuses("PutRolePolicy");
    await expect(makeRole("r", DOCUMENT, iam)).rejects.toThrow("no PutRolePolicy");
    expect(asked).toEqual(["CreateRole", "PutRolePolicy", "DeleteRole"]);
  });

  it("is told of if it cannot go", async () => {
    const { iam } = iamThatRefuses("PutRolePolicy", "DeleteRole");
    await expect(makeRole("r", DOCUMENT, iam)).rejects.toThrow(/no PutRolePolicy.*no DeleteRole.*aws iam delete-role --role-name r/);
  });

  it("is not touched if there is one of that name already", async () => {
    const { asked, iam } = iamThatRefuses("CreateRole");
    await expect(makeRole("r", DOCUMENT, iam)).rejects.toThrow("no CreateRole");
    expect(asked).toEqual(["CreateRole"]);
  });
});
