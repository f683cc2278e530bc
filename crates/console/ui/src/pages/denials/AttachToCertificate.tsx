import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { attachPolicy } from "../../aws/iot/policies";
import { useNotices } from "../../shell/notices";
import { PolicySelect } from "../policies/PolicySelect";

/** For a certificate that no policy is attached to. */
export function AttachToCertificate({ arn, onDone }: { arn: string; onDone: () => void }) {
  const { attempt } = useNotices();
  const [policy, setPolicy] = useState("");
  const attach = async () => {
    await attempt(`Attach ${policy} to the certificate`, () => attachPolicy(policy, arn));
    onDone();
  };
  return (
    <Container
      header={
        <Header variant="h2" description="Its certificate has no policy, so it may do nothing.">
          Mend it
        </Header>
      }
    >
      <SpaceBetween direction="horizontal" size="s" alignItems="end">
        <PolicySelect value={policy} onChange={setPolicy} />
        <Button variant="primary" disabled={policy === ""} onClick={() => void attach()}>
          Attach it
        </Button>
      </SpaceBetween>
    </Container>
  );
}
