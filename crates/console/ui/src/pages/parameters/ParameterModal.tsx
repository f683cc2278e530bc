import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import Textarea from "@cloudscape-design/components/textarea";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Loading } from "../../parts/Loading";
import { Moment } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { useNotices } from "../../shell/notices";
import { type Parameter, type PastParameter, deleteParameter, getParameter, historyOf, putParameter } from "./calls";

export interface ParameterModalProps {
  name: string;
  onChange: () => void;
  onDismiss: () => void;
}

export function ParameterModal({ name, onChange, onDismiss }: ParameterModalProps) {
  const [isClear, setClear] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const { attempt } = useNotices();
  const parameter = useQuery({
    queryKey: ["parameters", "one", name, isClear],
    queryFn: () => getParameter(name, isClear),
    // What is secret is not kept when nobody looks at it.
    gcTime: 0,
  });
  const isSecret = parameter.data?.Type === "SecureString";
  return (
    <Modal
      visible
      size="large"
      header={name}
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <Button onClick={() => setDeleting(true)}>Delete</Button>
        </Box>
      }
    >
      <SpaceBetween size="l">
        {parameter.isError && <Problem what="The value" error={parameter.error} />}
        {parameter.isPending && <Loading />}
        {parameter.data && isSecret && !isClear && (
          <SpaceBetween direction="horizontal" size="xs" alignItems="center">
            <Box>••••••••</Box>
            <Button onClick={() => setClear(true)}>Show the value</Button>
          </SpaceBetween>
        )}
        {parameter.data && (!isSecret || isClear) && (
          <Value key={parameter.data.Version} parameter={parameter.data} onSaved={onChange} />
        )}
        <History name={name} isClear={isClear} isSecret={isSecret} />
      </SpaceBetween>
      {isDeleting && (
        <ConfirmDelete
          kind="parameter"
          name={name}
          isTyped
          consequences="Its value and all its versions are gone. What reads it fails from then on."
          onConfirm={async () => {
            const gone = await attempt(`Delete the parameter ${name}`, () => deleteParameter(name));
            onChange();
            if (gone !== undefined) onDismiss();
          }}
          onDismiss={() => setDeleting(false)}
        />
      )}
    </Modal>
  );
}

function Value({ parameter, onSaved }: { parameter: Parameter; onSaved: () => void }) {
  const [value, setValue] = useState(parameter.Value);
  const { attempt } = useNotices();
  async function save() {
    await attempt(`Save ${parameter.Name}`, () => putParameter(parameter.Name, parameter.Type, value, false));
    onSaved();
  }
  return (
    <SpaceBetween size="xs">
      <FormField label={`Value, version ${parameter.Version}`} stretch>
        <Textarea value={value} onChange={({ detail }) => setValue(detail.value)} rows={4} spellcheck={false} />
      </FormField>
      <Button disabled={value === parameter.Value} onClick={() => void save()}>
        Save as a new version
      </Button>
    </SpaceBetween>
  );
}

function History({ name, isClear, isSecret }: { name: string; isClear: boolean; isSecret: boolean }) {
  const history = useQuery({
    queryKey: ["parameters", "history", name, isClear],
    queryFn: () => historyOf(name, isClear),
    gcTime: 0,
  });
  return (
    <Table<PastParameter>
      variant="embedded"
      wrapLines
      header={<Header variant="h3">Versions</Header>}
      items={history.data ?? []}
      loading={history.isPending}
      loadingText="Loading versions"
      empty={history.isError ? <Problem what="The list of versions" error={history.error} /> : "None."}
      ariaLabels={{ tableLabel: "Versions" }}
      columnDefinitions={[
        { id: "version", header: "Version", cell: (row) => row.Version, isRowHeader: true },
        { id: "value", header: "Value", cell: (row) => (isSecret && !isClear ? "••••••••" : row.Value) },
        { id: "at", header: "At", cell: (row) => <Moment at={row.LastModifiedDate * 1000} /> },
        { id: "by", header: "By", cell: (row) => row.LastModifiedUser ?? "–" },
      ]}
    />
  );
}
