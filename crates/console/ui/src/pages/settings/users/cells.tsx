// What IAM tells of one user at a time, asked when the row is shown.

import { useQuery } from "@tanstack/react-query";
import { attachedTo, groupsOf, inlineOf, passwordState } from "./calls";
import { OWN_PASSWORD, USER_ROLES } from "./roles";

const PASSWORDS = { none: "None: cannot sign in here", set: "Set", "to be changed": "To be changed at the next sign-in" };

export function PasswordCell({ user }: { user: string }) {
  const state = useQuery({ queryKey: ["users", "password", user], queryFn: () => passwordState(user) });
  return <>{state.isError ? "Not known" : state.data ? PASSWORDS[state.data] : "…"}</>;
}

export function PoliciesCell({ user }: { user: string }) {
  const names = useQuery({ queryKey: ["users", "policies", user], queryFn: () => policiesText(user) });
  return <>{names.isError ? "Not known" : (names.data ?? "…")}</>;
}

async function policiesText(user: string): Promise<string> {
  const [attached, inline, groups] = await Promise.all([attachedTo(user), inlineOf(user), groupsOf(user)]);
  const words = [
    ...attached.map(({ PolicyName }) => PolicyName).filter((name) => name !== OWN_PASSWORD).map(labelOf),
    ...inline,
    ...groups.map(({ GroupName }) => `those of the group ${GroupName}`),
  ];
  return words.join(", ") || "None: everything is refused";
}

function labelOf(policy: string): string {
  return USER_ROLES.find((role) => role.policy === policy)?.label ?? policy;
}
