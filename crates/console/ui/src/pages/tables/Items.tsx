import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ChosenList } from "../../parts/ChosenList";
import type { PagedColumn } from "../../parts/PagedTable";
import { type Item, cellOf } from "../../parts/results/tableRows";
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
  const [open, setOpen] = useState<"new" | Item>();
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: ["tables", "items", table.TableName] });
  return (
    <SpaceBetween size="l">
      <LookForm table={table} look={look} onLook={setLook} />
      <ChosenList<Item>
        variant="container"
        title="Items"
        noun="items"
        queryKey={["tables", "items", table.TableName, look]}
        fetchPage={async (token) => {
          const page = await lookAt(table, look, token);
          setSeen(page.items);
          return page;
        }}
        keyOf={(item) => JSON.stringify(keyOf(table, item))}
        nameOf={(item) => Object.values(keyOf(table, item)).map(cellOf).join(" ")}
        columns={columnsOf(table, seen)}
        kind="item"
        remove={(item) => deleteItem(table, item)}
        consequences="All its attributes go with it. A stream of the table tells who listens."
        make={{ text: "Make an item", onClick: () => setOpen("new") }}
        actionsFor={(chosen) => (
          <Button disabled={!chosen} onClick={() => setOpen(chosen)}>
            Open
          </Button>
        )}
      />
      {open && (
        <ItemEditor
          table={table}
          item={open === "new" ? undefined : open}
          onDone={() => {
            setOpen(undefined);
            void changed();
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
