import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Tabs from "@cloudscape-design/components/tabs";
import { type ComponentType, Suspense, lazy } from "react";
import { useLocation } from "wouter";
import { Loading } from "../../parts/Loading";
import type { PageProps } from "../table";
import { Backup } from "./Backup";
import { RecordingsTab } from "./RecordingsTab";
import { YourAccess } from "./YourAccess";
import { Certificates } from "./certificates/Certificates";
import { Server } from "./server/Server";
import { Users } from "./users/Users";

interface Tab {
  id: string;
  label: string;
  View: ComponentType;
}

const TABS: Tab[] = [
  { id: "users", label: "Users", View: Users },
  { id: "access", label: "Your access", View: YourAccess },
  { id: "certificates", label: "Certificates", View: Certificates },
  { id: "server", label: "Server", View: Server },
  { id: "recordings", label: "Recordings", View: RecordingsTab },
  { id: "backup", label: "Backup", View: Backup },
  // The texts of licences are long.
  { id: "licences", label: "Licences", View: lazy(() => import("./Licences")) },
];

/** `/settings/users` and so on: each tab has its address. */
export default function Settings({ parameters: { tab } }: PageProps) {
  const [, go] = useLocation();
  const shown = TABS.find(({ id }) => id === tab) ?? TABS[0];
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="Who may come in, and what this server is and holds.">
          Settings
        </Header>
      }
    >
      <Tabs
        ariaLabel="Settings"
        activeTabId={shown?.id}
        onChange={({ detail }) => go(`/settings/${detail.activeTabId}`, { replace: true })}
        tabs={TABS.map(({ id, label, View }) => ({
          id,
          label,
          content: (
            <Suspense fallback={<Loading />}>
              <View />
            </Suspense>
          ),
        }))}
      />
    </ContentLayout>
  );
}
