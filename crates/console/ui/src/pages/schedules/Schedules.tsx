import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Tabs from "@cloudscape-design/components/tabs";
import { useUrlState } from "../../parts/useUrlState";
import { EventRules } from "./EventRules";
import { ScheduleList } from "./ScheduleList";

export default function Schedules() {
  const [tab, setTab] = useUrlState("tab", "rules");
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="What happens by itself: by the clock, or when an event comes.">
          Schedules
        </Header>
      }
    >
      <Tabs
        activeTabId={tab}
        onChange={({ detail }) => setTab(detail.activeTabId)}
        tabs={[
          { id: "rules", label: "Rules of EventBridge", content: <EventRules /> },
          { id: "schedules", label: "Schedules", content: <ScheduleList /> },
        ]}
      />
    </ContentLayout>
  );
}
