import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { StatusWord } from "../stacks/StatusWord";
import { HowToStart } from "./HowToStart";
import type { Application } from "./application";
import { APPLICATIONS } from "./registry";
import { useStack } from "./useStack";

/** What is made on the platform and brings a page of its own. */
export default function Applications() {
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="What is made on this server, with a page of its own.">
          Applications
        </Header>
      }
    >
      <SpaceBetween size="l">
        {APPLICATIONS.map((application) => (
          <ApplicationCard key={application.name} application={application} />
        ))}
      </SpaceBetween>
    </ContentLayout>
  );
}

function ApplicationCard({ application }: { application: Application }) {
  const { name, title, about } = application;
  const stack = useStack(application.stack);
  return (
    <Container
      header={
        <Header variant="h2" description={about}>
          {stack.data ? (
            <PageLink href={`/applications/${encodeURIComponent(name)}`} fontSize="inherit">
              {title}
            </PageLink>
          ) : (
            title
          )}
        </Header>
      }
    >
      {stack.isError ? (
        <Problem what={`The stack ${application.stack}`} error={stack.error} onRetry={() => void stack.refetch()} />
      ) : stack.isPending ? (
        <Spinner />
      ) : stack.data ? (
        <Box>
          Its stack{" "}
          <PageLink href={`/stacks/${encodeURIComponent(stack.data.StackName)}`}>{stack.data.StackName}</PageLink>:{" "}
          <StatusWord status={stack.data.StackStatus} />
        </Box>
      ) : (
        <HowToStart application={application} />
      )}
    </Container>
  );
}
