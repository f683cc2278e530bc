// A rule as it is written, before the server has seen it.

import type { CodeMark } from "../../parts/CodeEditor";
import { placeAt, prettyJson } from "../../parts/prettyJson";
import type { Action, RulePayload, Tried } from "./calls";

export const SQL_VERSIONS = ["2016-03-23", "2015-10-08", "beta"] as const;

export interface Draft {
  sql: string;
  description: string;
  sqlVersion: string;
  isDisabled: boolean;
  actions: Action[];
  errorAction?: Action;
}

export const EMPTY_DRAFT: Draft = {
  sql: "SELECT * FROM 'some/topic/+'",
  description: "",
  sqlVersion: SQL_VERSIONS[0],
  isDisabled: false,
  actions: [],
};

export function draftOf(rule: RulePayload): Draft {
  return {
    sql: rule.sql,
    description: rule.description ?? "",
    // A rule that names none is of the first version.
    sqlVersion: rule.awsIotSqlVersion ?? "2015-10-08",
    isDisabled: rule.ruleDisabled,
    actions: rule.actions,
    errorAction: rule.errorAction,
  };
}

export function payloadOf(draft: Draft): RulePayload {
  return {
    sql: draft.sql,
    description: draft.description || undefined,
    actions: draft.actions,
    ruleDisabled: draft.isDisabled,
    awsIotSqlVersion: draft.sqlVersion,
    errorAction: draft.errorAction,
  };
}

export function triedOf(draft: Draft): Tried {
  return { sql: draft.sql, awsIotSqlVersion: draft.sqlVersion, actions: draft.actions };
}

/** A rule made from a message that somebody saw: it listens to its topic and selects what it carries. */
export function draftFromMessage(topic: string, payload: string | undefined): Draft {
  const fields = fieldsOf(payload);
  // A name that is no word would have to be quoted; then all is selected.
  const isPlain = fields.length > 0 && fields.length <= 8 && fields.every((name) => /^[A-Za-z_]\w*$/.test(name));
  const selected = isPlain ? `${fields.join(", ")}, topic() AS topic` : "*";
  return { ...EMPTY_DRAFT, sql: `SELECT ${selected}\nFROM '${topic.replaceAll("'", "''")}'` };
}

/** The filter of a statement's FROM, if it is plain to see. */
export function filterOf(sql: string): string | undefined {
  const found = /\bFROM\s+(?:'((?:[^']|'')*)'|"([^"]*)")/i.exec(sql);
  return found ? (found[1]?.replaceAll("''", "'") ?? found[2]) : undefined;
}

/** A topic that the filter matches, to begin a sample with. */
export function topicOf(filter: string | undefined): string {
  return (filter ?? "some/topic").replaceAll("+", "a").replace(/\/?#$/, "/a");
}

/** Where the server says that a statement is wrong: `column 33: expected …`, counted over all lines. */
export function sqlMark(sql: string, message: string): CodeMark | undefined {
  const told = /^column (\d+): ([\s\S]*)$/.exec(message);
  if (!told) return undefined;
  // The server counts characters; a string counts halves of some.
  const before = [...sql].slice(0, Number(told[1]) - 1).join("");
  return { ...placeAt(sql, before.length), message: told[2] as string };
}

/** A rule in lines, to be compared with another. */
export function draftText(draft: Draft): string {
  const { sql, ...rest } = payloadOf(draft);
  return `${sql}\n\n${prettyJson(sorted(rest))}`;
}

/** The same fields in the same order, whoever wrote them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).sort(([one], [other]) => one.localeCompare(other));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}

function fieldsOf(payload: string | undefined): string[] {
  try {
    const read: unknown = JSON.parse(payload ?? "");
    return typeof read === "object" && read !== null && !Array.isArray(read) ? Object.keys(read) : [];
  } catch {
    return [];
  }
}
