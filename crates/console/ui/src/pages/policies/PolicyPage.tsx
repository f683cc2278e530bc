import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { deletePolicy, deleteVersion, detachPolicy, getPolicy, listVersions, policyTargets } from "../../aws/iot/policies";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Loading } from "../../parts/Loading";
import { Ago } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { DocumentCard } from "./DocumentCard";
import { TargetsCard } from "./TargetsCard";
import { VersionsCard } from "./VersionsCard";

export default function PolicyPage({ parameters }: PageProps) {
  const name = parameters.name ?? "";
  const [, go] = useLocation();
  const queries = useQueryClient();
  const { attempt } = useNotices();
  const [isDeleting, setDeleting] = useState(false);
  const policy = useQuery({ queryKey: ["policy", name], queryFn: () => getPolicy(name) });
  if (policy.isPending) return <Loading />;
  if (policy.isError) {
    return <Problem what={`The policy ${name}`} error={policy.error} onRetry={() => void policy.refetch()} />;
  }
  const remove = async () => {
    const done = await attempt(`Delete the policy ${name}`, async () => {
      await deleteWithAll(name);
      return true;
    });
    if (!done) return;
    void queries.invalidateQueries({ queryKey: ["policies"] });
    go("/policies");
  };
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={
            <>
              Version {policy.data.defaultVersionId} is in force, changed <Ago at={policy.data.lastModifiedDate * 1_000} />
            </>
          }
          actions={<Button onClick={() => setDeleting(true)}>Delete</Button>}
        >
          {name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <DocumentCard key={policy.data.defaultVersionId} policy={policy.data} />
        <VersionsCard name={name} />
        <TargetsCard name={name} />
      </SpaceBetween>
      {isDeleting && (
        <ConfirmDelete
          kind="policy"
          name={name}
          isTyped
          consequences="It is detached from all its certificates and groups, and all its versions go. Devices lose at once what it alone allows; those that may not be connected any more are disconnected."
          onConfirm={remove}
          onDismiss={() => setDeleting(false)}
        />
      )}
    </ContentLayout>
  );
}

/** The operation takes only a policy that is attached to nothing and has one version. */
async function deleteWithAll(name: string): Promise<void> {
  for (;;) {
    const { items } = await policyTargets(name);
    if (items.length === 0) break;
    for (const target of items) await detachPolicy(name, target);
  }
  for (const { versionId, isDefaultVersion } of await listVersions(name)) {
    if (!isDefaultVersion) await deleteVersion(name, versionId);
  }
  await deletePolicy(name);
}
