// A result as a table, a page of rows at a time: what is not shown is not drawn.

import Box from "@cloudscape-design/components/box";
import Pagination from "@cloudscape-design/components/pagination";
import Table from "@cloudscape-design/components/table";
import { type ReactNode, useState } from "react";
import { Moment } from "../Moment";
import type { Cell, Column, Result } from "./result";

export interface ResultTableProps {
  result: Result;
  label: string;
  header?: ReactNode;
  rowsPerPage?: number;
  variant?: "container" | "embedded" | "borderless";
}

interface Row {
  at: number;
  cells: Cell[];
}

export function ResultTable({ result, label, header, rowsPerPage = 25, variant = "container" }: ResultTableProps) {
  const [wanted, setPage] = useState(1);
  const pageCount = Math.max(1, Math.ceil(result.rows.length / rowsPerPage));
  const page = Math.min(wanted, pageCount);
  const from = (page - 1) * rowsPerPage;
  const rows = result.rows.slice(from, from + rowsPerPage).map((cells, at) => ({ at: from + at, cells }));
  return (
    <Table<Row>
      variant={variant}
      contentDensity="compact"
      items={rows}
      trackBy={(row) => String(row.at)}
      header={header}
      ariaLabels={{ tableLabel: label }}
      empty={<Box color="text-body-secondary">No rows.</Box>}
      columnDefinitions={result.columns.map((column, at) => ({
        id: String(at),
        header: column.name,
        maxWidth: 360,
        isRowHeader: at === 0,
        cell: ({ cells }) => <CellText cell={cells[at] ?? null} column={column} />,
      }))}
      pagination={
        pageCount > 1 && (
          <Pagination
            currentPageIndex={page}
            pagesCount={pageCount}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: "Next page",
              previousPageLabel: "Previous page",
              pageLabel: (number) => `Page ${number}`,
            }}
          />
        )
      }
    />
  );
}

function CellText({ cell, column }: { cell: Cell; column: Column }) {
  if (cell === null) return <Box color="text-body-secondary">–</Box>;
  if (column.type === "time") return <Moment at={Number(cell)} />;
  return <>{cell}</>;
}
