import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";

export interface AskNameProps {
  title: string;
  verb: string;
  label?: string;
  constraint?: string;
  pattern: RegExp;
  /** Below the name: what else can be said. */
  children?: ReactNode;
  onDone: (name: string) => Promise<unknown>;
  onDismiss: () => void;
}

/** Asks for the name of what is to be made. Shown while it is mounted. */
export function AskName(props: AskNameProps) {
  const { title, verb, label = "Name", constraint, pattern, children, onDone, onDismiss } = props;
  const [name, setName] = useState("");
  const isFit = pattern.test(name);
  function done() {
    if (!isFit) return;
    onDismiss();
    void onDone(name);
  }
  return (
    <Modal
      visible
      header={title}
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!isFit} onClick={done}>
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          done();
        }}
      >
        <SpaceBetween size="m">
          <FormField label={label} constraintText={constraint}>
            <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus invalid={name !== "" && !isFit} />
          </FormField>
          {children}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
