import Alert from "@cloudscape-design/components/alert";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import { useQuery } from "@tanstack/react-query";
import { Loading } from "../../parts/Loading";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { Missing } from "../Missing";
import { StatusWord } from "../stacks/StatusWord";
import { type Stack, resourcesOf } from "../stacks/calls";
import type { PageProps } from "../table";
import { HowToStart } from "./HowToStart";
import { type Application, isStanding } from "./application";
import { APPLICATIONS } from "./registry";
import { useStack } from "./useStack";

/** The page that an application brings, if its stack is there. */
export default function ApplicationPage({ parameters: { name = "" } }: PageProps) {
  const application = APPLICATIONS.find((one) => one.name === name);
  return application ? <Known application={application} /> : <Missing />;
}

function Known({ application }: { application: Application }) {
  const stack = useStack(application.stack);
  if (stack.isPending) return <Loading />;
  if (stack.data && isStanding(stack.data.StackStatus)) {
    return <Standing application={application} stack={stack.data} />;
  }
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={application.about}>
          {application.title}
        </Header>
      }
    >
      {stack.isError ? (
        <Problem what={`The stack ${application.stack}`} error={stack.error} onRetry={() => void stack.refetch()} />
      ) : stack.data ? (
        <Alert type="info" header={`The stack ${application.stack} cannot be used now`}>
          <StatusWord status={stack.data.StackStatus} />.{" "}
          <PageLink href={`/stacks/${encodeURIComponent(application.stack)}?tab=events`}>Its events</PageLink> tell
          more.
        </Alert>
      ) : (
        <HowToStart application={application} />
      )}
    </ContentLayout>
  );
}

function Standing({ application, stack }: { application: Application; stack: Stack }) {
  const names = useQuery({
    // An update may give other names.
    queryKey: ["applications", "names", stack.StackId, stack.StackStatus, stack.LastUpdatedTime],
    queryFn: async () => {
      const resources = await resourcesOf(stack.StackName);
      return Object.fromEntries(resources.map((one) => [one.LogicalResourceId, one.PhysicalResourceId ?? ""]));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (names.isError) {
    return <Problem what="What the stack made" error={names.error} onRetry={() => void names.refetch()} />;
  }
  return names.data ? <application.View stack={stack} names={names.data} /> : <Loading />;
}
