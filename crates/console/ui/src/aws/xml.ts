// Services that are asked by a form and answer in XML: CloudFormation, IAM, STS; and S3, which answers so too.

import { AwsError } from "./errors";
import { send } from "./signed";

const VERSIONS = { cloudformation: "2010-05-15", iam: "2010-05-08", sts: "2011-06-15" };

export type QueryService = keyof typeof VERSIONS;

/** A field is text, a list (`<member>` elements; `<entry>` elements with `key` and `value` for a map), or fields again. */
export type Xml = string | Xml[] | { [name: string]: Xml };

/** Calls an operation: `call("iam", "ListUsers", { MaxItems: 50 })`; lists and structures as AWS flattens them. */
export async function call<Output>(
  service: QueryService,
  operation: string,
  input: Record<string, unknown> = {},
): Promise<Output> {
  const form = new URLSearchParams({ Action: operation, Version: VERSIONS[service] });
  flatten("", input, form);
  const response = await send({
    service,
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: form.toString(),
  });
  const root = await document(response);
  const result = root.querySelector(`:scope > ${operation}Result`);
  return (result ? fieldsOf(result) : {}) as Output;
}

/** The root element of an answer in XML; an error is thrown. */
export async function document(response: Response): Promise<Element> {
  const text = await response.text();
  const root = new DOMParser().parseFromString(text, "application/xml").documentElement;
  if (response.ok) return root;
  const told = (name: string) => root.querySelector(name)?.textContent ?? undefined;
  throw new AwsError(
    told("Code") ?? `Status${response.status}`,
    told("Message") ?? (text || response.statusText),
    response.status,
    told("RequestId"),
  );
}

export function fieldsOf(element: Element): Xml {
  const children = [...element.children];
  if (children.length === 0) {
    return element.textContent ?? "";
  }
  if (["member", "entry"].some((item) => children.every((child) => child.tagName === item))) {
    return children.map(fieldsOf);
  }
  return Object.fromEntries(children.map((child) => [child.tagName, fieldsOf(child)]));
}

/** An empty list comes as an empty element, which looks like an empty text. */
export function listOf<Item>(field: Item[] | string | undefined): Item[] {
  return Array.isArray(field) ? field : [];
}

function flatten(prefix: string, value: unknown, form: URLSearchParams): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => flatten(`${prefix}.member.${index + 1}`, item, form));
  } else if (typeof value === "object") {
    for (const [name, field] of Object.entries(value)) {
      flatten(prefix ? `${prefix}.${name}` : name, field, form);
    }
  } else {
    form.set(prefix, String(value));
  }
}
