// One panel: what its source answers, drawn as its kind says.

import Box from "@cloudscape-design/components/box";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Chart } from "../../parts/Chart";
import { withUnit } from "../../parts/chartLook";
import { Loading } from "../../parts/Loading";
import { ResultTable } from "../../parts/results/ResultTable";
import { type Result, drawableOf, latestNumber } from "../../parts/results/result";
import type { Range } from "../../parts/results/series";
import { problemText } from "../../shell/notices";
import { Gauge } from "./Gauge";
import type { Panel } from "./body";
import { runSource } from "./calls";
import { type Chosen, rangeOf, refreshMillis } from "../../parts/results/range";

/** Of a row of the grid, without the panel's own frame. */
export const ROW_PX = 250;
const FRAME_PX = 110;

export function PanelView({ panel, chosen }: { panel: Panel; chosen: Chosen }) {
  const answer = useQuery({
    queryKey: ["dashboards", "panel", panel.source, chosen],
    queryFn: async ({ signal }) => {
      const range = rangeOf(chosen, Date.now());
      return { range, result: await runSource(panel.source, range, signal) };
    },
    refetchInterval: refreshMillis(chosen),
    placeholderData: keepPreviousData,
  });
  if (answer.isError) {
    return (
      <Box color="text-status-error" padding="s">
        {problemText(answer.error)}
      </Box>
    );
  }
  if (!answer.data) return <Loading />;
  return <Drawn panel={panel} {...answer.data} />;
}

function Drawn({ panel, result, range }: { panel: Panel; result: Result; range: Range }) {
  if (panel.kind === "table") return <ResultTable result={result} label={panel.title} variant="borderless" rowsPerPage={panel.height * 6} />;
  if (result.rows.length === 0) return <Quiet>There is nothing of this time.</Quiet>;
  const height = panel.height * ROW_PX - FRAME_PX;
  if (panel.kind === "number" || panel.kind === "gauge") {
    const value = latestNumber(result);
    if (value === null) return <Quiet>Its source answers no number.</Quiet>;
    return panel.kind === "gauge" ? (
      <Gauge panel={panel} value={value} height={height} />
    ) : (
      <LargeNumber panel={panel} value={value} />
    );
  }
  const drawable = drawableOf(result);
  if (!drawable) return <Quiet>A chart needs a column of times and one of numbers.</Quiet>;
  return (
    <>
      <Chart
        times={drawable.times}
        lines={drawable.lines}
        kind={panel.kind}
        unit={panel.unit}
        min={panel.min}
        max={panel.max}
        thresholds={panel.thresholds}
        height={height}
        range={range}
        ariaLabel={`${panel.title}: ${drawable.lines.map(({ label }) => label).join(", ")}`}
      />
      {drawable.leftOut > 0 && <Quiet>{`${drawable.leftOut} more lines are not drawn.`}</Quiet>}
    </>
  );
}

function LargeNumber({ panel, value }: { panel: Panel; value: number }) {
  const isOver = panel.thresholds?.some((threshold) => value >= threshold) ?? false;
  return (
    <Box variant="awsui-value-large" color={isOver ? "text-status-warning" : "inherit"}>
      {withUnit(value, panel.unit)}
    </Box>
  );
}

function Quiet({ children }: { children: string }) {
  return (
    <Box color="text-body-secondary" padding={{ vertical: "s" }}>
      {children}
    </Box>
  );
}
