import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { effectivePolicies } from "../../aws/iot/policies";
import { segment } from "../../aws/rest";
import { JsonBlock } from "../../parts/JsonBlock";
import { Loading } from "../../parts/Loading";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { arnBeside } from "../../parts/names";
import { CertificateSelect } from "./CertificateSelect";
import { WouldItBeAllowed } from "./WouldItBeAllowed";
import type { OfThing } from "./shared";

/** What the thing may do, and whether it may do something in particular. */
export function PoliciesTab({ thing, device }: OfThing) {
  const [chosen, setChosen] = useState("");
  const certificates = device?.certificates ?? [];
  const first = certificates.find(({ status }) => status === "ACTIVE") ?? certificates[0];
  const id = chosen || first?.certificateId || "";
  const arn = arnBeside(thing.thingArn, `cert/${id}`);
  const policies = useQuery({
    queryKey: ["effective-policies", thing.thingName, id],
    queryFn: () => effectivePolicies(arn, thing.thingName),
    enabled: id !== "",
  });
  if (!device) return <Loading />;
  if (id === "") {
    return <Box color="text-body-secondary">It has no certificate, and policies are attached to certificates.</Box>;
  }
  return (
    <SpaceBetween size="l">
      {certificates.length > 1 && <CertificateSelect certificates={certificates} value={id} onChange={setChosen} />}
      <WouldItBeAllowed key={id} thing={thing} principal={arn} />
      <Container
        header={
          <Header variant="h2" description="Those of the certificate together with those of the thing's groups.">
            Policies that count
          </Header>
        }
      >
        {policies.isPending && <Loading />}
        {policies.isError && <Problem what="The policies" error={policies.error} onRetry={() => void policies.refetch()} />}
        {policies.data?.length === 0 && (
          <Box color="text-body-secondary">None: it may not even connect. Attach one on the tab Certificates.</Box>
        )}
        <SpaceBetween size="xs">
          {policies.data?.map(({ policyName, policyDocument }) => (
            <ExpandableSection key={policyName} headerText={policyName} defaultExpanded={policies.data.length === 1}>
              <SpaceBetween size="xs">
                <PageLink href={`/policies/${segment(policyName)}`}>Open and change it</PageLink>
                <JsonBlock value={policyDocument} />
              </SpaceBetween>
            </ExpandableSection>
          ))}
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
