import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { AwsError } from "../../aws/errors";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Loading } from "../../parts/Loading";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { Events } from "./Events";
import { Outputs } from "./Outputs";
import { Resources } from "./Resources";
import { StatusWord } from "./StatusWord";
import { Template } from "./Template";
import { type Stack, deleteStack, getStack, resourcesOf } from "./calls";
import { isUnderWay } from "./links";

const BUSY_MILLIS = 2_000;
const CALM_MILLIS = 10_000;

export default function StackPage({ parameters: { name = "" } }: PageProps) {
  const stack = useQuery({
    queryKey: ["stacks", "one", name],
    queryFn: () => getStack(name),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data.StackStatus) ? BUSY_MILLIS : CALM_MILLIS),
  });
  // Shown before and not there any more: it went while it was looked at.
  if (stack.error instanceof AwsError && stack.data) return <Gone name={name} />;
  if (stack.isError) return <Problem what={`The stack ${name}`} error={stack.error} onRetry={() => void stack.refetch()} />;
  return stack.data ? <Shown stack={stack.data} /> : <Loading />;
}

function Gone({ name }: { name: string }) {
  return (
    <Alert type="success" header={`The stack ${name} is gone`}>
      What it made went with it, but for what its template retains. <PageLink href="/stacks">The other stacks</PageLink>
    </Alert>
  );
}

function Shown({ stack }: { stack: Stack }) {
  const { StackName: name } = stack;
  const [tab, setTab] = useUrlState("tab", "resources");
  const [isDeleting, setDeleting] = useState(false);
  const [, go] = useLocation();
  const isBusy = isUnderWay(stack.StackStatus);
  const isProtected = stack.EnableTerminationProtection === "true";
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={
            <>
              <StatusWord status={stack.StackStatus} /> · changed{" "}
              <Moment at={stack.LastUpdatedTime ?? stack.CreationTime} />
            </>
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button disabled={isBusy || isProtected} onClick={() => setDeleting(true)}>
                Delete
              </Button>
              <Button
                variant="primary"
                disabled={isBusy}
                onClick={() => go(`/stacks/new?stack=${encodeURIComponent(name)}`)}
              >
                Update
              </Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {stack.Description && <Box color="text-body-secondary">{stack.Description}</Box>}
        {stack.StackStatusReason && <Alert type="warning">{stack.StackStatusReason}</Alert>}
        {isProtected && <Alert type="info">It is protected: it cannot be deleted until the protection is taken off.</Alert>}
        <Tabs
          activeTabId={tab}
          onChange={({ detail }) => setTab(detail.activeTabId)}
          tabs={[
            { id: "resources", label: "Resources", content: <Resources name={name} isBusy={isBusy} /> },
            { id: "events", label: "Events", content: <Events name={name} isBusy={isBusy} /> },
            { id: "outputs", label: "Outputs and parameters", content: <Outputs stack={stack} /> },
            { id: "template", label: "Template", content: <Template name={name} /> },
          ]}
        />
      </SpaceBetween>
      {isDeleting && <Deletion stack={stack} onDismiss={() => setDeleting(false)} />}
    </ContentLayout>
  );
}

function Deletion({ stack, onDismiss }: { stack: Stack; onDismiss: () => void }) {
  const { StackName: name } = stack;
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const resources = useQuery({ queryKey: ["stacks", "resources", name], queryFn: () => resourcesOf(name) });
  return (
    <ConfirmDelete
      kind="stack"
      name={name}
      isTyped
      consequences={
        <>
          <Box>What the stack made goes with it, with all data in it, unless its template says that it is retained:</Box>
          {resources.isError && <Box>Its resources cannot be listed.</Box>}
          <ul>
            {resources.data?.map((resource) => (
              <li key={resource.LogicalResourceId}>
                {resource.LogicalResourceId} ({resource.ResourceType})
              </li>
            ))}
          </ul>
        </>
      }
      onConfirm={async () => {
        const begun = await attempt(`Begin to delete the stack ${name}`, () => deleteStack(name));
        if (begun === undefined) return;
        go(`/stacks/${encodeURIComponent(name)}?tab=events`);
        await queries.invalidateQueries({ queryKey: ["stacks"] });
      }}
      onDismiss={onDismiss}
    />
  );
}
