// The geometry of a gauge: a half circle around (100, 100).

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
