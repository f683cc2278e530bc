import { useEffect, useState } from "react";

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** A moment in the reader's zone. */
export function Moment({ at }: { at: number | string | Date | undefined | null }) {
  if (at === undefined || at === null || at === "") return <>–</>;
  const date = new Date(at);
  return <time dateTime={date.toISOString()}>{CLOCK.format(date)}</time>;
}

/** How long ago a moment was, kept up to date; the moment itself on hovering. */
export function Ago({ at }: { at: number | undefined | null }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 5_000);
    return () => window.clearInterval(timer);
  }, []);
  if (!at) return <>–</>;
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={CLOCK.format(date)}>
      {agoText(at, Math.max(now, Date.now()))}
    </time>
  );
}

export function agoText(at: number, now: number): string {
  const secs = Math.round((at - now) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(secs) >= size) ?? ["second", 1];
  return RELATIVE.format(Math.round(secs / size), unit);
}
