import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { attachPrincipal, createKeysAndCertificate } from "../../aws/iot/certificates";
import { attachPolicy } from "../../aws/iot/policies";
import { arnBeside } from "../../parts/names";
import { useNotices } from "../../shell/notices";
import { AttachCertificate } from "./AttachCertificate";
import { CertificateCard } from "./CertificateCard";
import { NewCertificateCard } from "./NewCertificateCard";
import type { OfThing } from "./shared";

interface Issued {
  certificateId: string;
  certificatePem: string;
  privateKey: string;
}

/** What the thing proves itself with. */
export function CertificatesTab({ thing, device }: OfThing) {
  const name = thing.thingName;
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [issued, setIssued] = useState<Issued>();
  const [isAttaching, setAttaching] = useState(false);
  const changed = () => queries.invalidateQueries({ queryKey: ["device", name] });
  const certificates = device?.certificates ?? [];

  async function issue() {
    const made = await attempt(`Make a certificate for ${name}`, async () => {
      const certificate = await createKeysAndCertificate();
      await attachPrincipal(name, certificate.certificateArn);
      // It may do what the others may: a new certificate usually takes the place of a lost one.
      for (const policy of new Set(certificates.flatMap(({ policies }) => policies))) {
        await attachPolicy(policy, certificate.certificateArn);
      }
      return certificate;
    });
    void changed();
    if (!made) return;
    const { certificateId, certificatePem, keyPair } = made;
    setIssued({ certificateId, certificatePem, privateKey: keyPair.PrivateKey });
  }

  return (
    <SpaceBetween size="l">
      <Header
        variant="h2"
        description="A device connects with a certificate that is active and attached to its thing."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => setAttaching(true)}>Attach one that is there</Button>
            <Button variant="primary" onClick={() => void issue()}>
              New certificate
            </Button>
          </SpaceBetween>
        }
      >
        Certificates
      </Header>
      {issued && <NewCertificateCard thing={name} issued={issued} />}
      {certificates.map((certificate) => (
        <CertificateCard
          key={certificate.certificateId}
          thing={name}
          certificate={certificate}
          arn={arnBeside(thing.thingArn, `cert/${certificate.certificateId}`)}
          onChanged={() => void changed()}
        />
      ))}
      {device && certificates.length === 0 && (
        <Box color="text-body-secondary">It has no certificate, so it cannot connect.</Box>
      )}
      {isAttaching && (
        <AttachCertificate
          thing={thing}
          onDismiss={() => setAttaching(false)}
          onDone={() => {
            setAttaching(false);
            void changed();
          }}
        />
      )}
    </SpaceBetween>
  );
}
