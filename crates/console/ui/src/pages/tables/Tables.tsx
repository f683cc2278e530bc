import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useUrlState } from "../../parts/useUrlState";
import { NewTable } from "./NewTable";
import { PartiQl } from "./PartiQl";
import { listTables } from "./calls";

export default function Tables() {
  const [tab, setTab] = useUrlState("tab", "tables");
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="Items with keys, as in DynamoDB.">
          Tables
        </Header>
      }
    >
      <Tabs
        activeTabId={tab}
        onChange={({ detail }) => setTab(detail.activeTabId)}
        tabs={[
          { id: "tables", label: "Tables", content: <List /> },
          { id: "partiql", label: "PartiQL", content: <PartiQl /> },
        ]}
      />
    </ContentLayout>
  );
}

function List() {
  const [isMaking, setMaking] = useState(false);
  return (
    <>
      <PagedTable<string>
        variant="container"
        title="Tables"
        noun="tables"
        queryKey={["tables", "list"]}
        fetchPage={async (token) => {
          const { TableNames, LastEvaluatedTableName } = await listTables(token);
          return { items: TableNames, nextToken: LastEvaluatedTableName };
        }}
        keyOf={(name) => name}
        actions={
          <Button variant="primary" onClick={() => setMaking(true)}>
            Make a table
          </Button>
        }
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: (name) => <PageLink href={`/tables/${encodeURIComponent(name)}`}>{name}</PageLink>,
          },
        ]}
      />
      {isMaking && <NewTable onDismiss={() => setMaking(false)} />}
    </>
  );
}
