// A form in front of the page: a few fields, and one thing to do with them.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";
import { problemText, useNotices } from "../shell/notices";

export interface FormModalProps {
  title: string;
  verb: string;
  /** Stays open, with the server's words, if it fails. */
  onSubmit: () => Promise<unknown>;
  onDone: () => void;
  onDismiss: () => void;
  isReady?: boolean;
  size?: "medium" | "large";
  /** What is told as done when it is: `Make the queue orders`. */
  what?: string;
  children: ReactNode;
}

/** Shown while it is mounted. */
export function FormModal(props: FormModalProps) {
  const { title, verb, onSubmit, onDone, onDismiss, isReady = true, size, what, children } = props;
  const { tell } = useNotices();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  async function submit() {
    if (!isReady || isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await onSubmit();
      if (what) tell("success", `${what}: done`);
      onDone();
    } catch (error) {
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal
      visible
      header={title}
      size={size}
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss} disabled={isBusy}>
              Cancel
            </Button>
            <Button variant="primary" loading={isBusy} disabled={!isReady} onClick={() => void submit()}>
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <SpaceBetween size="m">
          {children}
          {failure && <Alert type="error">{failure}</Alert>}
        </SpaceBetween>
        {/* Enter in a field submits, though the button stands outside. */}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Modal>
  );
}
