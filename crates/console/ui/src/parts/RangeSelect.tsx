import Select from "@cloudscape-design/components/select";
import { type Chosen, SPAN, SPANS } from "./results/range";

export interface RangeSelectProps {
  chosen: Chosen;
  /** For the address. */
  onChange: (search: { range?: string; from?: undefined; to?: undefined }) => void;
}

/** The time that is looked at. */
export function RangeSelect({ chosen, onChange }: RangeSelectProps) {
  const between = { value: "", label: "Between two moments" };
  const span = SPANS.find(({ value }) => value === chosen.span) ?? null;
  return (
    <Select
      ariaLabel="Time"
      selectedOption={chosen.from === undefined ? span : between}
      options={SPANS.map(({ value, label }) => ({ value, label }))}
      onChange={({ detail }) => {
        const { value } = detail.selectedOption;
        onChange({ range: value === SPAN ? undefined : value, from: undefined, to: undefined });
      }}
    />
  );
}
