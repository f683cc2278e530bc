import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { type ReactNode, useState } from "react";
import { FormModal } from "./FormModal";

export interface AskNameProps {
  /** What is to be made: `queue`. */
  kind: string;
  constraint?: string;
  pattern: RegExp;
  /** Below the name: what else can be said. */
  children?: ReactNode;
  make: (name: string) => Promise<unknown>;
  onDone: (name: string) => void;
  onDismiss: () => void;
}

/** Asks for the name of what is to be made, and makes it. Shown while it is mounted. */
export function AskName({ kind, constraint, pattern, children, make, onDone, onDismiss }: AskNameProps) {
  const [name, setName] = useState("");
  const isFit = pattern.test(name);
  return (
    <FormModal
      title={`Make a ${kind}`}
      verb="Make it"
      what={`Make the ${kind} ${name}`}
      isReady={isFit}
      onSubmit={() => make(name)}
      onDone={() => onDone(name)}
      onDismiss={onDismiss}
    >
      <FormField label="Name" constraintText={constraint}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus invalid={name !== "" && !isFit} />
      </FormField>
      {children}
    </FormModal>
  );
}
