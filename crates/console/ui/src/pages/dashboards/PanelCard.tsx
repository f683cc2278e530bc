import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { PanelView, ROW_PX } from "./PanelView";
import type { Change } from "./arrange";
import type { Panel } from "./body";
import styles from "./dashboards.module.css";
import type { Chosen } from "../../parts/results/range";

export interface PanelCardProps {
  panel: Panel;
  chosen: Chosen;
  isEditing: boolean;
  onEdit: () => void;
  onChange: (change: Change) => void;
}

const GAP_PX = 16;
/** The panel's header and the space around what is shown. */
const HEADER_PX = 104;

const CHANGES: { id: Change; text: string }[] = [
  { id: "before", text: "Move before" },
  { id: "after", text: "Move after" },
  { id: "wider", text: "Wider" },
  { id: "narrower", text: "Narrower" },
  { id: "taller", text: "Taller" },
  { id: "lower", text: "Lower" },
  { id: "copy", text: "Copy" },
  { id: "remove", text: "Remove" },
];

export function PanelCard({ panel, chosen, isEditing, onEdit, onChange }: PanelCardProps) {
  return (
    <div
      className={styles.panel}
      style={{ gridColumn: `span ${panel.width}`, gridRow: `span ${panel.height}` }}
    >
      <Container
        fitHeight
        header={
          <Header
            variant="h2"
            actions={
              isEditing && (
                <ButtonDropdown
                  variant="icon"
                  ariaLabel={`Change the panel ${panel.title}`}
                  items={[{ id: "edit", text: "Edit" }, ...CHANGES]}
                  onItemClick={({ detail }) => (detail.id === "edit" ? onEdit() : onChange(detail.id as Change))}
                />
              )
            }
          >
            {panel.title || "Untitled"}
          </Header>
        }
      >
        <div className={styles.body} style={{ maxHeight: panel.height * (ROW_PX + GAP_PX) - HEADER_PX }}>
          <PanelView panel={panel} chosen={chosen} />
        </div>
      </Container>
    </div>
  );
}
