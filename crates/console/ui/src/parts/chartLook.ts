// How charts look: colours that are told apart on light and on dark, and short numbers.

const LIGHT = ["#2563c9", "#b35900", "#067f68", "#8a3ffc", "#c2185b", "#5f6b7a", "#7a8b00", "#00728f"];
const DARK = ["#6ea8ff", "#ffb066", "#4fd1b5", "#c3a0ff", "#ff8ab8", "#a9b4c2", "#cddc39", "#5fd0ee"];

export function colourOf(index: number, isDark: boolean): string {
  const palette = isDark ? DARK : LIGHT;
  return palette[index % palette.length] as string;
}

export function axisColours(isDark: boolean) {
  return isDark
    ? { text: "#c6c6cd", grid: "#2b3543", threshold: "#ff7a7a" }
    : { text: "#424650", grid: "#ebebf0", threshold: "#d63f38" };
}

const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const PLAIN = new Intl.NumberFormat("en", { maximumSignificantDigits: 5, useGrouping: true });

/** `1.2M`, `3.42`: as many digits as tell something. */
export function shortNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return Math.abs(value) >= 100_000 ? SHORT.format(value) : PLAIN.format(value);
}

/** With its unit: `21.5 °C`. */
export function withUnit(value: number | null | undefined, unit: string | undefined): string {
  return unit ? `${shortNumber(value)} ${unit}` : shortNumber(value);
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const EXACT = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const DAY_SECS = 86_400;

/** Of the axis of time, in the reader's zone: the day stands where it begins. */
export function momentLabels(momentsSecs: number[], stepSecs: number): string[] {
  let dayBefore = "";
  return momentsSecs.map((secs) => {
    const at = new Date(secs * 1000);
    const day = DAY.format(at);
    if (stepSecs >= DAY_SECS) return day;
    const time = (stepSecs < 60 ? EXACT : TIME).format(at);
    const label = day === dayBefore ? time : `${time}\n${day}`;
    dayBefore = day;
    return label;
  });
}
