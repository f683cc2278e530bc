// Before a rule is saved: what it was and what it is to be, in one text.

import Box from "@cloudscape-design/components/box";
import { Diff } from "../../parts/Diff";
import { FormModal } from "../../parts/FormModal";

export interface DiffModalProps {
  name: string;
  before: string;
  after: string;
  onSave: () => Promise<unknown>;
  onDone: () => void;
  onDismiss: () => void;
}

export function DiffModal({ name, before, after, onSave, onDone, onDismiss }: DiffModalProps) {
  return (
    <FormModal
      title={`Save the rule ${name}?`}
      verb="Save"
      what={`Save the rule ${name}`}
      size="large"
      onSubmit={onSave}
      onDone={onDone}
      onDismiss={onDismiss}
    >
      <Box>It is active for the next message, for connections that are open, too.</Box>
      <Diff before={before} after={after} label="What changes" />
    </FormModal>
  );
}
