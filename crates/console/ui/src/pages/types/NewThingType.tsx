import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { createThingType } from "../../aws/iot/things";
import { FormModal } from "../../parts/FormModal";
import { nameMistake } from "../../parts/names";

/** AWS's limit. */
const SEARCHABLE_MAX = 3;

export function NewThingType({ onDone, onDismiss }: { onDone: () => void; onDismiss: () => void }) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [attributes, setAttributes] = useState("");
  const searchable = attributes.split(/[\s,]+/).filter(Boolean);
  const mistake = nameMistake(name);
  const isTooMany = searchable.length > SEARCHABLE_MAX;
  return (
    <FormModal
      title="Create a thing type"
      verb="Create"
      isReady={name !== "" && !mistake && !isTooMany}
      onSubmit={() => createThingType(name, description, searchable)}
      onDone={onDone}
      onDismiss={onDismiss}
    >
      <FormField label="Name" description="It stays for ever: a type is not renamed." errorText={mistake}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoComplete={false} autoFocus />
      </FormField>
      <FormField label="Description">
        <Input value={description} onChange={({ detail }) => setDescription(detail.value)} autoComplete={false} />
      </FormField>
      <FormField
        label="Searchable attributes"
        description={`Up to ${SEARCHABLE_MAX} names, with spaces or commas.`}
        errorText={isTooMany ? `At most ${SEARCHABLE_MAX}.` : undefined}
      >
        <Input value={attributes} onChange={({ detail }) => setAttributes(detail.value)} autoComplete={false} />
      </FormField>
    </FormModal>
  );
}
