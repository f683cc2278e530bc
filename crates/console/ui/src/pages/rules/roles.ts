// Roles that rules act with.

import { AwsError } from "../../aws/errors";
import type { Document } from "../../aws/policyDocument";
import { call } from "../../aws/xml";
import { problemText } from "../../shell/notices";

/** Lets rules take the role. */
export const TRUST: Document = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "iot.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

export const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

const POLICY_NAME = "what-the-rule-does";

type Iam = (operation: string, input: Record<string, unknown>) => Promise<unknown>;

const overHttp: Iam = (operation, input) => call("iam", operation, input);

/** Makes a role that may do what the document says, and nothing else; its ARN. A role without the policy does not stay. */
export async function makeRole(name: string, document: Document, iam: Iam = overHttp): Promise<string> {
  const input = { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(TRUST), Description: "Made for a rule." };
  const { Role } = (await iam("CreateRole", input).catch(withNextStep)) as { Role: { Arn: string } };
  try {
    await iam("PutRolePolicy", {
      RoleName: name,
      PolicyName: POLICY_NAME,
      PolicyDocument: JSON.stringify(document),
    });
  } catch (error) {
    await clearAway(name, error, iam);
    throw error;
  }
  return Role.Arn;
}

function withNextStep(error: unknown): never {
  if (!(error instanceof AwsError) || error.code !== "EntityAlreadyExists") throw error;
  throw new AwsError(error.code, `${error.message} Choose another name, or the role that there is.`, error.status);
}

async function clearAway(name: string, why: unknown, iam: Iam): Promise<void> {
  try {
    await iam("DeleteRole", { RoleName: name });
  } catch (error) {
    const left = `The role ${name} is there, may do nothing, and could not be deleted: ${problemText(error)}`;
    throw new Error(`${problemText(why)} ${left} Choose another name, or delete it: aws iam delete-role --role-name ${name}`);
  }
}
