// What a user may do, in one word: a managed policy that the server brings.

export interface UserRole {
  policy: string;
  label: string;
  description: string;
}

export const USER_ROLES: UserRole[] = [
  { policy: "AdministratorAccess", label: "Administrator", description: "Everything, users and their rights too." },
  { policy: "PowerUserAccess", label: "Power user", description: "Everything but users, roles and their rights." },
  { policy: "ReadOnlyAccess", label: "Reader", description: "Sees everything, and changes nothing." },
];

/** Without it, whoever is no administrator could not change the own password later. */
export const OWN_PASSWORD = "IAMUserChangePassword";

export const arnOf = (policy: string) => `arn:aws:iam::aws:policy/${policy}`;

const ROLE_ARNS = USER_ROLES.map(({ policy }) => arnOf(policy));

/** The policies that somebody with a role has. */
export function policiesOf(role: string): string[] {
  return role === "AdministratorAccess" ? [arnOf(role)] : [arnOf(role), arnOf(OWN_PASSWORD)];
}

/** What is to be attached and detached, so that of the three roles there is this one. Other policies stay. */
export function changeOf(attached: string[], role: string): { attach: string[]; detach: string[] } {
  return {
    attach: policiesOf(role).filter((arn) => !attached.includes(arn)),
    detach: ROLE_ARNS.filter((arn) => attached.includes(arn) && arn !== arnOf(role)),
  };
}
