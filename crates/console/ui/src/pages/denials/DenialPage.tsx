import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { type Refusal, refusal } from "../../aws/own";
import { segment } from "../../aws/rest";
import { Loading } from "../../parts/Loading";
import { Ago, Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { sentence } from "../../parts/sentence";
import type { PageProps } from "../table";
import { titleOf } from "./Denials";
import { Mend } from "./Mend";

const LOOK_MILLIS = 3_000;

/** One refusal: who, what, why, and how it is mended. */
export default function DenialPage({ parameters }: PageProps) {
  const id = Number(parameters.id);
  const found = useQuery({
    queryKey: ["refusal", id],
    queryFn: () => refusal(id),
    refetchInterval: ({ state }) => (state.error ? false : LOOK_MILLIS),
  });
  if (found.isPending) return <Loading />;
  if (!found.data) {
    return <Problem what={`The refusal ${parameters.id}`} error={found.error ?? new Error("It is not known any more.")} />;
  }
  const denied = found.data;
  const advice = denied.advice && !denied.reason.includes(denied.advice) ? sentence(denied.advice) : "";
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={
            <>
              {denied.count === 1 ? "Refused once" : `Refused ${denied.count.toLocaleString("en")} times`}, last{" "}
              <Ago at={denied.lastAt} />
            </>
          }
        >
          {titleOf(denied)}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Alert type="error" header="Why">
          {sentence(denied.reason)} {advice}
        </Alert>
        <Mend refusal={denied} />
        <Facts denied={denied} />
      </SpaceBetween>
    </ContentLayout>
  );
}

function Facts({ denied }: { denied: Refusal }) {
  const { principal, clientId, sourceIp, action, resource, firstAt, variables } = denied;
  return (
    <Container header={<Header variant="h2">The request</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: "Who", value: principal ?? "Nobody was proved" },
          {
            label: "Client id",
            value: clientId ? <PageLink href={`/things/${segment(clientId)}`}>{clientId}</PageLink> : "–",
          },
          { label: "Address", value: sourceIp ?? "–" },
          { label: "Action", value: action ?? "–" },
          { label: "Resource", value: resource ?? "–" },
          { label: "First refused", value: <Moment at={firstAt} /> },
          ...variables.map(({ name, value }) => ({ label: `\${${name}}`, value: value ?? "has no value" })),
        ]}
      />
    </Container>
  );
}
