// Before a rule is saved: what it was and what it is to be, side by side in one text.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { Diff } from "../../parts/Diff";

export interface DiffModalProps {
  name: string;
  before: string;
  after: string;
  onSave: () => Promise<unknown>;
  onDismiss: () => void;
}

export function DiffModal({ name, before, after, onSave, onDismiss }: DiffModalProps) {
  const [isBusy, setBusy] = useState(false);
  async function save() {
    setBusy(true);
    await onSave();
    setBusy(false);
    onDismiss();
  }
  return (
    <Modal
      visible
      size="large"
      header={`Save the rule ${name}?`}
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss} disabled={isBusy}>
              Cancel
            </Button>
            <Button variant="primary" onClick={() => void save()} loading={isBusy}>
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        <Box>It is active for the next message, for connections that are open, too.</Box>
        <Diff before={before} after={after} label="What changes" />
      </SpaceBetween>
    </Modal>
  );
}
