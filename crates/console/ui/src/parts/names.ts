/** What is wrong with the name of a thing, a type, a group or a job, if something is. */
export function nameMistake(name: string, others = ":_-"): string | undefined {
  const allowed = new RegExp(`^[a-zA-Z0-9${others.replaceAll(/[\\\]^-]/g, "\\$&")}]*$`);
  if (!allowed.test(name)) return `Only letters, digits and ${[...others].join(" ")} can be in a name.`;
  return name.length > 128 ? "A name has at most 128 letters." : undefined;
}

/** `thing/lamp` of an ARN: what follows the account. */
export function resourceOf(arn: string): string {
  return arn.split(":").slice(5).join(":");
}

/** An ARN of the same region and account: `arn:aws:iot:us-east-1:000000000000:` and a resource. */
export function arnBeside(arn: string, resource: string): string {
  return `${arn.split(":").slice(0, 5).join(":")}:${resource}`;
}
