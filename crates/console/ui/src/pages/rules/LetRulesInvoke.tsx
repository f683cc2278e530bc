import Button from "@cloudscape-design/components/button";
import { AwsError } from "../../aws/errors";
import { rest, segment } from "../../aws/rest";
import { currentCredentials } from "../../session/session";
import { useNotices } from "../../shell/notices";

/** A function is asked by its own policy, not by a role: this adds to it what rules need. */
export function LetRulesInvoke({ functionArn }: { functionArn: string }) {
  const { attempt } = useNotices();
  // `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, and perhaps a version.
  const name = functionArn.split(":")[6] ?? functionArn;
  return (
    <Button
      variant="inline-link"
      onClick={() => void attempt(`Let rules invoke ${name}`, () => allowRules(functionArn))}
    >
      Let rules invoke it
    </Button>
  );
}

const STATEMENT = "rules-may-invoke";

async function allowRules(functionArn: string): Promise<true> {
  const { account } = await currentCredentials();
  const body = {
    StatementId: STATEMENT,
    Action: "lambda:InvokeFunction",
    Principal: "iot.amazonaws.com",
    SourceAccount: account,
  };
  try {
    await rest("lambda", "POST", `/2015-03-31/functions/${segment(functionArn)}/policy`, { body });
  } catch (error) {
    // It says so already.
    if (!(error instanceof AwsError) || error.code !== "ResourceConflictException") throw error;
  }
  return true;
}
