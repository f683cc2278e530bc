import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { FormModal } from "../../parts/FormModal";
import { PagedTable } from "../../parts/PagedTable";
import { useNotices } from "../../shell/notices";
import { type SeriesTable, createTable, deleteTable, listDatabases, listTables } from "./calls";

export function SeriesTables({ onQuery }: { onQuery: (table: SeriesTable) => void }) {
  const [isMaking, setMaking] = useState(false);
  const [deleting, setDeleting] = useState<SeriesTable>();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: ["series", "tables"] });
  return (
    <>
      <PagedTable<SeriesTable>
        variant="container"
        title="Tables of series"
        noun="tables"
        queryKey={["series", "tables"]}
        fetchPage={async (token) => {
          const { Tables, NextToken } = await listTables(token);
          return { items: Tables, nextToken: NextToken };
        }}
        keyOf={(table) => `${table.DatabaseName}.${table.TableName}`}
        actions={<Button onClick={() => setMaking(true)}>Make a table</Button>}
        empty={<Box color="inherit">A rule with the action “Write into a table of series” fills one.</Box>}
        columns={[
          { id: "database", header: "Database", cell: (table) => table.DatabaseName },
          { id: "table", header: "Table", cell: (table) => table.TableName, isRowHeader: true },
          { id: "kept", header: "Kept", isWideOnly: true, cell: keptText },
          {
            id: "actions",
            header: "",
            minWidth: 150,
            cell: (table) => (
              <SpaceBetween direction="horizontal" size="s">
                <Button variant="inline-link" onClick={() => onQuery(table)} ariaLabel={`Query ${table.TableName}`}>
                  Query
                </Button>
                <Button
                  variant="inline-link"
                  onClick={() => setDeleting(table)}
                  ariaLabel={`Delete ${table.TableName}`}
                >
                  Delete
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {isMaking && (
        <NewTable
          onDone={() => {
            setMaking(false);
            void changed();
          }}
          onDismiss={() => setMaking(false)}
        />
      )}
      {deleting && (
        <ConfirmDelete
          kind="table of series"
          name={deleting.TableName}
          isTyped
          consequences="All that was measured into it is gone. Rules that write into it fail from then on."
          onConfirm={async () => {
            await attempt(`Delete the table ${deleting.TableName}`, () => deleteTable(deleting));
            await changed();
          }}
          onDismiss={() => setDeleting(undefined)}
        />
      )}
    </>
  );
}

function keptText({ RetentionProperties: kept }: SeriesTable): string {
  if (!kept) return "–";
  return `${kept.MemoryStoreRetentionPeriodInHours} hours in memory, ${kept.MagneticStoreRetentionPeriodInDays} days in all`;
}

function NewTable({ onDone, onDismiss }: { onDone: () => void; onDismiss: () => void }) {
  const [database, setDatabase] = useState("");
  const [table, setTable] = useState("");
  const known = useQuery({ queryKey: ["series", "databases"], queryFn: listDatabases });
  const databases = known.data ?? [];
  return (
    <FormModal
      title="Make a table of series"
      verb="Make it"
      what={`Make the table ${table}`}
      isReady={database !== "" && table !== "" && known.isSuccess}
      onSubmit={() => createTable(database, table, !databases.includes(database))}
      onDone={onDone}
      onDismiss={onDismiss}
    >
      <FormField label="Database" constraintText="One that is not there yet is made.">
        <Autosuggest
          value={database}
          options={databases.map((value) => ({ value }))}
          onChange={({ detail }) => setDatabase(detail.value)}
          ariaLabel="Database"
          clearAriaLabel="Clear the database"
          enteredTextLabel={(text) => `Use “${text}”`}
        />
      </FormField>
      <FormField label="Table">
        <Input value={table} onChange={({ detail }) => setTable(detail.value)} />
      </FormField>
    </FormModal>
  );
}
