// A list whose rows are chosen one at a time, to be deleted or worked on; the way that most lists here are.

import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useNotices } from "../shell/notices";
import { ConfirmDelete } from "./ConfirmDelete";
import { PagedTable, type PagedTableProps } from "./PagedTable";

export interface ChosenListProps<Item> extends Omit<PagedTableProps<Item>, "selection" | "actions"> {
  /** What one row is: `bucket`. */
  kind: string;
  /** What readers call a row, if that is not its key. */
  nameOf?: (item: Item) => string;
  remove: (item: Item) => Promise<unknown>;
  /** What goes with it, and what stops working. */
  consequences: ReactNode;
  /** Whether the name must be typed: for what cannot be made again. */
  isTyped?: boolean;
  /** What begins another one: `Make a bucket`. */
  make?: { text: string; onClick: () => void };
  /** Beside “Delete”: what else is done with the chosen row, which may be another after it. */
  actionsFor?: (chosen: Item | undefined, choose: (item: Item) => void) => ReactNode;
}

export function ChosenList<Item>(props: ChosenListProps<Item>) {
  const { kind, keyOf, nameOf = keyOf, remove, consequences, isTyped, make, actionsFor, ...table } = props;
  const [chosen, setChosen] = useState<Item>();
  const [isDeleting, setDeleting] = useState(false);
  const { attempt } = useNotices();
  const queries = useQueryClient();
  async function removeChosen(item: Item) {
    const gone = await attempt(`Delete the ${kind} ${nameOf(item)}`, async () => {
      await remove(item);
      return true;
    });
    if (gone) setChosen(undefined);
    // Of whatever filter.
    await queries.invalidateQueries({ queryKey: table.queryKey.slice(0, 2) });
  }
  return (
    <>
      <PagedTable<Item>
        {...table}
        keyOf={keyOf}
        selection={{ type: "single", keys: chosen ? [keyOf(chosen)] : [], onChange: ([item]) => setChosen(item) }}
        empty={table.empty ?? (make && <Button onClick={make.onClick}>{make.text}</Button>)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {actionsFor?.(chosen, setChosen)}
            <Button disabled={!chosen} onClick={() => setDeleting(true)}>
              Delete
            </Button>
            {make && (
              <Button variant="primary" onClick={make.onClick}>
                {make.text}
              </Button>
            )}
          </SpaceBetween>
        }
      />
      {isDeleting && chosen && (
        <ConfirmDelete
          kind={kind}
          name={nameOf(chosen)}
          isTyped={isTyped}
          consequences={consequences}
          onConfirm={() => removeChosen(chosen)}
          onDismiss={() => setDeleting(false)}
        />
      )}
    </>
  );
}
