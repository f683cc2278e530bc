// A list of what can be switched on and off, with what one of them does when it is opened.

import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { JsonBlock } from "../../parts/JsonBlock";
import { Loading } from "../../parts/Loading";
import { type PageOf, type PagedColumn, PagedTable } from "../../parts/PagedTable";
import { Problem } from "../../parts/Problem";
import { useSettled } from "../../parts/useSettled";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";

interface Switched {
  Name: string;
  State: "ENABLED" | "DISABLED";
}

export interface SwitchedListProps<Item extends Switched> {
  title: string;
  noun: string;
  kind: string;
  keyOf: (item: Item) => string;
  list: (prefix: string, token: string | undefined) => Promise<PageOf<Item>>;
  turn: (item: Item, isOn: boolean) => Promise<unknown>;
  remove: (item: Item) => Promise<unknown>;
  /** What the reader sees who opens one. */
  detail: (item: Item) => Promise<unknown>;
  consequences: string;
  columns: PagedColumn<Item>[];
}

export function SwitchedList<Item extends Switched>(props: SwitchedListProps<Item>) {
  const { noun, kind, keyOf } = props;
  const [prefix, setPrefix] = useUrlState("prefix");
  const asked = useSettled(prefix);
  const [chosen, setChosen] = useState<Item>();
  const [open, setOpen] = useState<"detail" | "delete">();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: ["schedules", noun] });

  async function turn(item: Item) {
    const isOn = item.State !== "ENABLED";
    const done = await attempt(`${isOn ? "Enable" : "Disable"} ${item.Name}`, () => props.turn(item, isOn));
    if (done !== undefined) setChosen({ ...item, State: isOn ? "ENABLED" : "DISABLED" });
    await changed();
  }

  return (
    <>
      <PagedTable<Item>
        variant="container"
        title={props.title}
        noun={noun}
        queryKey={["schedules", noun, asked]}
        fetchPage={(token) => props.list(asked, token)}
        keyOf={keyOf}
        filter={{ value: prefix, onChange: setPrefix, placeholder: "Begins with" }}
        selection={{ type: "single", keys: chosen ? [keyOf(chosen)] : [], onChange: ([item]) => setChosen(item) }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!chosen} onClick={() => setOpen("detail")}>
              Open
            </Button>
            <Button disabled={!chosen} onClick={() => chosen && void turn(chosen)}>
              {chosen && chosen.State !== "ENABLED" ? "Enable" : "Disable"}
            </Button>
            <Button disabled={!chosen} onClick={() => setOpen("delete")}>
              Delete
            </Button>
          </SpaceBetween>
        }
        columns={[
          { id: "name", header: "Name", cell: (item) => item.Name, isRowHeader: true },
          {
            id: "state",
            header: "State",
            cell: ({ State }) => (
              <StatusIndicator type={State === "ENABLED" ? "success" : "stopped"}>
                {State === "ENABLED" ? "Enabled" : "Disabled"}
              </StatusIndicator>
            ),
          },
          ...props.columns,
        ]}
      />
      {open === "detail" && chosen && (
        <Detail name={chosen.Name} id={keyOf(chosen)} read={() => props.detail(chosen)} onDismiss={() => setOpen(undefined)} />
      )}
      {open === "delete" && chosen && (
        <ConfirmDelete
          kind={kind}
          name={chosen.Name}
          consequences={props.consequences}
          onConfirm={async () => {
            await attempt(`Delete ${chosen.Name}`, () => props.remove(chosen));
            setChosen(undefined);
            await changed();
          }}
          onDismiss={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

function Detail(props: { name: string; id: string; read: () => Promise<unknown>; onDismiss: () => void }) {
  const detail = useQuery({ queryKey: ["schedules", "detail", props.id], queryFn: props.read });
  return (
    <Modal visible size="large" header={props.name} closeAriaLabel="Close" onDismiss={props.onDismiss}>
      {detail.isPending && <Loading />}
      {detail.isError && <Problem what={props.name} error={detail.error} />}
      {detail.data !== undefined && <JsonBlock value={detail.data} />}
    </Modal>
  );
}
