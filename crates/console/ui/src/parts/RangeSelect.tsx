import DateRangePicker, { type DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import { type Chosen, SPANS, SPAN_UNITS, type Span, type SpanUnit, spanOf, spanText } from "./results/range";

export interface RangeSelectProps {
  chosen: Chosen;
  /** For the address. */
  onChange: (search: { range?: string; from?: string; to?: string }) => void;
  /** Whether all times can be meant. */
  isOptional?: boolean;
}

/** The time that is looked at: a span until now, or between two moments. */
export function RangeSelect({ chosen, onChange, isOptional = false }: RangeSelectProps) {
  return (
    <DateRangePicker
      ariaLabel="Time"
      placeholder="Any time"
      value={valueOf(chosen)}
      relativeOptions={SPANS.flatMap((text) => spanOf(text) ?? []).map(relative)}
      customRelativeRangeUnits={SPAN_UNITS}
      showClearButton={isOptional}
      isValidRange={(value) => mistakeIn(value, isOptional)}
      absoluteFormat="long-localized"
      hideTimeOffset
      getTimeOffset={(date) => -date.getTimezoneOffset()}
      expandToViewport
      i18nStrings={{ relativeModeTitle: "Until now", absoluteModeTitle: "Between two moments" }}
      onChange={({ detail }) => onChange(searchOf(detail.value))}
    />
  );
}

function relative(span: Span): DateRangePickerProps.RelativeOption {
  return { ...span, type: "relative", key: spanText(span) };
}

function valueOf({ span, from, to }: Chosen): DateRangePickerProps.Value | null {
  if (from !== undefined && to !== undefined) {
    return { type: "absolute", startDate: new Date(from).toISOString(), endDate: new Date(to).toISOString() };
  }
  const known = spanOf(span);
  return known ? relative(known) : null;
}

function searchOf(value: DateRangePickerProps.Value | null) {
  if (value === null) return { range: undefined, from: undefined, to: undefined };
  if (value.type === "relative") {
    const { amount, unit } = value;
    return { range: spanText({ amount, unit: unit as SpanUnit }), from: undefined, to: undefined };
  }
  return { range: undefined, from: String(Date.parse(value.startDate)), to: String(Date.parse(value.endDate)) };
}

function mistakeIn(value: DateRangePickerProps.Value | null, isOptional: boolean): DateRangePickerProps.ValidationResult {
  if (value === null) return isOptional ? { valid: true } : wrong("Choose a time.");
  if (value.type === "relative") {
    const { amount, unit } = value;
    const isSpan = spanOf(spanText({ amount, unit: unit as SpanUnit })) !== undefined;
    return isSpan ? { valid: true } : wrong("A whole number is needed, of ten years at most.");
  }
  const [from, to] = [Date.parse(value.startDate), Date.parse(value.endDate)];
  if (Number.isNaN(from) || Number.isNaN(to)) return wrong("Choose the day it begins and the day it ends.");
  return from < to ? { valid: true } : wrong("It must end after it begins.");
}

function wrong(errorMessage: string): DateRangePickerProps.ValidationResult {
  return { valid: false, errorMessage };
}
