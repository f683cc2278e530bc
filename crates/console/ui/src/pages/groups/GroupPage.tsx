import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { deleteThingGroup, describeThingGroup } from "../../aws/iot/things";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Loading } from "../../parts/Loading";
import { Problem } from "../../parts/Problem";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { AboutGroup } from "./AboutGroup";
import { GroupForm } from "./GroupForm";
import { GroupMembers } from "./GroupMembers";
import { GroupPolicies } from "./GroupPolicies";
import { SubGroups } from "./SubGroups";

export default function GroupPage({ parameters }: PageProps) {
  const name = parameters.name ?? "";
  const [, go] = useLocation();
  const queries = useQueryClient();
  const { attempt } = useNotices();
  const [asked, setAsked] = useState<"edit" | "delete">();
  const group = useQuery({ queryKey: ["thing-group", name], queryFn: () => describeThingGroup(name) });
  if (group.isPending) return <Loading />;
  if (group.isError) {
    return <Problem what={`The group ${name}`} error={group.error} onRetry={() => void group.refetch()} />;
  }
  const remove = async () => {
    const done = await attempt(`Delete the group ${name}`, async () => {
      await deleteThingGroup(name);
      return true;
    });
    if (!done) return;
    void queries.invalidateQueries({ queryKey: ["thing-groups"] });
    go("/thing-groups");
  };
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={group.data.thingGroupProperties.thingGroupDescription}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => go(`/jobs/new?${new URLSearchParams({ group: name })}`)}>Create a job for it</Button>
              <Button onClick={() => setAsked("edit")}>Edit</Button>
              <Button onClick={() => setAsked("delete")}>Delete</Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <AboutGroup group={group.data} />
        <GroupMembers group={name} />
        <GroupPolicies arn={group.data.thingGroupArn} />
        <SubGroups parent={name} />
      </SpaceBetween>
      {asked === "edit" && (
        <GroupForm
          group={group.data}
          onDismiss={() => setAsked(undefined)}
          onDone={() => {
            setAsked(undefined);
            void group.refetch();
          }}
        />
      )}
      {asked === "delete" && (
        <ConfirmDelete
          kind="group"
          name={name}
          isTyped
          consequences="Its things leave it, and lose what its policies alone allow. Groups below it must be deleted first."
          onConfirm={remove}
          onDismiss={() => setAsked(undefined)}
        />
      )}
    </ContentLayout>
  );
}
