// A dashboard as it is looked at, and as it is edited in its place.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Moment } from "../../parts/Moment";
import { RangeSelect } from "../../parts/RangeSelect";
import { useUrlStates } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import { PanelCard } from "./PanelCard";
import { PanelEditor } from "./PanelEditor";
import { changed, freeId, withPanel } from "./arrange";
import { type Body, PANELS_MAX, type Panel } from "./body";
import { type StoredDashboard, getDashboard, putDashboard } from "./calls";
import styles from "./dashboards.module.css";
import { chosenOf } from "../../parts/results/range";

export function Dashboard({ stored, body }: { stored: StoredDashboard; body: Body }) {
  const [search, setSearch] = useUrlStates();
  const chosen = chosenOf(search);
  const isEditing = search.get("edit") === "1";
  const [panels, setPanels] = useState(body.panels);
  const [edited, setEdited] = useState<Panel>();
  const grid = useRef<HTMLDivElement>(null);
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const isChanged = JSON.stringify(panels) !== JSON.stringify(body.panels);

  async function save() {
    const saved = await attempt(`Save the dashboard ${stored.name}`, async () => {
      const now = await getDashboard(stored.name);
      if (now.updatedAt !== stored.updatedAt) {
        throw new Error(`${now.updatedBy} saved it meanwhile. Open it in another window to compare, then load this one again.`);
      }
      await putDashboard(stored.name, { version: 1, panels });
      return true;
    });
    if (!saved) return;
    setSearch({ edit: undefined });
    await queries.invalidateQueries({ queryKey: ["dashboards", "one", stored.name] });
  }

  const newPanel = (): Panel => ({
    id: freeId(panels),
    title: "",
    kind: "line",
    source: { kind: "figures", names: ["received", "sent"] },
    width: 2,
    height: 1,
  });

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={
            <>
              Saved <Moment at={stored.updatedAt} /> by {stored.updatedBy}
            </>
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <RangeSelect chosen={chosen} onChange={setSearch} />
              {isEditing ? (
                <SpaceBetween direction="horizontal" size="xs">
                  <Button disabled={panels.length >= PANELS_MAX} onClick={() => setEdited(newPanel())}>
                    Add a panel
                  </Button>
                  <Button
                    onClick={() => {
                      setPanels(body.panels);
                      setSearch({ edit: undefined });
                    }}
                  >
                    Cancel
                  </Button>
                  <Button variant="primary" disabled={!isChanged} onClick={() => void save()}>
                    Save
                  </Button>
                </SpaceBetween>
              ) : (
                <SpaceBetween direction="horizontal" size="xs">
                  <CopyToClipboard
                    copyButtonText="Copy the link"
                    textToCopy={window.location.href}
                    copySuccessText="Copied"
                    copyErrorText="Not copied"
                  />
                  <Button iconName="full-screen" onClick={() => void grid.current?.requestFullscreen()}>
                    Full screen
                  </Button>
                  <Button onClick={() => setSearch({ edit: "1" })}>Edit</Button>
                </SpaceBetween>
              )}
            </SpaceBetween>
          }
        >
          {stored.name}
        </Header>
      }
    >
      {isEditing && isChanged && (
        <Box margin={{ bottom: "m" }}>
          <Alert type="info">What you change is seen by others when you save it.</Alert>
        </Box>
      )}
      <div ref={grid} className={styles.grid}>
        {panels.map((panel) => (
          <PanelCard
            key={panel.id}
            panel={panel}
            chosen={chosen}
            isEditing={isEditing}
            onEdit={() => setEdited(panel)}
            onChange={(change) => setPanels((held) => changed(held, panel.id, change, () => freeId(held)))}
          />
        ))}
      </div>
      {panels.length === 0 && (
        <Box textAlign="center" padding="xxl" color="text-body-secondary">
          <SpaceBetween size="s">
            <Box color="inherit">There are no panels yet.</Box>
            <Button
              onClick={() => {
                setSearch({ edit: "1" });
                setEdited(newPanel());
              }}
            >
              Add a panel
            </Button>
          </SpaceBetween>
        </Box>
      )}
      {edited && (
        <PanelEditor
          panel={edited}
          chosen={chosen}
          onDone={(panel) => {
            setPanels((held) => withPanel(held, panel));
            setEdited(undefined);
          }}
          onDismiss={() => setEdited(undefined)}
        />
      )}
    </ContentLayout>
  );
}
