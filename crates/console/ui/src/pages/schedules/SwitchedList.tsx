// A list of what can be switched on and off, with what one of them does when it is opened.

import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ChosenList } from "../../parts/ChosenList";
import { JsonBlock } from "../../parts/JsonBlock";
import { Loading } from "../../parts/Loading";
import type { PageOf, PagedColumn } from "../../parts/PagedTable";
import { Problem } from "../../parts/Problem";
import { useSettled } from "../../parts/useSettled";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import { NextRuns } from "./NextRuns";

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
  /** When it runs next, in milliseconds. */
  runs: (item: Item) => Promise<number[]>;
  consequences: string;
  columns: PagedColumn<Item>[];
}

export function SwitchedList<Item extends Switched>(props: SwitchedListProps<Item>) {
  const { noun, kind, keyOf } = props;
  const [prefix, setPrefix] = useUrlState("prefix");
  const asked = useSettled(prefix);
  const [opened, setOpened] = useState<Item>();
  const { attempt } = useNotices();
  const queries = useQueryClient();

  async function turn(item: Item, choose: (item: Item) => void) {
    const isOn = item.State !== "ENABLED";
    const done = await attempt(`${isOn ? "Enable" : "Disable"} ${item.Name}`, () => props.turn(item, isOn));
    if (done !== undefined) choose({ ...item, State: isOn ? "ENABLED" : "DISABLED" });
    await queries.invalidateQueries({ queryKey: ["schedules", noun] });
  }

  return (
    <>
      <ChosenList<Item>
        variant="container"
        title={props.title}
        noun={noun}
        queryKey={["schedules", noun, asked]}
        fetchPage={(token) => props.list(asked, token)}
        keyOf={keyOf}
        filter={{ value: prefix, onChange: setPrefix, placeholder: "Begins with" }}
        kind={kind}
        nameOf={(item) => item.Name}
        remove={props.remove}
        consequences={props.consequences}
        actionsFor={(chosen, choose) => (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!chosen} onClick={() => setOpened(chosen)}>
              Open
            </Button>
            <Button disabled={!chosen} onClick={() => chosen && void turn(chosen, choose)}>
              {chosen && chosen.State !== "ENABLED" ? "Enable" : "Disable"}
            </Button>
          </SpaceBetween>
        )}
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
      {opened && (
        <Detail
          name={opened.Name}
          id={keyOf(opened)}
          read={() => props.detail(opened)}
          readRuns={() => props.runs(opened)}
          onDismiss={() => setOpened(undefined)}
        />
      )}
    </>
  );
}

interface DetailProps {
  name: string;
  id: string;
  read: () => Promise<unknown>;
  readRuns: () => Promise<number[]>;
  onDismiss: () => void;
}

function Detail({ name, id, read, readRuns, onDismiss }: DetailProps) {
  const detail = useQuery({ queryKey: ["schedules", "detail", id], queryFn: read });
  return (
    <Modal visible size="large" header={name} closeAriaLabel="Close" onDismiss={onDismiss}>
      <SpaceBetween size="l">
        {detail.isPending && <Loading />}
        {detail.isError && <Problem what={name} error={detail.error} />}
        {detail.data !== undefined && <JsonBlock value={detail.data} />}
        <NextRuns id={id} read={readRuns} />
      </SpaceBetween>
    </Modal>
  );
}
