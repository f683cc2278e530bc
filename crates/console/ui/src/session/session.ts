// Who is signed in, and the short-lived credentials that requests are signed with. The session itself is a cookie
// that scripts cannot read; credentials live in this module's memory and nowhere else.

export interface Who {
  name: string;
  arn: string;
  expiresAt: number;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAt: number;
  region: string;
  account: string;
  arn: string;
  name: string;
}

export interface WithLink {
  link: string;
}

export interface WithPassword {
  user: string;
  password: string;
  newPassword?: string;
}

export class SessionError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterSecs?: number,
  ) {
    super(message);
  }
}

/** Credentials are asked for anew this long before they end, so that none ends on its way. */
const RENEW_BEFORE_MILLIS = 60_000;

let credentials: Promise<Credentials> | undefined;
let onEnded: () => void = () => {};

export function whenEnded(told: () => void): void {
  onEnded = told;
}

export function ended(): void {
  credentials = undefined;
  onEnded();
}

export async function currentSession(): Promise<Who> {
  return (await door("GET", "/session")) as Who;
}

export async function signIn(way: WithLink | WithPassword): Promise<Who> {
  credentials = undefined;
  return (await door("POST", "/session", way)) as Who;
}

export async function signOut(): Promise<void> {
  await door("DELETE", "/session");
  ended();
}

export async function currentCredentials(): Promise<Credentials> {
  const held = await credentials?.catch(() => undefined);
  if (held && held.expiresAt - Date.now() > RENEW_BEFORE_MILLIS) return held;
  credentials = door("POST", "/session/credentials") as Promise<Credentials>;
  try {
    return await credentials;
  } catch (error) {
    if (error instanceof SessionError && ["NoSession", "SessionExpired"].includes(error.code)) {
      ended();
    }
    throw error;
  }
}

/** Credentials that the server no longer takes: the next request asks for others. */
export function forgetCredentials(): void {
  credentials = undefined;
}

async function door(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method,
    headers: { "X-Thingstead-Console": "1", "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.ok) return response.status === 204 ? undefined : response.json();
  const told = (await response.json().catch(() => ({}))) as {
    code?: string;
    message?: string;
    retryAfterSecs?: number;
  };
  throw new SessionError(
    told.code ?? `Status${response.status}`,
    told.message ?? `the server answered with the status ${response.status}`,
    told.retryAfterSecs,
  );
}
