// A rule tried before it is saved: on a message, on those that pass, and on those that were recorded.

import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Tabs from "@cloudscape-design/components/tabs";
import { useUrlState } from "../../parts/useUrlState";
import { TrialLive } from "./TrialLive";
import { TrialRecorded } from "./TrialRecorded";
import { TrialSample } from "./TrialSample";
import type { Draft } from "./draft";

export interface TrialProps {
  draft: Draft;
  /** The rule as it is saved, to compare with. */
  storedRule?: string;
  /** Whether the draft says something else than what is saved. */
  isChanged?: boolean;
}

export function TrialPanel(props: TrialProps & { seen?: { topic: string; payload: string } }) {
  const [way, setWay] = useUrlState("on", "sample");
  return (
    <Container
      header={
        <Header variant="h2" description="Nothing is written and nothing is sent.">
          Try it
        </Header>
      }
    >
      <Tabs
        activeTabId={way}
        onChange={({ detail }) => setWay(detail.activeTabId)}
        tabs={[
          { id: "sample", label: "On a message", content: <TrialSample {...props} /> },
          { id: "live", label: "On live traffic", content: <TrialLive {...props} /> },
          { id: "recorded", label: "On recorded history", content: <TrialRecorded {...props} /> },
        ]}
      />
    </Container>
  );
}
