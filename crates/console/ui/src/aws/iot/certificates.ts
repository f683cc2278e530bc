// Certificates, and what they are attached to.

import { rest, segment } from "../rest";

export type CertificateStatus = "ACTIVE" | "INACTIVE" | "REVOKED";

export interface CertificateDescription {
  certificateArn: string;
  certificateId: string;
  status: string;
  creationDate: number;
  certificatePem: string;
  validity: { notBefore: number; notAfter: number };
}

export async function describeCertificate(id: string): Promise<CertificateDescription> {
  const path = `/certificates/${segment(id)}`;
  return (await rest<{ certificateDescription: CertificateDescription }>("iot", "GET", path)).certificateDescription;
}

export function setCertificateStatus(id: string, newStatus: CertificateStatus) {
  return rest("iot", "PUT", `/certificates/${segment(id)}`, { query: { newStatus } });
}

/** With its attachments to policies. */
export function deleteCertificate(id: string) {
  return rest("iot", "DELETE", `/certificates/${segment(id)}`, { query: { forceDelete: true } });
}

export interface IssuedCertificate {
  certificateArn: string;
  certificateId: string;
  certificatePem: string;
  keyPair: { PublicKey: string; PrivateKey: string };
}

export function createKeysAndCertificate() {
  return rest<IssuedCertificate>("iot", "POST", "/keys-and-certificate", { query: { setAsActive: true } });
}

export function attachPrincipal(thing: string, principal: string) {
  const headers = { "x-amzn-principal": principal };
  return rest("iot", "PUT", `/things/${segment(thing)}/principals`, { headers });
}

export function detachPrincipal(thing: string, principal: string) {
  const headers = { "x-amzn-principal": principal };
  return rest("iot", "DELETE", `/things/${segment(thing)}/principals`, { headers });
}
