import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Count } from "../../parts/Count";
import { Loading } from "../../parts/Loading";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { bytesText } from "../../parts/bytesText";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { Items } from "./Items";
import { type TableDescription, deleteTable, describeTable } from "./calls";

const REFRESH_MILLIS = 5_000;

export default function TablePage({ parameters: { name = "" } }: PageProps) {
  const table = useQuery({
    queryKey: ["tables", "one", name],
    queryFn: () => describeTable(name),
    refetchInterval: REFRESH_MILLIS,
  });
  if (table.isError) {
    return <Problem what={`The table ${name}`} error={table.error} onRetry={() => void table.refetch()} />;
  }
  return table.data ? <Shown table={table.data} /> : <Loading />;
}

function Shown({ table }: { table: TableDescription }) {
  const { TableName: name } = table;
  const [isDeleting, setDeleting] = useState(false);
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [, go] = useLocation();
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="m" alignItems="center">
              <PageLink href={`/tables?tab=partiql&q=${encodeURIComponent(`SELECT * FROM "${name}"`)}`}>
                Ask in PartiQL
              </PageLink>
              <Button onClick={() => setDeleting(true)}>Delete</Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container>
          <KeyValuePairs columns={4} items={facts(table)} />
        </Container>
        <Items table={table} />
      </SpaceBetween>
      {isDeleting && (
        <ConfirmDelete
          kind="table"
          name={name}
          isTyped
          consequences={
            <>
              Its <Count value={table.ItemCount} /> items, its indexes and its stream go with it. Rules that write into
              it fail from then on.
            </>
          }
          onConfirm={async () => {
            const gone = await attempt(`Delete the table ${name}`, () => deleteTable(name));
            if (gone === undefined) return;
            go("/tables");
            await queries.invalidateQueries({ queryKey: ["tables", "list"] });
          }}
          onDismiss={() => setDeleting(false)}
        />
      )}
    </ContentLayout>
  );
}

function facts(table: TableDescription) {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const typeOf = (name: string) =>
    table.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return [
    { label: "Items", value: <Count value={table.ItemCount} /> },
    { label: "Size", value: bytesText(table.TableSizeBytes) },
    {
      label: "Key",
      value: table.KeySchema.map(({ AttributeName }) => `${AttributeName} (${typeOf(AttributeName)})`).join(", "),
    },
    { label: "Made", value: <Moment at={table.CreationDateTime * 1000} /> },
    { label: "Indexes", value: indexes.map(({ IndexName }) => IndexName).join(", ") || "–" },
    {
      label: "Stream",
      value: table.StreamSpecification?.StreamEnabled ? (table.StreamSpecification.StreamViewType ?? "on") : "–",
    },
    { label: "State", value: table.TableStatus },
  ];
}
