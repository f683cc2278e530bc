import Alert from "@cloudscape-design/components/alert";
import { useQuery } from "@tanstack/react-query";
import { describeCertificate } from "../../aws/iot/certificates";
import { attachedPolicies, effectivePolicies } from "../../aws/iot/policies";
import type { Refusal } from "../../aws/own";
import { Loading } from "../../parts/Loading";
import { Problem } from "../../parts/Problem";
import { ActivateCertificate } from "./ActivateCertificate";
import { AttachToCertificate } from "./AttachToCertificate";
import { PolicyMend } from "./PolicyMend";
import { certificateOf, isOfPolicies } from "./kinds";

/** What can be done about a refusal from here, by what refused it. */
export function Mend({ refusal }: { refusal: Refusal }) {
  const certificate = certificateOf(refusal);
  if (!isOfPolicies(refusal)) return <Elsewhere refusal={refusal} />;
  if (!certificate) return <NoDevice refusal={refusal} />;
  return <OfDevice refusal={refusal} certificate={certificate} />;
}

function OfDevice({ refusal, certificate }: { refusal: Refusal; certificate: string }) {
  const known = useQuery({
    queryKey: ["denial-policies", certificate, refusal.clientId],
    queryFn: () => knownOf(certificate, refusal.clientId),
  });
  if (known.isPending) return <Loading />;
  if (known.isError) {
    return (
      <Problem what="The certificate and its policies" error={known.error} onRetry={() => void known.refetch()} />
    );
  }
  const { arn, status, policies } = known.data;
  if (status !== "ACTIVE") {
    return <ActivateCertificate id={certificate} status={status} onDone={() => void known.refetch()} />;
  }
  const named = refusal.policies.filter((name) => policies.includes(name));
  const candidates = [...new Set([...named, ...policies])];
  if (candidates.length === 0) return <AttachToCertificate arn={arn} onDone={() => void known.refetch()} />;
  return <PolicyMend refusal={refusal} candidates={candidates} />;
}

/** The policies of the certificate, and of the groups of the thing that it connects as. */
async function knownOf(certificate: string, clientId: string | null) {
  const { certificateArn: arn, status } = await describeCertificate(certificate);
  const own = await attachedPolicies(arn);
  // A client id need not be the name of a thing.
  const all = clientId ? await effectivePolicies(arn, clientId).catch(() => own) : own;
  const policies = [...new Set([...own, ...all].map(({ policyName }) => policyName))];
  return { arn, status, policies };
}

function Elsewhere({ refusal }: { refusal: Refusal }) {
  const NEXT: Partial<Record<Refusal["kind"], string>> = {
    handshake:
      "The device never got as far as a policy. Look at its clock, at the root certificate that it was given, and at the name that it dials: the page Connect a device has lines that work.",
    connection: "The device was let in, and the connection was ended later. It may come back at once.",
    call: "Calls of the API are allowed by the policies of users and roles, not by those of devices.",
  };
  return (
    <Alert type="info" header="What to do">
      {NEXT[refusal.kind] ?? "There is nothing to change in a policy."}
    </Alert>
  );
}

function NoDevice({ refusal }: { refusal: Refusal }) {
  const isAnonymous = refusal.principal?.startsWith("anonymous");
  return (
    <Alert type="info" header="What to do">
      {isAnonymous
        ? "It came by the plain listener, whose clients may do what the file given with --anonymous-policy says. Change that file and start the server again."
        : refusal.principal
          ? `What ${refusal.principal} may do is not said by a policy of a certificate: look at the policies of the user or role, or at the authorizer.`
          : "Nobody was proved, so no policy counts. Look at the certificate of the device."}
    </Alert>
  );
}
