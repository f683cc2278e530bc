// A list that the server pages: one page is asked for at a time, by the token that came with the one before it.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Problem } from "./Problem";
import { FIRST_PAGE, type Pages, turnedTo, withNext } from "./pages";
import { useNarrow } from "./useNarrow";

export interface PagedColumn<Item> {
  id: string;
  header: ReactNode;
  cell: (item: Item) => ReactNode;
  width?: number;
  minWidth?: number;
  /** The name of the row, for screen readers. */
  isRowHeader?: boolean;
  /** Left out at phone width. */
  isWideOnly?: boolean;
}

export interface PageOf<Item> {
  items: Item[];
  nextToken?: string | null;
}

export interface PagedTableProps<Item> {
  title: string;
  /** What the rows are, in the plural: `rules`. */
  noun: string;
  /** Changes with everything that `fetchPage` depends on; the list then begins at its first page. */
  queryKey: readonly unknown[];
  fetchPage: (token: string | undefined) => Promise<PageOf<Item>>;
  columns: PagedColumn<Item>[];
  keyOf: (item: Item) => string;
  /** A filter that the server applies. */
  filter?: { value: string; onChange: (value: string) => void; placeholder: string };
  /** Beside or instead of the filter. */
  tools?: ReactNode;
  actions?: ReactNode;
  description?: ReactNode;
  /** When there is nothing: what to do next. */
  empty?: ReactNode;
  selection?: { type: "single" | "multi"; keys: string[]; onChange: (items: Item[]) => void };
  refetchMillis?: number;
  variant?: "full-page" | "container" | "embedded";
  headingLevel?: "h1" | "h2" | "h3";
}

/** Narrower, words would break into letters; the table scrolls instead. */
const COLUMN_PX_MIN = 100;

export function PagedTable<Item>(props: PagedTableProps<Item>) {
  const { noun, queryKey, fetchPage, keyOf, filter, selection, variant = "full-page" } = props;
  const isNarrow = useNarrow();
  const [pages, setPages] = usePagesOf(queryKey);
  const page = useQuery({
    queryKey: [...queryKey, pages.tokens[pages.shown] ?? null],
    queryFn: () => fetchPage(pages.tokens[pages.shown]),
    placeholderData: keepPreviousData,
    refetchInterval: props.refetchMillis,
  });
  const next = page.data && !page.isPlaceholderData ? (page.data.nextToken ?? undefined) : null;
  useEffect(() => {
    if (next !== null) setPages((held) => withNext(held, next));
  }, [next, setPages]);
  const items = page.data?.items ?? [];
  const isFiltered = Boolean(filter?.value);
  return (
    <Table
      variant={variant}
      items={page.isError ? [] : items}
      trackBy={keyOf}
      loading={page.isPending}
      loadingText={`Loading ${noun}`}
      wrapLines={isNarrow}
      stickyHeader={variant === "full-page"}
      columnDefinitions={props.columns
        .filter((column) => !(isNarrow && column.isWideOnly))
        .map(({ isWideOnly: _, ...column }) => ({ minWidth: COLUMN_PX_MIN, ...column }))}
      header={<TableHead {...props} onRefresh={() => void page.refetch()} />}
      filter={filter || props.tools ? <Tools filter={filter} noun={noun} tools={props.tools} /> : undefined}
      empty={
        page.isError ? (
          <Problem what={`The list of ${noun}`} error={page.error} onRetry={() => void page.refetch()} />
        ) : (
          <Nothing
            noun={noun}
            isFiltered={isFiltered}
            empty={props.empty}
            onClear={() => filter?.onChange("")}
          />
        )
      }
      pagination={pages.tokens.length > 1 ? <Turner pages={pages} onTurn={setPages} /> : undefined}
      selectionType={selection?.type}
      selectedItems={items.filter((item) => selection?.keys.includes(keyOf(item)))}
      onSelectionChange={({ detail }) => selection?.onChange(detail.selectedItems)}
      ariaLabels={{
        tableLabel: props.title,
        selectionGroupLabel: `Selection of ${noun}`,
        allItemsSelectionLabel: () => `All ${noun} of this page`,
        itemSelectionLabel: (_, item) => keyOf(item),
      }}
    />
  );
}

/** The pages of a list begin anew when what is asked for changes. */
function usePagesOf(queryKey: readonly unknown[]): [Pages, (change: (held: Pages) => Pages) => void] {
  const key = JSON.stringify(queryKey);
  const [held, setHeld] = useState({ key, pages: FIRST_PAGE });
  const pages = held.key === key ? held.pages : FIRST_PAGE;
  const change = (with_: (held: Pages) => Pages) =>
    setHeld((now) => {
      const before = now.key === key ? now.pages : FIRST_PAGE;
      const after = with_(before);
      return after === before && now.key === key ? now : { key, pages: after };
    });
  return [pages, change];
}

function TableHead<Item>({
  title,
  noun,
  description,
  actions,
  variant = "full-page",
  headingLevel,
  onRefresh,
}: PagedTableProps<Item> & { onRefresh: () => void }) {
  const level = headingLevel ?? (variant === "full-page" ? "h1" : "h2");
  return (
    <Header
      variant={variant === "full-page" && level === "h1" ? "awsui-h1-sticky" : level}
      description={description}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button iconName="refresh" ariaLabel={`Refresh ${noun}`} onClick={onRefresh} />
          {actions}
        </SpaceBetween>
      }
    >
      {title}
    </Header>
  );
}

function Tools({
  filter,
  noun,
  tools,
}: {
  filter: PagedTableProps<unknown>["filter"];
  noun: string;
  tools: ReactNode;
}) {
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {filter && (
        <TextFilter
          filteringText={filter.value}
          filteringPlaceholder={filter.placeholder}
          filteringAriaLabel={`Filter ${noun}`}
          filteringClearAriaLabel="Clear the filter"
          onChange={({ detail }) => filter.onChange(detail.filteringText)}
        />
      )}
      {tools}
    </SpaceBetween>
  );
}

function Nothing({
  noun,
  isFiltered,
  empty,
  onClear,
}: {
  noun: string;
  isFiltered: boolean;
  empty: ReactNode;
  onClear: () => void;
}) {
  return (
    <Box textAlign="center" padding={{ vertical: "l" }} color="text-body-secondary">
      <SpaceBetween size="s">
        <Box color="inherit">{isFiltered ? `No ${noun} match the filter.` : `There are no ${noun}.`}</Box>
        {isFiltered ? <Button onClick={onClear}>Clear the filter</Button> : empty}
      </SpaceBetween>
    </Box>
  );
}

function Turner({ pages, onTurn }: { pages: Pages; onTurn: (change: (held: Pages) => Pages) => void }) {
  return (
    <Pagination
      currentPageIndex={pages.shown + 1}
      pagesCount={pages.tokens.length}
      ariaLabels={{
        nextPageLabel: "Next page",
        previousPageLabel: "Previous page",
        pageLabel: (page) => `Page ${page}`,
      }}
      onChange={({ detail }) => onTurn((held) => turnedTo(held, detail.currentPageIndex - 1))}
    />
  );
}
