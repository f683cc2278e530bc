import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { AwsError } from "../../aws/errors";
import { AskName } from "../../parts/AskName";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useSettled } from "../../parts/useSettled";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import { EMPTY_BODY } from "./body";
import { type ListedDashboard, deleteDashboard, getDashboard, listDashboards, putDashboard } from "./calls";

export default function Dashboards() {
  const [prefix, setPrefix] = useUrlState("prefix");
  const asked = useSettled(prefix);
  const [chosen, setChosen] = useState<ListedDashboard>();
  const [open, setOpen] = useState<"new" | "delete">();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const make = <Button onClick={() => setOpen("new")}>Make a dashboard</Button>;
  return (
    <>
      <PagedTable<ListedDashboard>
        title="Dashboards"
        noun="dashboards"
        description="Series, tables and the server's figures, drawn side by side."
        queryKey={["dashboards", "list", asked]}
        fetchPage={async (token) => {
          const { dashboards, nextToken } = await listDashboards(asked || undefined, token);
          return { items: dashboards, nextToken };
        }}
        keyOf={({ name }) => name}
        filter={{ value: prefix, onChange: setPrefix, placeholder: "Begins with" }}
        selection={{ type: "single", keys: chosen ? [chosen.name] : [], onChange: ([one]) => setChosen(one) }}
        empty={make}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!chosen} onClick={() => setOpen("delete")}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setOpen("new")}>
              Make a dashboard
            </Button>
          </SpaceBetween>
        }
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ name }) => <PageLink href={`/dashboards/${encodeURIComponent(name)}`}>{name}</PageLink>,
          },
          { id: "updated", header: "Saved", cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
        ]}
      />
      {open === "new" && <NewDashboard onDismiss={() => setOpen(undefined)} />}
      {open === "delete" && chosen && (
        <ConfirmDelete
          kind="dashboard"
          name={chosen.name}
          isTyped
          consequences="Its panels are gone for everybody. The data that they show stays."
          onConfirm={async () => {
            await attempt(`Delete the dashboard ${chosen.name}`, () => deleteDashboard(chosen.name));
            setChosen(undefined);
            await queries.invalidateQueries({ queryKey: ["dashboards"] });
          }}
          onDismiss={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

function NewDashboard({ onDismiss }: { onDismiss: () => void }) {
  const [, go] = useLocation();
  const { attempt } = useNotices();
  async function make(name: string) {
    const made = await attempt(`Make the dashboard ${name}`, async () => {
      // One of that name would be overwritten.
      if (await exists(name)) throw new Error(`there is a dashboard ${name} already`);
      await putDashboard(name, EMPTY_BODY);
      return true;
    });
    if (made) go(`/dashboards/${encodeURIComponent(name)}?edit=1`);
  }
  return (
    <AskName
      title="Make a dashboard"
      verb="Make it"
      constraint="Letters, digits, _ and -; up to 255."
      pattern={/^[A-Za-z0-9_-]{1,255}$/}
      onDone={make}
      onDismiss={onDismiss}
    />
  );
}

async function exists(name: string): Promise<boolean> {
  try {
    await getDashboard(name);
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.isMissing) return false;
    throw error;
  }
}
