// A gauge: the geometry of its half circle around (100, 100), and its colour.

const RADIUS = 74;

/** How far a value is from one end to the other: 0 to 1. */
export function shareOf(value: number, min: number, max: number): number {
  if (max <= min) return 0;
  return Math.min(Math.max((value - min) / (max - min), 0), 1);
}

/** The path from the left end over a share of the half circle. */
export function arcOf(share: number): string {
  const angle = Math.PI * (1 - share);
  const [x, y] = [100 + RADIUS * Math.cos(angle), 100 - RADIUS * Math.sin(angle)];
  return `M ${100 - RADIUS} 100 A ${RADIUS} ${RADIUS} 0 0 1 ${x.toFixed(2)} ${y.toFixed(2)}`;
}

export type Tone = "calm" | "warm" | "hot";

/** Calm below every threshold, hot from the highest on. A threshold is passed by who has reached it. */
export function toneOf(value: number, thresholds: number[]): Tone {
  const passed = thresholds.filter((threshold) => value >= threshold).length;
  if (passed === 0) return "calm";
  return passed < thresholds.length ? "warm" : "hot";
}
