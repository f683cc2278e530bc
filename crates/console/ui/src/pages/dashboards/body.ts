// What a dashboard is made of, as it is stored: version 1 of its JSON, and whether a text is one.

export const PANEL_KINDS = ["line", "bar", "number", "gauge", "table"] as const;
export type PanelKind = (typeof PANEL_KINDS)[number];

export type Source =
  | { kind: "series"; query: string }
  | { kind: "table"; statement: string }
  | { kind: "figures"; names: string[] };

export interface Panel {
  id: string;
  title: string;
  kind: PanelKind;
  source: Source;
  /** Of four columns. */
  width: number;
  /** Rows. */
  height: number;
  unit?: string;
  min?: number;
  max?: number;
  thresholds?: number[];
}

export interface Body {
  version: 1;
  panels: Panel[];
}

export const EMPTY_BODY: Body = { version: 1, panels: [] };
export const WIDTH_MAX = 4;
export const HEIGHT_MAX = 6;
/** More would ask the server for more than a page can show. */
export const PANELS_MAX = 40;
/** As many bytes as the server keeps of one. */
export const BODY_BYTES_MAX = 64 * 1_024;

const PANEL_FIELDS = ["id", "title", "kind", "source", "width", "height", "unit", "min", "max", "thresholds"];

export class BodyError extends Error {}

/** Throws what is wrong, with its place: `panels[2].width: …`. */
export function readBody(text: string): Body {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new BodyError(`this is no JSON: ${(error as Error).message}`);
  }
  const fields = objectAt(read, "the dashboard");
  if (fields.version !== 1) {
    throw new BodyError(`version: this console reads version 1, not ${JSON.stringify(fields.version)}`);
  }
  allow(fields, ["version", "panels"], "the dashboard");
  if (!Array.isArray(fields.panels)) throw new BodyError("panels: a list is needed");
  if (fields.panels.length > PANELS_MAX) throw new BodyError(`panels: at most ${PANELS_MAX}`);
  const panels = fields.panels.map((panel, at) => readPanel(panel, `panels[${at}]`));
  const ids = panels.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new BodyError(`panels: the id ${JSON.stringify(twice)} is there twice`);
  return { version: 1, panels };
}

function readPanel(value: unknown, place: string): Panel {
  const fields = objectAt(value, place);
  allow(fields, PANEL_FIELDS, place);
  const kind = fields.kind as PanelKind;
  if (!PANEL_KINDS.includes(kind)) throw new BodyError(`${place}.kind: one of ${PANEL_KINDS.join(", ")}`);
  const panel: Panel = {
    id: textAt(fields.id, `${place}.id`),
    title: textAt(fields.title, `${place}.title`),
    kind,
    source: readSource(fields.source, `${place}.source`),
    width: wholeAt(fields.width, WIDTH_MAX, `${place}.width`),
    height: wholeAt(fields.height, HEIGHT_MAX, `${place}.height`),
  };
  if (fields.unit !== undefined) panel.unit = textAt(fields.unit, `${place}.unit`);
  if (fields.min !== undefined) panel.min = numberAt(fields.min, `${place}.min`);
  if (fields.max !== undefined) panel.max = numberAt(fields.max, `${place}.max`);
  if (fields.thresholds !== undefined) {
    const thresholds = listAt(fields.thresholds, `${place}.thresholds`);
    panel.thresholds = thresholds.map((threshold, at) => numberAt(threshold, `${place}.thresholds[${at}]`));
  }
  return panel;
}

function readSource(value: unknown, place: string): Source {
  const fields = objectAt(value, place);
  switch (fields.kind) {
    case "series":
      allow(fields, ["kind", "query"], place);
      return { kind: "series", query: textAt(fields.query, `${place}.query`) };
    case "table":
      allow(fields, ["kind", "statement"], place);
      return { kind: "table", statement: textAt(fields.statement, `${place}.statement`) };
    case "figures": {
      allow(fields, ["kind", "names"], place);
      const names = listAt(fields.names, `${place}.names`);
      return { kind: "figures", names: names.map((name, at) => textAt(name, `${place}.names[${at}]`)) };
    }
    default:
      throw new BodyError(`${place}.kind: one of series, table, figures`);
  }
}

function objectAt(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new BodyError(`${place}: an object is needed`);
}

/** What is not known is not dropped in silence: the next save would lose it. */
function allow(fields: Record<string, unknown>, known: string[], place: string): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new BodyError(`${place}: there is no field ${JSON.stringify(unknown)}`);
}

function textAt(value: unknown, place: string): string {
  if (typeof value === "string") return value;
  throw new BodyError(`${place}: a text is needed`);
}

function listAt(value: unknown, place: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new BodyError(`${place}: a list is needed`);
}

function numberAt(value: unknown, place: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new BodyError(`${place}: a number is needed`);
}

function wholeAt(value: unknown, most: number, place: string): number {
  const number = numberAt(value, place);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new BodyError(`${place}: a whole number from 1 to ${most} is needed`);
}
