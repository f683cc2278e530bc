// What is recorded, and how a recording begins: without one there is no history to try a rule on.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Table from "@cloudscape-design/components/table";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Count } from "../../parts/Count";
import { FormModal } from "../../parts/FormModal";
import { Moment } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { bytesText } from "../../parts/bytesText";
import { useNotices } from "../../shell/notices";
import { type Recording, listRecordings, startRecording, stopRecording } from "./recordings";

const REFRESH_MILLIS = 5_000;

export function Recordings({ filter }: { filter: string | undefined }) {
  const [isStarting, setStarting] = useState(false);
  const [stopping, setStopping] = useState<Recording>();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const recordings = useQuery({
    queryKey: ["recordings"],
    queryFn: listRecordings,
    refetchInterval: REFRESH_MILLIS,
  });
  const changed = () => queries.invalidateQueries({ queryKey: ["recordings"] });
  if (recordings.isError) return <Problem what="The list of recordings" error={recordings.error} />;
  return (
    <>
      <Table<Recording>
        variant="embedded"
        contentDensity="compact"
        loading={recordings.isPending}
        loadingText="Loading recordings"
        items={recordings.data ?? []}
        ariaLabels={{ tableLabel: "Recordings" }}
        header={
          <Header variant="h3" actions={<Button onClick={() => setStarting(true)}>Start a recording</Button>}>
            Recordings
          </Header>
        }
        empty={<Box color="text-body-secondary">Nothing is recorded. Messages are kept from when a recording starts.</Box>}
        columnDefinitions={[
          { id: "filter", header: "Topics", cell: (row) => row.filter, isRowHeader: true },
          { id: "messages", header: "Messages", cell: (row) => <Count value={row.messages} /> },
          { id: "bytes", header: "Size", cell: (row) => `${bytesText(row.bytes)} of ${row.megabytes} MB` },
          { id: "first", header: "Since", cell: (row) => <Moment at={row.firstAt ?? row.startedAt} /> },
          { id: "days", header: "Kept", cell: (row) => `${row.days} days` },
          {
            id: "stop",
            header: "",
            cell: (row) => (
              <Button variant="inline-link" onClick={() => setStopping(row)} ariaLabel={`End the recording of ${row.filter}`}>
                End
              </Button>
            ),
          },
        ]}
      />
      {isStarting && (
        <Start
          filter={filter ?? "#"}
          onDone={() => {
            setStarting(false);
            void changed();
          }}
          onDismiss={() => setStarting(false)}
        />
      )}
      {stopping && (
        <ConfirmDelete
          kind="recording of"
          name={stopping.filter}
          verb="End"
          consequences={`The ${stopping.messages} messages that it kept are deleted.`}
          onConfirm={async () => {
            await attempt(`End the recording of ${stopping.filter}`, () => stopRecording(stopping.filter));
            await changed();
          }}
          onDismiss={() => setStopping(undefined)}
        />
      )}
    </>
  );
}

function Start(props: { filter: string; onDone: () => void; onDismiss: () => void }) {
  const [filter, setFilter] = useState(props.filter);
  const [days, setDays] = useState("7");
  const [megabytes, setMegabytes] = useState("256");
  return (
    <FormModal
      title="Start a recording"
      verb="Start"
      what={`Record ${filter}`}
      onSubmit={() => startRecording(filter, Number(days), Number(megabytes))}
      onDone={props.onDone}
      onDismiss={props.onDismiss}
    >
      <FormField label="Topics" constraintText="A filter: house/#">
        <Input value={filter} onChange={({ detail }) => setFilter(detail.value)} />
      </FormField>
      <FormField label="Days that messages are kept">
        <Input value={days} type="number" onChange={({ detail }) => setDays(detail.value)} />
      </FormField>
      <FormField label="Megabytes at most" constraintText="The oldest messages go first.">
        <Input value={megabytes} type="number" onChange={({ detail }) => setMegabytes(detail.value)} />
      </FormField>
    </FormModal>
  );
}
