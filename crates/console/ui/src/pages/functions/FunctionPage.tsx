import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Loading } from "../../parts/Loading";
import { Problem } from "../../parts/Problem";
import { LogView } from "../../parts/logs/LogView";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { Configuration } from "./Configuration";
import { Invoke } from "./Invoke";
import { type FunctionShown, deleteFunction, getFunction, logGroupOf } from "./calls";

export default function FunctionPage({ parameters: { name = "" } }: PageProps) {
  const shown = useQuery({ queryKey: ["functions", "one", name], queryFn: () => getFunction(name) });
  if (shown.isError) {
    return <Problem what={`The function ${name}`} error={shown.error} onRetry={() => void shown.refetch()} />;
  }
  return shown.data ? <Shown shown={shown.data} /> : <Loading />;
}

function Shown({ shown: { Configuration: configuration } }: { shown: FunctionShown }) {
  const { FunctionName: name } = configuration;
  const [tab, setTab] = useUrlState("tab", "invoke");
  const [isDeleting, setDeleting] = useState(false);
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [, go] = useLocation();

  /** An address for the code ends after minutes: each download takes a new one. */
  async function downloadCode() {
    const location = await attempt("Find the code", async () => (await getFunction(name)).Code.Location ?? null);
    if (location) window.location.assign(location);
  }

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={configuration.Description || undefined}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button iconName="download" onClick={() => void downloadCode()}>
                Code
              </Button>
              <Button onClick={() => setDeleting(true)}>Delete</Button>
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
        tabs={[
          { id: "invoke", label: "Invoke", content: <Invoke name={name} /> },
          { id: "log", label: "Log", content: <LogView group={logGroupOf(configuration)} /> },
          { id: "configuration", label: "Configuration", content: <Configuration configuration={configuration} /> },
        ]}
      />
      {isDeleting && (
        <ConfirmDelete
          kind="function"
          name={name}
          isTyped
          consequences="Its code and all its versions and aliases go with it. Rules, schedules and queues that invoke it fail from then on. Its log stays."
          onConfirm={async () => {
            const gone = await attempt(`Delete the function ${name}`, () => deleteFunction(name));
            if (gone === undefined) return;
            go("/functions");
            await queries.invalidateQueries({ queryKey: ["functions", "list"] });
          }}
          onDismiss={() => setDeleting(false)}
        />
      )}
    </ContentLayout>
  );
}
