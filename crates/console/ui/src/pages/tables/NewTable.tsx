import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNotices } from "../../shell/notices";
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
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const isReady = /^[A-Za-z0-9_.-]{3,255}$/.test(name) && hash.name !== "";
  async function make() {
    onDismiss();
    await attempt(`Make the table ${name}`, () => createTable(name, range.name ? [hash, range] : [hash]));
    await queries.invalidateQueries({ queryKey: ["tables"] });
  }
  return (
    <Modal
      visible
      header="Make a table"
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!isReady} onClick={() => void make()}>
              Make it
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <FormField label="Name" constraintText="Letters, digits, point, dash, underscore; at least three.">
          <Input value={name} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
        <KeyField label="Partition key" value={hash} onChange={setHash} />
        <KeyField label="Sort key, if there is one" value={range} onChange={setRange} />
      </SpaceBetween>
    </Modal>
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
