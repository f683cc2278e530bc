import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { attachPrincipal } from "../../aws/iot/certificates";
import type { DescribedThing } from "../../aws/iot/things";
import { FormModal } from "../../parts/FormModal";
import { arnBeside } from "../../parts/names";

interface Props {
  thing: DescribedThing;
  onDone: () => void;
  onDismiss: () => void;
}

export function AttachCertificate({ thing, onDone, onDismiss }: Props) {
  const [id, setId] = useState("");
  const given = id.trim();
  const arn = given.startsWith("arn:") ? given : arnBeside(thing.thingArn, `cert/${given}`);
  return (
    <FormModal
      title={`Attach a certificate to ${thing.thingName}`}
      verb="Attach"
      isReady={given !== ""}
      onSubmit={() => attachPrincipal(thing.thingName, arn)}
      onDone={onDone}
      onDismiss={onDismiss}
    >
      <FormField label="Certificate" description="Its id, 64 letters, or its ARN." stretch>
        <Input value={id} onChange={({ detail }) => setId(detail.value)} autoComplete={false} autoFocus />
      </FormField>
    </FormModal>
  );
}
