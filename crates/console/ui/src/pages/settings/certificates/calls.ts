// When certificates end. A list does not tell: each is described.

import { rest, segment } from "../../../aws/rest";
import { overview } from "../../home/calls";

export interface Expiring {
  id: string;
  /** Those of the house have none. */
  arn?: string;
  kind: Listable | "server" | "root";
  status?: string;
  /** In milliseconds. */
  notAfter: number;
}

/** What there are lists of; the house itself has one of each other kind. */
type Listable = "device" | "authority";

export interface Read {
  found: Expiring[];
  /** Whether there are more than were read. */
  isCut: boolean;
}

interface Listed {
  certificates: { certificateId: string; certificateArn: string; status: string }[];
  nextMarker?: string;
}

interface Described {
  certificateDescription: { validity: { notAfter: number } };
}

/** Each costs a request: more would keep the reader waiting, and the server busy. */
export const READ_MAX = 500;
const PAGE = 100;
/** Requests at a time; a browser opens no more connections to one host. */
const AT_ONCE = 6;

export async function readAll(onProgress: (count: number) => void, signal: AbortSignal): Promise<Read> {
  const own = (await overview()).certificates.map(({ kind, notAfter }) => ({ id: kind, kind, notAfter }));
  const authorities = await read("authority", "/cacertificates", "/cacertificate", signal, () => {});
  const devices = await read("device", "/certificates", "/certificates", signal, onProgress);
  return { found: soonestFirst([...own, ...authorities.found, ...devices.found]), isCut: authorities.isCut || devices.isCut };
}

async function read(
  kind: Listable,
  list: string,
  one: string,
  signal: AbortSignal,
  onProgress: (count: number) => void,
): Promise<Read> {
  const found: Expiring[] = [];
  let marker: string | undefined;
  do {
    const query = { pageSize: PAGE, marker };
    const page: Listed = await rest("iot", "GET", list, { query, signal });
    for (let at = 0; at < page.certificates.length; at += AT_ONCE) {
      const some = page.certificates.slice(at, at + AT_ONCE);
      found.push(...(await Promise.all(some.map(async (listed) => describe(kind, one, listed, signal)))));
      onProgress(found.length);
    }
    marker = page.nextMarker;
  } while (marker && found.length < READ_MAX);
  return { found, isCut: marker !== undefined };
}

async function describe(
  kind: Listable,
  path: string,
  { certificateId: id, certificateArn: arn, status }: Listed["certificates"][number],
  signal: AbortSignal,
): Promise<Expiring> {
  const described = await rest<Described>("iot", "GET", `${path}/${segment(id)}`, { signal });
  return { id, arn, kind, status, notAfter: described.certificateDescription.validity.notAfter * 1000 };
}

export function soonestFirst(certificates: Expiring[]): Expiring[] {
  return certificates.toSorted((one, other) => one.notAfter - other.notAfter || one.id.localeCompare(other.id));
}

const DAY_MILLIS = 86_400_000;
const SOON_DAYS = 30;

export type Urgency = "over" | "soon" | "later";

export function urgencyOf(notAfter: number, now: number): Urgency {
  if (notAfter <= now) return "over";
  return notAfter - now <= SOON_DAYS * DAY_MILLIS ? "soon" : "later";
}

/** `in 3 years`: days alone would be hard to read. */
export function leftText(notAfter: number, now: number): string {
  const days = Math.trunc((notAfter - now) / DAY_MILLIS);
  if (Math.abs(days) < 1) return notAfter <= now ? "today, over" : "today";
  const [count, unit] = Math.abs(days) < 730 ? [Math.abs(days), "day"] : [Math.floor(Math.abs(days) / 365), "year"];
  const text = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return days < 0 ? `${text} ago` : `in ${text}`;
}
