import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../parts/FormModal";
import { createTable } from "./calls";

const TYPES = [
  { value: "S", label: "Text" },
  { value: "N", label: "Number" },
  { value: "B", label: "Bytes" },
];

interface Key {
  name: string;
  type: string;
}

export function NewTable({ onDismiss }: { onDismiss: () => void }) {
  const [name, setName] = useState("");
  const [hash, setHash] = useState<Key>({ name: "id", type: "S" });
  const [range, setRange] = useState<Key>({ name: "", type: "S" });
  const queries = useQueryClient();
  const isReady = /^[A-Za-z0-9_.-]{3,255}$/.test(name) && hash.name !== "";
  return (
    <FormModal
      title="Make a table"
      verb="Make it"
      what={`Make the table ${name}`}
      isReady={isReady}
      onSubmit={() => createTable(name, range.name ? [hash, range] : [hash])}
      onDone={() => {
        onDismiss();
        void queries.invalidateQueries({ queryKey: ["tables"] });
      }}
      onDismiss={onDismiss}
    >
      <FormField label="Name" constraintText="Letters, digits, point, dash, underscore; at least three.">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <KeyField label="Partition key" value={hash} onChange={setHash} />
      <KeyField label="Sort key, if there is one" value={range} onChange={setRange} />
    </FormModal>
  );
}

function KeyField(props: { label: string; value: Key; onChange: (key: Key) => void }) {
  const { label, value, onChange } = props;
  return (
    <ColumnLayout columns={2}>
      <FormField label={label} stretch>
        <Input value={value.name} onChange={({ detail }) => onChange({ ...value, name: detail.value })} />
      </FormField>
      <FormField label="Type" stretch>
        <Select
          ariaLabel={`Type of the ${label}`}
          selectedOption={TYPES.find((type) => type.value === value.type) ?? null}
          options={TYPES}
          onChange={({ detail }) => onChange({ ...value, type: detail.selectedOption.value ?? "S" })}
        />
      </FormField>
    </ColumnLayout>
  );
}
