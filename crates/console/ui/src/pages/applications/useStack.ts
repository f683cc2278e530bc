// Whether the stack of an application is there, kept up to date.

import { useQuery } from "@tanstack/react-query";
import { AwsError } from "../../aws/errors";
import { type Stack, getStack } from "../stacks/calls";

const REFRESH_MILLIS = 4_000;

/** Null if there is none of that name. */
export function useStack(name: string) {
  return useQuery({
    queryKey: ["applications", "stack", name],
    queryFn: () => stackOrNone(name),
    refetchInterval: REFRESH_MILLIS,
  });
}

async function stackOrNone(name: string): Promise<Stack | null> {
  try {
    return await getStack(name);
  } catch (error) {
    // CloudFormation has no code of its own for it.
    if (error instanceof AwsError && /does not exist/.test(error.message)) return null;
    throw error;
  }
}
