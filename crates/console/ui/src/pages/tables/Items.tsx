import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { type PagedColumn, PagedTable } from "../../parts/PagedTable";
import { type Item, cellOf } from "../../parts/results/tableRows";
import { useNotices } from "../../shell/notices";
import { ItemEditor } from "./ItemEditor";
import { LookForm } from "./LookForm";
import { type TableDescription, deleteItem, keyOf, lookAt } from "./calls";
import { type Look, NO_LOOK } from "./look";

/** More would not fit beside each other; an item shows them all when it is opened. */
const COLUMNS_MAX = 8;
const CELL_LETTERS = 80;

export function Items({ table }: { table: TableDescription }) {
  const [look, setLook] = useState<Look>(NO_LOOK);
  const [seen, setSeen] = useState<Item[]>([]);
  const [chosen, setChosen] = useState<Item>();
  const [open, setOpen] = useState<"new" | "edit" | "delete">();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const nameOf = (item: Item) => JSON.stringify(keyOf(table, item));
  const changed = () => queries.invalidateQueries({ queryKey: ["tables", "items", table.TableName] });
  return (
    <SpaceBetween size="l">
      <LookForm table={table} look={look} onLook={setLook} />
      <PagedTable<Item>
        variant="container"
        title="Items"
        noun="items"
        queryKey={["tables", "items", table.TableName, look]}
        fetchPage={async (token) => {
          const page = await lookAt(table, look, token);
          setSeen(page.items);
          return page;
        }}
        keyOf={nameOf}
        columns={columnsOf(table, seen)}
        selection={{ type: "single", keys: chosen ? [nameOf(chosen)] : [], onChange: ([item]) => setChosen(item) }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!chosen} onClick={() => setOpen("edit")}>
              Open
            </Button>
            <Button disabled={!chosen} onClick={() => setOpen("delete")}>
              Delete
            </Button>
            <Button onClick={() => setOpen("new")}>Make an item</Button>
          </SpaceBetween>
        }
      />
      {(open === "new" || (open === "edit" && chosen)) && (
        <ItemEditor
          table={table}
          item={open === "edit" ? chosen : undefined}
          onDone={changed}
          onDismiss={() => setOpen(undefined)}
        />
      )}
      {open === "delete" && chosen && (
        <ConfirmDelete
          kind="item"
          name={Object.values(keyOf(table, chosen)).map(cellOf).join(" ")}
          consequences="All its attributes go with it. A stream of the table tells who listens."
          onConfirm={async () => {
            await attempt("Delete the item", () => deleteItem(table, chosen));
            setChosen(undefined);
            await changed();
          }}
          onDismiss={() => setOpen(undefined)}
        />
      )}
    </SpaceBetween>
  );
}

/** The keys first, then what the items of the page have. */
function columnsOf(table: TableDescription, items: Item[]): PagedColumn<Item>[] {
  const keys = table.KeySchema.map(({ AttributeName }) => AttributeName);
  const names = [...new Set([...keys, ...items.flatMap((item) => Object.keys(item).sort())])];
  return names.slice(0, COLUMNS_MAX).map((name, at) => ({
    id: name,
    header: name,
    isRowHeader: at === 0,
    isWideOnly: at > 3,
    cell: (item) => shortened(cellOf(item[name])),
  }));
}

function shortened(text: string | null): string {
  if (text === null) return "–";
  return text.length > CELL_LETTERS ? `${text.slice(0, CELL_LETTERS)}…` : text;
}
