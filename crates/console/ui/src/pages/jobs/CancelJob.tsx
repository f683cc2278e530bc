import Alert from "@cloudscape-design/components/alert";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { FormModal } from "../../parts/FormModal";
import { cancelJob } from "./calls";
import type { Progress } from "./progress";

interface Props {
  id: string;
  progress: Progress;
  onDone: () => void;
  onDismiss: () => void;
}

/** What was not begun is canceled; what was begun only if that is asked for. */
export function CancelJob({ id, progress, onDone, onDismiss }: Props) {
  const [isForced, setForced] = useState(false);
  const [comment, setComment] = useState("");
  const count = (wanted: string) => progress.shares.find(({ status }) => status === wanted)?.count ?? 0;
  const [queued, begun] = [count("QUEUED"), count("IN_PROGRESS")];
  return (
    <FormModal
      title={`Cancel the job ${id}?`}
      verb="Cancel the job"
      onSubmit={() => cancelJob(id, isForced, comment)}
      onDone={onDone}
      onDismiss={onDismiss}
    >
      <Alert type="warning">
        {queued} queued {queued === 1 ? "execution is" : "executions are"} canceled, and no other thing is told.{" "}
        {isForced
          ? `${begun} in progress ${begun === 1 ? "is" : "are"} canceled as well: a device may be left in the middle of it.`
          : `${begun} in progress may go on to ${begun === 1 ? "its" : "their"} end.`}
      </Alert>
      <Checkbox checked={isForced} onChange={({ detail }) => setForced(detail.checked)}>
        Also what is in progress
      </Checkbox>
      <FormField label="Why" description="Kept with the job.">
        <Input value={comment} onChange={({ detail }) => setComment(detail.value)} autoComplete={false} />
      </FormField>
    </FormModal>
  );
}
