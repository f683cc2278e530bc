// Mended documents for a refusal. They are proposals: whether one helps is for the server to say, which tries it.

import type { Refusal } from "../../aws/own";
import { prettyJson } from "../../parts/prettyJson";
import {
  type Document,
  type Statement,
  type Variables,
  listOf,
  oneOrMany,
  pathOf,
  patternMatches,
  readDocument,
  withPath,
} from "../../aws/policyDocument";

export interface Suggestion {
  title: string;
  document: string;
}

interface Request {
  action: string;
  /** `topic/a/b` */
  path: string;
  variables: Variables;
}

/** What is written wrong, and how it is to be written. */
interface Fault {
  title: (count: number) => string;
  /** The path as it should be; nothing if it has not this fault. */
  mended: (path: string, request: Request) => string | undefined;
  /** `replace`: what is written can never be meant. `everywhere`: the same fault in the whole document. */
  way: "replace" | "everywhere" | "add";
}

const places = (count: number) => (count === 1 ? "" : ` in ${count} places`);

const FAULTS: Fault[] = [
  {
    title: (count) => `Remove the leading slash${places(count)}`,
    mended: (path) => (/^(topic|topicfilter)\/\//.test(path) ? path.replace("//", "/") : undefined),
    way: "everywhere",
  },
  {
    title: () => "Allow it with the leading slash as well",
    mended: (path) => (/^(topic|topicfilter)\/[^/]/.test(path) ? path.replace("/", "//") : undefined),
    way: "add",
  },
  {
    title: () => "Remove the trailing slash",
    mended: (path) => (path.endsWith("/") ? path.slice(0, -1) : undefined),
    way: "replace",
  },
  {
    title: () => "Allow it with the trailing slash as well",
    mended: (path) => `${path}/`,
    way: "add",
  },
  {
    title: (count) => `Write * instead of + and #${places(count)}`,
    mended: (path) => (/[+#]/.test(path) ? path.replaceAll(/[+#]/g, "*") : undefined),
    way: "everywhere",
  },
  {
    title: () => "Allow it for the kind of resource that is asked for",
    mended: (path, { path: asked }) => {
      const kind = asked.slice(0, asked.indexOf("/"));
      const own = /^(topic|topicfilter|client)\//.exec(path)?.[1];
      if (own === kind) return undefined;
      return own ? path.replace(own, kind) : `${kind}/${path}`;
    },
    way: "add",
  },
  {
    title: () => "Allow it in the case in which it is asked for",
    mended: (path, request) => (patternMatches(path, request.path, request.variables, true) ? request.path : undefined),
    way: "add",
  },
];

/** The likeliest first; the last one allows exactly what was asked for. */
export function suggestions(text: string, refusal: Refusal): Suggestion[] {
  const document = readDocument(text);
  const { action, resource } = refusal;
  if (!document || !action || !resource) return [];
  const variables = Object.fromEntries(refusal.variables.map(({ name, value }) => [name, value]));
  const request = { action, path: pathOf(resource), variables };
  const found = [
    ...FAULTS.flatMap((fault) => mendedFault(document, request, fault)),
    ...elsewhere(document, request),
    ...withAction(document, request),
    withStatement(document, request),
  ];
  return found.filter((one, index) => found.findIndex((other) => other.document === one.document) === index);
}

function mendedFault(document: Document, request: Request, fault: Fault): Suggestion[] {
  const helps = (resource: string) => {
    const path = fault.mended(pathOf(resource), request);
    return path !== undefined && patternMatches(path, request.path, request.variables);
  };
  const guilty = document.Statement.flatMap((statement) =>
    namesAction(statement, request.action) ? listOf(statement.Resource).filter(helps) : [],
  )[0];
  if (guilty === undefined) return [];
  let count = 0;
  const mend = (resource: string): string[] => {
    const path = fault.mended(pathOf(resource), request);
    if (path === undefined || (fault.way !== "everywhere" && resource !== guilty)) return [resource];
    count += 1;
    const mended = withPath(resource, path);
    return fault.way === "add" ? [resource, mended] : [mended];
  };
  const isMeant = (statement: Statement) =>
    statement.Effect === "Allow" && (fault.way === "everywhere" || namesAction(statement, request.action));
  const mended = changed(document, (statement) =>
    isMeant(statement) && statement.Resource !== undefined
      ? { ...statement, Resource: oneOrMany([...new Set(listOf(statement.Resource).flatMap(mend))]) }
      : statement,
  );
  return [{ title: fault.title(count), document: mended }];
}

/** Right but for region and account, where those are compared. */
function elsewhere(document: Document, request: Request): Suggestion[] {
  const anywhere = (resource: string) =>
    resource.startsWith("arn:") && patternMatches(pathOf(resource), request.path, request.variables)
      ? `arn:aws:iot:*:*:${pathOf(resource)}`
      : resource;
  const mended = changed(document, (statement) =>
    namesAction(statement, request.action)
      ? { ...statement, Resource: oneOrMany(listOf(statement.Resource).map(anywhere)) }
      : statement,
  );
  return mended === prettyJson(document) ? [] : [{ title: "Write * for region and account", document: mended }];
}

/** A statement that names the resource, and not for this action. One about everything says nothing. */
function withAction(document: Document, request: Request): Suggestion[] {
  const isIt = (statement: Statement) =>
    statement.Effect === "Allow" &&
    statement.Action !== undefined &&
    !namesAction(statement, request.action) &&
    listOf(statement.Resource).some(
      (resource) => pathOf(resource) !== "*" && patternMatches(pathOf(resource), request.path, request.variables),
    );
  const statement = document.Statement.find(isIt);
  if (!statement) return [];
  const Action = [...listOf(statement.Action), request.action];
  const mended = changed(document, (one) => (one === statement ? { ...one, Action } : one));
  return [{ title: `Allow ${request.action} where its resource is named`, document: mended }];
}

function withStatement(document: Document, { action, path, variables }: Request): Suggestion {
  const Resource = `arn:aws:iot:*:*:${withThingName(path, variables)}`;
  const statement: Statement = { Effect: "Allow", Action: action, Resource };
  const Statement = [...document.Statement, statement];
  return { title: "Allow exactly this", document: prettyJson({ ...document, Statement }) };
}

/** A policy is often of many things: a level that is the thing's name is written as the variable. */
function withThingName(path: string, variables: Variables): string {
  const variable = "iot:Connection.Thing.ThingName";
  const name = variables[variable];
  const levels = path.split("/").map((level) => (name && level === name ? `\${${variable}}` : level));
  // Wildcards of MQTT are letters here, and meant as such.
  return levels.join("/");
}

function namesAction(statement: Statement, action: string): boolean {
  const actions = listOf(statement.Action);
  return statement.Effect === "Allow" && actions.some((pattern) => patternMatches(pattern, action, {}, true));
}

function changed(document: Document, change: (statement: Statement) => Statement): string {
  return prettyJson({ ...document, Statement: document.Statement.map(change) });
}
