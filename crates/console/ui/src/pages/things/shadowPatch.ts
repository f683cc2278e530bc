// What to send so that a part of a shadow becomes what the reader wrote: only what differs, and null for what goes.

type Json = unknown;

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Nothing if there is no difference. */
export function patchOf(before: Json, after: Json): Json | undefined {
  if (!isObject(before) || !isObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
  }
  const patch: Record<string, Json> = {};
  for (const name of Object.keys(before)) if (!(name in after)) patch[name] = null;
  for (const [name, value] of Object.entries(after)) {
    const change = name in before ? patchOf(before[name], value) : value;
    if (change !== undefined) patch[name] = change;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** Of both parts; a part that was emptied goes as a whole. */
export function stateChange(
  before: { desired?: Json; reported?: Json },
  after: { desired: Json; reported: Json },
): Record<string, Json> | undefined {
  const change: Record<string, Json> = {};
  for (const part of ["desired", "reported"] as const) {
    const patch = patchOf(before[part] ?? {}, after[part]);
    if (patch === undefined) continue;
    change[part] = isObject(after[part]) && Object.keys(after[part]).length === 0 ? null : patch;
  }
  return Object.keys(change).length === 0 ? undefined : change;
}
