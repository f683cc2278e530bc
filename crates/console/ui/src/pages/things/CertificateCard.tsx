import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  type CertificateStatus,
  deleteCertificate,
  describeCertificate,
  detachPrincipal,
  setCertificateStatus,
} from "../../aws/iot/certificates";
import { attachPolicy, detachPolicy } from "../../aws/iot/policies";
import type { Device } from "../../aws/own";
import { segment } from "../../aws/rest";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { download } from "../../parts/download";
import { FormModal } from "../../parts/FormModal";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { useNotices } from "../../shell/notices";
import { PolicySelect } from "../policies/PolicySelect";
import { CERTIFICATE_ACTIONS, type CertificateAction } from "./certificateActions";

interface Props {
  thing: string;
  certificate: Device["certificates"][number];
  arn: string;
  onChanged: () => void;
}

export function CertificateCard({ thing, certificate, arn, onChanged }: Props) {
  const { certificateId: id, status, policies } = certificate;
  const { attempt } = useNotices();
  const [asked, setAsked] = useState<CertificateAction | "attach">();
  const described = useQuery({ queryKey: ["certificate", id], queryFn: () => describeCertificate(id) });
  const done = async (what: string, work: () => Promise<unknown>) => {
    await attempt(what, work);
    onChanged();
  };
  const set = (verb: string, to: CertificateStatus) =>
    done(`${verb} the certificate ${shortId(id)}`, () => setCertificateStatus(id, to));
  const WORK: Record<CertificateAction, () => Promise<unknown>> = {
    deactivate: () => set("Deactivate", "INACTIVE"),
    revoke: () => set("Revoke", "REVOKED"),
    detach: () => done(`Detach the certificate ${shortId(id)}`, () => detachPrincipal(thing, arn)),
    delete: () =>
      done(`Delete the certificate ${shortId(id)}`, async () => {
        await detachPrincipal(thing, arn);
        await deleteCertificate(id);
      }),
  };
  const action = asked && asked !== "attach" ? CERTIFICATE_ACTIONS[asked] : undefined;
  return (
    <Container
      header={
        <Header
          variant="h3"
          info={
            <StatusIndicator type={status === "ACTIVE" ? "success" : "stopped"}>{status.toLowerCase()}</StatusIndicator>
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {status !== "ACTIVE" && (
                <Button onClick={() => void set("Activate", "ACTIVE")}>Activate</Button>
              )}
              <Button onClick={() => setAsked("attach")}>Attach a policy</Button>
              <ButtonDropdown
                ariaLabel={`More for the certificate ${shortId(id)}`}
                variant="normal"
                items={[
                  { id: "deactivate", text: "Deactivate", disabled: status !== "ACTIVE" },
                  { id: "revoke", text: "Revoke", disabled: status === "REVOKED" },
                  { id: "detach", text: "Detach from the thing" },
                  // AWS deletes only what cannot connect any more.
                  { id: "delete", text: "Delete", disabled: status === "ACTIVE", disabledReason: "Deactivate it first." },
                  { id: "pem", text: "Download the certificate", disabled: !described.data },
                ]}
                onItemClick={({ detail }) => {
                  if (detail.id === "pem") download("certificate.pem", described.data?.certificatePem ?? "", "text/plain");
                  else setAsked(detail.id as CertificateAction);
                }}
              >
                More
              </ButtonDropdown>
            </SpaceBetween>
          }
        >
          <Box variant="code" fontSize="body-s">
            {shortId(id)}
          </Box>
        </Header>
      }
    >
      <KeyValuePairs
        columns={3}
        items={[
          { label: "Valid from", value: <Moment at={millis(described.data?.validity.notBefore)} /> },
          { label: "Valid until", value: <Moment at={millis(described.data?.validity.notAfter)} /> },
          {
            label: "Policies",
            value:
              policies.length === 0
                ? "None, so it may do nothing"
                : policies.map((policy) => (
                    <SpaceBetween key={policy} direction="horizontal" size="xxs" alignItems="center">
                      <PageLink href={`/policies/${segment(policy)}`}>{policy}</PageLink>
                      <Button
                        variant="icon"
                        iconName="close"
                        ariaLabel={`Detach the policy ${policy}`}
                        onClick={() => void done(`Detach the policy ${policy}`, () => detachPolicy(policy, arn))}
                      />
                    </SpaceBetween>
                  )),
          },
        ]}
      />
      {asked === "attach" && <AttachPolicy arn={arn} onDone={onChanged} onDismiss={() => setAsked(undefined)} />}
      {action && (
        <ConfirmDelete
          kind="certificate"
          name={shortId(id)}
          verb={action.verb}
          consequences={action.consequences}
          onConfirm={WORK[asked as CertificateAction]}
          onDismiss={() => setAsked(undefined)}
        />
      )}
    </Container>
  );
}

function AttachPolicy({ arn, onDone, onDismiss }: { arn: string; onDone: () => void; onDismiss: () => void }) {
  const [policy, setPolicy] = useState("");
  return (
    <FormModal
      title="Attach a policy"
      verb="Attach"
      isReady={policy !== ""}
      onSubmit={() => attachPolicy(policy, arn)}
      onDone={() => {
        onDone();
        onDismiss();
      }}
      onDismiss={onDismiss}
    >
      <PolicySelect value={policy} onChange={setPolicy} />
    </FormModal>
  );
}

/** As much of it as tells it from others. */
function shortId(id: string): string {
  return id.slice(0, 16);
}

function millis(secs: number | undefined): number | undefined {
  return secs === undefined ? undefined : secs * 1_000;
}
