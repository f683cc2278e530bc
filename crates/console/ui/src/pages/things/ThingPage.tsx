import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { deleteThing, describeThing } from "../../aws/iot/things";
import { showDevice } from "../../aws/own";
import { segment } from "../../aws/rest";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Loading } from "../../parts/Loading";
import { Problem } from "../../parts/Problem";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { CertificatesTab } from "./CertificatesTab";
import { ConnectedState } from "./Connected";
import { JobsTab } from "./JobsTab";
import { MessagesTab } from "./MessagesTab";
import { PoliciesTab } from "./PoliciesTab";
import { ShadowsTab } from "./ShadowsTab";
import { StateTab } from "./StateTab";
import { ThingForm } from "./ThingForm";

const LOOK_MILLIS = 3_000;

export default function ThingPage({ parameters }: PageProps) {
  const name = parameters.name ?? "";
  const [, go] = useLocation();
  const queries = useQueryClient();
  const { attempt } = useNotices();
  const [tab, setTab] = useUrlState("tab", "state");
  const [asked, setAsked] = useState<"edit" | "delete">();
  const thing = useQuery({ queryKey: ["thing", name], queryFn: () => describeThing(name) });
  const device = useQuery({
    queryKey: ["device", name],
    queryFn: () => showDevice(name),
    refetchInterval: LOOK_MILLIS,
    enabled: thing.isSuccess,
  });
  if (thing.isPending) return <Loading />;
  if (thing.isError) return <Problem what={`The thing ${name}`} error={thing.error} onRetry={() => void thing.refetch()} />;
  const certificates = device.data?.certificates ?? [];
  const remove = async () => {
    const done = await attempt(`Delete the thing ${name}`, async () => {
      await deleteThing(name);
      return true;
    });
    if (done) {
      void queries.invalidateQueries({ queryKey: ["things"] });
      go("/things");
    }
  };
  const shared = { thing: thing.data, device: device.data };
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          info={device.data && <ConnectedState isConnected={device.data.isConnected} />}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => go(`/connect?device=${segment(name)}`)}>How to connect</Button>
              <Button onClick={() => setAsked("edit")}>Edit</Button>
              <Button onClick={() => setAsked("delete")}>Delete</Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      <Tabs
        activeTabId={tab}
        onChange={({ detail }) => setTab(detail.activeTabId)}
        ariaLabel={`About ${name}`}
        tabs={[
          { id: "state", label: "State", content: <StateTab {...shared} /> },
          {
            id: "certificates",
            label: `Certificates (${certificates.length})`,
            content: <CertificatesTab {...shared} />,
          },
          { id: "policies", label: "Policies", content: <PoliciesTab {...shared} /> },
          { id: "shadows", label: "Shadows", content: <ShadowsTab thing={name} /> },
          { id: "jobs", label: "Jobs", content: <JobsTab thing={name} /> },
          { id: "messages", label: "Messages", content: <MessagesTab thing={name} /> },
        ]}
      />
      {asked === "edit" && (
        <ThingForm
          thing={thing.data}
          onDismiss={() => setAsked(undefined)}
          onDone={() => {
            setAsked(undefined);
            void thing.refetch();
          }}
        />
      )}
      {asked === "delete" && (
        <ConfirmDelete
          kind="thing"
          name={name}
          isTyped
          consequences={
            certificates.length > 0
              ? `Its ${certificates.length === 1 ? "certificate" : `${certificates.length} certificates`} must be detached first, on the tab Certificates: the server refuses otherwise. What it has still to do for jobs is removed; its shadows stay.`
              : "It leaves its groups, and what it has still to do for jobs is removed. Its shadows stay."
          }
          onConfirm={remove}
          onDismiss={() => setAsked(undefined)}
        />
      )}
    </ContentLayout>
  );
}
