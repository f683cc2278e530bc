import { useState } from "react";
import { useLocation } from "wouter";
import { AwsError } from "../../aws/errors";
import { AskName } from "../../parts/AskName";
import { ChosenList } from "../../parts/ChosenList";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { useSettled } from "../../parts/useSettled";
import { useUrlState } from "../../parts/useUrlState";
import { EMPTY_BODY } from "./body";
import { type ListedDashboard, deleteDashboard, getDashboard, listDashboards, putDashboard } from "./calls";

export default function Dashboards() {
  const [prefix, setPrefix] = useUrlState("prefix");
  const asked = useSettled(prefix);
  const [isMaking, setMaking] = useState(false);
  return (
    <>
      <ChosenList<ListedDashboard>
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
        kind="dashboard"
        remove={({ name }) => deleteDashboard(name)}
        isTyped
        consequences="Its panels are gone for everybody. The data that they show stays."
        make={{ text: "Make a dashboard", onClick: () => setMaking(true) }}
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
      {isMaking && <NewDashboard onDismiss={() => setMaking(false)} />}
    </>
  );
}

function NewDashboard({ onDismiss }: { onDismiss: () => void }) {
  const [, go] = useLocation();
  return (
    <AskName
      kind="dashboard"
      constraint="Letters, digits, _ and -; up to 255."
      pattern={/^[A-Za-z0-9_-]{1,255}$/}
      make={makeDashboard}
      onDone={(name) => go(`/dashboards/${encodeURIComponent(name)}?edit=1`)}
      onDismiss={onDismiss}
    />
  );
}

async function makeDashboard(name: string): Promise<void> {
  // One of that name would be overwritten.
  if (await exists(name)) throw new Error(`There is a dashboard ${name} already; choose another name.`);
  await putDashboard(name, EMPTY_BODY);
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
