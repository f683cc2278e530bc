// What is known of a device that is awaited, folded into what its page says.

import type { ConnectionEvent, Device, Refusal, SeenMessage } from "../../aws/own";

export interface Known {
  device: Device | undefined;
  events: ConnectionEvent[];
  refusals: Refusal[];
  messages: SeenMessage[];
  /** By the server's clock, when the watch began. */
  since: number;
}

export interface Seen {
  /** `past`: it was connected since the watch began, and is not now. */
  connection: "waiting" | "connected" | "past";
  lastEvent: ConnectionEvent | undefined;
  firstMessage: SeenMessage | undefined;
  /** What was refused to it since, newest first. */
  refusals: Refusal[];
  /** Handshakes have no name: they may be this device's, or another's. */
  handshakes: Refusal[];
  /** Certificates, none of which may connect. */
  areCertificatesUnusable: boolean;
}

export function seen({ device, events, refusals, messages, since }: Known): Seen {
  const fresh = events.filter((event) => event.at >= since);
  const recent = refusals.filter((refusal) => refusal.lastAt >= since);
  const own = recent.filter((refusal) => device !== undefined && isOf(device, refusal));
  const letInAt = fresh.find(({ kind }) => kind === "connected")?.at ?? 0;
  const wasConnected =
    messages.length > 0 ||
    fresh.some(({ kind }) => kind !== "refused") ||
    // Only who is let in gets as far as to ask for these.
    own.some(({ kind }) => kind !== "connect" && kind !== "call");
  const certificates = device?.certificates ?? [];
  return {
    connection: device?.isConnected ? "connected" : wasConnected ? "past" : "waiting",
    lastEvent: fresh.find(({ kind }) => kind !== "refused"),
    firstMessage: messages.at(-1),
    // Who was let in afterwards needs not to hear of it any more.
    refusals: own.filter(({ kind, lastAt }) => kind !== "connect" || lastAt > letInAt),
    handshakes: recent.filter(({ kind }) => kind === "handshake"),
    areCertificatesUnusable: certificates.length > 0 && certificates.every(({ status }) => status !== "ACTIVE"),
  };
}

/** By its client id, or by the certificate that it showed. */
export function isOf(device: Device, refusal: Refusal): boolean {
  const { principal } = refusal;
  const isByCertificate = device.certificates.some(({ certificateId }) => principal?.includes(certificateId));
  return refusal.kind !== "handshake" && (refusal.clientId === device.name || isByCertificate);
}
