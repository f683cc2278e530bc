// Before something goes: what goes with it. What cannot be had back is named by the reader first.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";

export interface ConfirmDeleteProps {
  /** What kind of thing: `rule`. */
  kind: string;
  name: string;
  /** What goes with it, and what stops working. */
  consequences: ReactNode;
  /** Whether the name must be typed: for what cannot be made again. */
  isTyped?: boolean;
  /** Other than `Delete`. */
  verb?: string;
  /** Resolves when it is done, whether or not it went well. */
  onConfirm: () => Promise<unknown>;
  onDismiss: () => void;
}

/** Shown while it is mounted. */
export function ConfirmDelete(props: ConfirmDeleteProps) {
  const { kind, name, consequences, isTyped = false, verb = "Delete", onConfirm, onDismiss } = props;
  const [typed, setTyped] = useState("");
  const [isBusy, setBusy] = useState(false);
  const isReady = !isTyped || typed === name;
  async function confirm() {
    if (!isReady || isBusy) return;
    setBusy(true);
    await onConfirm();
    setBusy(false);
    onDismiss();
  }
  return (
    <Modal
      visible
      onDismiss={onDismiss}
      header={`${verb} the ${kind} ${name}?`}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss} disabled={isBusy}>
              Cancel
            </Button>
            <Button variant="primary" onClick={() => void confirm()} disabled={!isReady} loading={isBusy}>
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <SpaceBetween size="m">
          <Alert type="warning">{consequences}</Alert>
          {isTyped && (
            <FormField label={`Type ${name} to confirm`}>
              <Input
                value={typed}
                onChange={({ detail }) => setTyped(detail.value)}
                autoComplete={false}
                autoFocus
                disabled={isBusy}
              />
            </FormField>
          )}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
