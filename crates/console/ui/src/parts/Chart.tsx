// Lines or bars over time. The library that draws them is loaded when the first one is shown.

import { Suspense, lazy } from "react";
import styles from "./chart.module.css";

const Drawn = lazy(() => import("./ChartDrawn"));

export interface ChartLine {
  label: string;
  /** One for each moment; null where there is none. */
  values: (number | null)[];
}

export interface ChartProps {
  /** Milliseconds, rising. */
  times: number[];
  lines: ChartLine[];
  kind?: "line" | "bar";
  height?: number;
  unit?: string;
  min?: number;
  max?: number;
  /** Lines across at these values. */
  thresholds?: number[];
  /** What is shown, for those who cannot see it. */
  ariaLabel: string;
  /** What the time axis covers, if it is more than there are values for. */
  range?: { from: number; to: number };
}

export function Chart(props: ChartProps) {
  const height = props.height ?? 240;
  return (
    <Suspense fallback={<div style={{ height }} className={styles.chart} />}>
      <Drawn {...props} />
    </Suspense>
  );
}
