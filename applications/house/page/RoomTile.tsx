import Box from "@cloudscape-design/components/box";
import { Ago } from "console/parts/Moment";
import { PageLink } from "console/parts/PageLink";
import type { Reading } from "./calls";
import styles from "./house.module.css";
import { degreesText, OFF_BELOW, ON_ABOVE, warmthOf } from "./plan";

/** What the bar covers. */
const COLDEST = 10;
const WARMEST = 45;
const WORDS = { cool: "below 20", calm: "between 20 and 35", hot: "above 35" };

export interface RoomTileProps {
  sensor: number;
  thing: string;
  reading: Reading | undefined;
}

/** A room: its temperature, and where it stands between the thresholds. */
export function RoomTile({ sensor, thing, reading }: RoomTileProps) {
  const warmth = reading && warmthOf(reading.degrees);
  return (
    <div className={styles.room}>
      <Box variant="h3" padding="n" fontSize="body-m">
        Room {sensor}
      </Box>
      <div className={`${styles.degrees} ${warmth ? styles[warmth] : ""}`}>{degreesText(reading?.degrees)}</div>
      <div className={styles.bar} aria-hidden="true">
        <span className={styles.threshold} style={{ left: `${shareOf(OFF_BELOW)}%` }} />
        <span className={styles.threshold} style={{ left: `${shareOf(ON_ABOVE)}%` }} />
        {reading && (
          <span className={`${styles.needle} ${styles[warmth ?? "calm"]}`} style={{ left: `${shareOf(reading.degrees)}%` }} />
        )}
      </div>
      <Box fontSize="body-s" color="text-body-secondary">
        {warmth ? WORDS[warmth] : "no reading in 15 minutes"}
      </Box>
      <Box fontSize="body-s" color="text-body-secondary">
        <PageLink href={`/things/${encodeURIComponent(thing)}`} fontSize="inherit">
          {thing}
        </PageLink>{" "}
        {reading && <Ago at={reading.at} />}
      </Box>
    </div>
  );
}

function shareOf(degrees: number): number {
  return Math.min(100, Math.max(0, (100 * (degrees - COLDEST)) / (WARMEST - COLDEST)));
}
