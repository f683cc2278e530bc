// uPlot in React's hands: made anew when what is drawn changes in kind, told of new values otherwise.

import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartProps } from "./Chart";
import styles from "./chart.module.css";
import { axisColours, colourOf, momentLabels, withUnit } from "./chartLook";
import { useDark } from "./useDark";

/** Lines with fewer points than this show each. */
const POINTS_MAX = 40;
/** Of a moment on the axis, with air. */
const MOMENT_PX = 80;
const BAR_SHARE = 0.7;
const BAR_PX_MAX = 60;
const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export default function ChartDrawn(props: ChartProps) {
  const { times, lines, height = 240, ariaLabel, range } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const isDark = useDark();
  const shape = JSON.stringify([
    lines.map(({ label }) => label),
    [props.kind, props.unit, props.min, props.max, props.thresholds, height, isDark],
  ]);
  const latest = useRef(props);
  latest.current = props;

  // `shape` says all that the options follow from.
  useEffect(() => {
    const box = place.current as HTMLDivElement;
    const options = optionsOf(latest.current, isDark, box.clientWidth);
    const made = new uPlot(options, dataOf(latest.current), box);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height }));
    resized.observe(box);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    const drawn = plot.current;
    if (!drawn) return;
    drawn.setData(dataOf({ times, lines }));
    if (range) drawn.setScale("x", { min: range.from / 1000, max: range.to / 1000 });
  }, [times, lines, range]);

  return <div ref={place} className={styles.chart} role="img" aria-label={ariaLabel} />;
}

function dataOf({ times, lines }: Pick<ChartProps, "times" | "lines">): uPlot.AlignedData {
  return [times.map((at) => at / 1000), ...lines.map(({ values }) => values)];
}

function optionsOf(props: ChartProps, isDark: boolean, width: number): uPlot.Options {
  const { lines, kind, height = 240, unit, thresholds = [], times } = props;
  const colours = axisColours(isDark);
  const axis: uPlot.Axis = {
    stroke: colours.text,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1 },
    font: "12px system-ui, sans-serif",
  };
  return {
    width,
    height,
    legend: { show: true, live: true },
    cursor: { points: { size: 6 } },
    scales: { y: { range: (_, low, high) => heightOf(props, low, high) } },
    axes: [
      { ...axis, space: MOMENT_PX, values: (_, moments, _axis, _space, step) => momentLabels(moments, step) },
      { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => withUnit(tick, unit)) },
    ],
    series: [
      { label: "Time", value: (_, at) => (at === null ? "–" : CLOCK.format(at * 1000)) },
      ...lines.map(({ label }, index): uPlot.Series => {
        const colour = colourOf(index, isDark);
        return {
          label,
          stroke: colour,
          width: 2,
          fill: kind === "bar" ? `${colour}99` : undefined,
          paths: kind === "bar" ? uPlot.paths.bars?.({ size: [BAR_SHARE, BAR_PX_MAX] }) : undefined,
          points: { show: kind !== "bar" && times.length <= POINTS_MAX },
          spanGaps: true,
          value: (_, value) => withUnit(value, unit),
        };
      }),
    ],
    hooks: { draw: [(drawn) => drawThresholds(drawn, thresholds, colours.threshold)] },
  };
}

/** What the values and the thresholds need, and some air; bars begin at nothing. */
function heightOf({ kind, min, max, thresholds = [] }: ChartProps, low: number, high: number): [number, number] {
  const known = [low, high, ...thresholds].filter((value) => value !== null && Number.isFinite(value));
  const bottom = Math.min(...known, kind === "bar" ? 0 : Number.POSITIVE_INFINITY);
  const top = Math.max(...known);
  if (known.length === 0) return [min ?? 0, max ?? 1];
  const air = (top - bottom || Math.abs(top) || 1) * 0.08;
  const isOnGround = bottom >= 0 && bottom - air < 0;
  return [min ?? (isOnGround ? 0 : bottom - air), max ?? top + air];
}

function drawThresholds(plot: uPlot, thresholds: number[], colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5;
  ctx.setLineDash([6, 4]);
  for (const threshold of thresholds) {
    const y = Math.round(plot.valToPos(threshold, "y", true));
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
