// A policy document as the page changes it. Whatever it does not know of it stays as it is.

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Action?: string | string[];
  Resource?: string | string[];
  [other: string]: unknown;
}

export interface Document {
  Version?: string;
  Statement: Statement[];
  [other: string]: unknown;
}

/** Nothing if it is no document. A lone statement becomes a list of one. */
export function readDocument(text: string): Document | undefined {
  try {
    const read = JSON.parse(text) as { Statement?: Statement | Statement[] } | null;
    if (typeof read !== "object" || !read?.Statement) return undefined;
    return { ...read, Statement: listOf(read.Statement) };
  } catch {
    return undefined;
  }
}

export function listOf<Item>(oneOrMany: Item | Item[] | undefined): Item[] {
  if (oneOrMany === undefined) return [];
  return Array.isArray(oneOrMany) ? oneOrMany : [oneOrMany];
}

/** One stays as it was written: alone. */
export function oneOrMany(list: string[]): string | string[] {
  return list.length === 1 ? (list[0] as string) : list;
}

/** `topic/a/b` of an ARN; of anything else itself. */
export function pathOf(resource: string): string {
  return resource.startsWith("arn:") ? resource.split(":").slice(5).join(":") : resource;
}

/** The same ARN with another path. */
export function withPath(resource: string, path: string): string {
  if (!resource.startsWith("arn:")) return path;
  return `${resource.split(":").slice(0, 5).join(":")}:${path}`;
}

export type Variables = Record<string, string | null>;

/** Whether a pattern of a policy (`*`, `?`, variables) matches. */
export function patternMatches(pattern: string, text: string, variables: Variables = {}, isFolded = false): boolean {
  const parts = pattern.split(/(\$\{[^}]*\})/);
  const source = parts.map((part) => (part.startsWith("${") ? variableSource(part, variables) : globSource(part)));
  return new RegExp(`^${source.join("")}$`, isFolded ? "is" : "s").test(text);
}

function globSource(part: string): string {
  return part.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
}

/** A value stands for itself, also with a `*` in it; what has no value matches nothing. */
function variableSource(written: string, variables: Variables): string {
  const name = written.slice(2, -1).toLowerCase();
  if (["*", "?", "$"].includes(name)) return `\\${name}`;
  const found = Object.entries(variables).find(([known]) => known.toLowerCase() === name)?.[1];
  return found === undefined || found === null ? "[]" : found.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
