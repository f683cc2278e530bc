// A result as a table or as a chart, and as a file.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { problemText, useNotices } from "../../shell/notices";
import { Chart } from "../Chart";
import { Count } from "../Count";
import { download } from "../download";
import { useUrlState } from "../useUrlState";
import { ResultTable } from "./ResultTable";
import { csvOf } from "./csv";
import { type Result, drawableOf } from "./result";
import type { Range } from "./series";

export interface ResultViewProps {
  result: Result;
  /** Of the file. */
  name: string;
  range?: Range;
}

export function ResultView({ result, name, range }: ResultViewProps) {
  const [view, setView] = useUrlState("view", "table");
  const drawable = useMemo(() => drawableOf(result), [result]);
  const { tell } = useNotices();
  async function saveParquet() {
    try {
      const { parquetOf } = await import("./parquet");
      download(`${name}.parquet`, parquetOf(result), "application/vnd.apache.parquet");
    } catch (error) {
      tell("error", `${name}.parquet cannot be made`, problemText(error));
    }
  }
  const header = (
    <Header
      variant="h2"
      counter={`(${result.rows.length}${result.isCut ? "+" : ""})`}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {drawable && (
            <SegmentedControl
              label="Shown as"
              selectedId={view}
              options={[
                { id: "table", text: "Table" },
                { id: "chart", text: "Chart" },
              ]}
              onChange={({ detail }) => setView(detail.selectedId)}
            />
          )}
          <Button iconName="download" onClick={() => download(`${name}.csv`, csvOf(result), "text/csv")}>
            CSV
          </Button>
          <Button iconName="download" onClick={() => void saveParquet()}>
            Parquet
          </Button>
        </SpaceBetween>
      }
    >
      Result
    </Header>
  );
  return (
    <SpaceBetween size="s">
      {result.isCut && (
        <Alert type="info">
          There are more rows: these are the first <Count value={result.rows.length} />. A LIMIT or a shorter time
          makes the answer whole.
        </Alert>
      )}
      {drawable && view === "chart" ? (
        <Container header={header}>
          <Chart
            times={drawable.times}
            lines={drawable.lines}
            height={360}
            range={range}
            ariaLabel={`Chart of ${drawable.lines.map(({ label }) => label).join(", ")}`}
          />
          {drawable.leftOut > 0 && (
            <Box color="text-body-secondary">
              <Count value={drawable.leftOut} /> more lines are not drawn.
            </Box>
          )}
        </Container>
      ) : (
        <ResultTable result={result} label="Result" header={header} />
      )}
    </SpaceBetween>
  );
}
