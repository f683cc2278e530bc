/** What can be done to a certificate that ends something, and what it ends. */
export type CertificateAction = "deactivate" | "revoke" | "detach" | "delete";

export const CERTIFICATE_ACTIONS: Record<CertificateAction, { verb: string; consequences: string }> = {
  deactivate: {
    verb: "Deactivate",
    consequences: "Its connections end at once, and nothing connects with it until it is activated again.",
  },
  revoke: {
    verb: "Revoke",
    consequences:
      "Its connections end at once, and nothing connects with it. It says to everybody that the key is not to be trusted.",
  },
  detach: {
    verb: "Detach",
    consequences:
      "The certificate stays, and may still connect where its policies allow it; but not as this thing: policies with the thing's name, and its groups' policies, do not count for it any more.",
  },
  delete: {
    verb: "Delete",
    consequences:
      "It is detached from the thing and from its policies, and forgotten. The device needs another one to connect again.",
  },
};
