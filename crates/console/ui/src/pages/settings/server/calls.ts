import { rest } from "../../../aws/rest";
import { call, listOf } from "../../../aws/xml";

export interface CodeLimits {
  AccountLimit: {
    CodeSizeZipped: number;
    CodeSizeUnzipped: number;
    TotalCodeSize: number;
    ConcurrentExecutions: number;
  };
  AccountUsage: { TotalCodeSize: number; FunctionCount: number };
}

export const codeLimits = () => rest<CodeLimits>("lambda", "GET", "/2016-08-19/account-settings");

/** Counts of users and roles, and how many there may be of what. */
export async function accountSummary(): Promise<Record<string, number>> {
  type Entry = { key: string; value: string };
  const { SummaryMap } = await call<{ SummaryMap: Entry[] | string }>("iam", "GetAccountSummary");
  return Object.fromEntries(listOf(SummaryMap).map(({ key, value }) => [key, Number(value)]));
}
