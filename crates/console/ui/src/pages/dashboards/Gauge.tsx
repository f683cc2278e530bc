import { withUnit } from "../../parts/chartLook";
import type { Panel } from "./body";
import { arcOf, shareOf, toneOf } from "./arc";
import styles from "./dashboards.module.css";

/** A half circle that fills up, with a mark at each threshold. */
export function Gauge({ panel, value, height }: { panel: Panel; value: number; height: number }) {
  const { min = 0, max = 100, thresholds = [], unit } = panel;
  return (
    <svg
      viewBox="0 0 200 120"
      style={{ width: "100%", height: Math.max(height, 90) }}
      role="img"
      aria-label={`${panel.title}: ${withUnit(value, unit)}, between ${min} and ${max}`}
    >
      <path d={arcOf(1)} className={styles.track} />
      <path d={arcOf(shareOf(value, min, max))} className={`${styles.fill} ${styles[toneOf(value, thresholds)]}`} />
      {thresholds.filter((threshold) => threshold >= min && threshold <= max).map((threshold) => (
        <line
          key={threshold}
          className={styles.mark}
          x1="18"
          y1="100"
          x2="34"
          y2="100"
          transform={`rotate(${shareOf(threshold, min, max) * 180} 100 100)`}
        />
      ))}
      <text x="100" y="98" textAnchor="middle" className={styles.value}>
        {withUnit(value, unit)}
      </text>
      <text x="26" y="116" textAnchor="middle" className={styles.end}>
        {min}
      </text>
      <text x="174" y="116" textAnchor="middle" className={styles.end}>
        {max}
      </text>
    </svg>
  );
}
