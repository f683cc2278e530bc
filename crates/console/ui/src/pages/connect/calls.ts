import { ask } from "../../aws/json";

/** What a device needs to connect. The private key is nowhere else. */
export interface Bundle {
  name: string;
  policy: string;
  certificateId: string;
  certificatePem: string;
  privateKey: string;
  rootCertificatePem: string;
}

export function addDevice(name: string, policyDocument?: string): Promise<Bundle> {
  return ask("thingstead", "AddDevice", policyDocument ? { name, policyDocument } : { name });
}
