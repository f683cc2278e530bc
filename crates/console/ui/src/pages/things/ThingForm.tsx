import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { type DescribedThing, createThing, updateThing } from "../../aws/iot/things";
import { AttributesEditor, attributesOf, recordOf } from "../../parts/AttributesEditor";
import { FormModal } from "../../parts/FormModal";
import { nameMistake } from "../../parts/names";
import { TypeSelect } from "./TypeSelect";

interface Props {
  /** The one to change; without it a new one is made. */
  thing?: DescribedThing;
  onDone: (name: string) => void;
  onDismiss: () => void;
}

export function ThingForm({ thing, onDone, onDismiss }: Props) {
  const [name, setName] = useState(thing?.thingName ?? "");
  const [type, setType] = useState(thing?.thingTypeName ?? "");
  const [attributes, setAttributes] = useState(attributesOf(thing?.attributes ?? {}));
  const mistake = nameMistake(name);
  const save = () => {
    const change = { thingTypeName: type, attributes: recordOf(attributes) };
    return thing ? updateThing(thing.thingName, thing.version, change) : createThing(name, change);
  };
  return (
    <FormModal
      title={thing ? `Change ${thing.thingName}` : "Create a thing"}
      verb={thing ? "Save" : "Create"}
      isReady={name !== "" && !mistake}
      onSubmit={save}
      onDone={() => onDone(name)}
      onDismiss={onDismiss}
    >
      {!thing && (
        <FormField
          label="Name"
          description="A thing alone cannot connect. Connect a device makes its certificate and policy as well."
          errorText={mistake}
        >
          <Input value={name} onChange={({ detail }) => setName(detail.value)} autoComplete={false} autoFocus />
        </FormField>
      )}
      <FormField label="Type" description="Without a type a thing has at most 3 attributes.">
        <TypeSelect value={type} onChange={setType} nothing="None" />
      </FormField>
      <FormField label="Attributes" stretch>
        <AttributesEditor attributes={attributes} onChange={setAttributes} />
      </FormField>
    </FormModal>
  );
}
