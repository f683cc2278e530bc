import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { type ThingGroup, createThingGroup, updateThingGroup } from "../../aws/iot/things";
import { AttributesEditor, attributesOf, recordOf } from "../../parts/AttributesEditor";
import { FormModal } from "../../parts/FormModal";
import { nameMistake } from "../../parts/names";
import { GroupSelect } from "./GroupSelect";

interface Props {
  /** The one to change; without it a new one is made. */
  group?: ThingGroup;
  /** Of the new one. */
  parent?: string;
  onDone: (name: string) => void;
  onDismiss: () => void;
}

export function GroupForm({ group, parent: givenParent = "", onDone, onDismiss }: Props) {
  const [name, setName] = useState(group?.thingGroupName ?? "");
  const [parent, setParent] = useState(givenParent);
  const [description, setDescription] = useState(group?.thingGroupProperties.thingGroupDescription ?? "");
  const [attributes, setAttributes] = useState(
    attributesOf(group?.thingGroupProperties.attributePayload.attributes ?? {}),
  );
  const mistake = nameMistake(name);
  const save = () => {
    const change = { description, attributes: recordOf(attributes) };
    return group
      ? updateThingGroup(group.thingGroupName, group.version, change)
      : createThingGroup(name, parent, change);
  };
  return (
    <FormModal
      title={group ? `Change ${group.thingGroupName}` : "Create a group"}
      verb={group ? "Save" : "Create"}
      isReady={name !== "" && !mistake}
      onSubmit={save}
      onDone={() => onDone(name)}
      onDismiss={onDismiss}
    >
      {!group && (
        <>
          <FormField label="Name" description="Name and parent stay for ever." errorText={mistake}>
            <Input value={name} onChange={({ detail }) => setName(detail.value)} autoComplete={false} autoFocus />
          </FormField>
          <GroupSelect value={parent} onChange={setParent} label="Below" nothing="None, it stands at the top" />
        </>
      )}
      <FormField label="Description">
        <Input value={description} onChange={({ detail }) => setDescription(detail.value)} autoComplete={false} />
      </FormField>
      <FormField label="Attributes" stretch>
        <AttributesEditor attributes={attributes} onChange={setAttributes} />
      </FormField>
    </FormModal>
  );
}
