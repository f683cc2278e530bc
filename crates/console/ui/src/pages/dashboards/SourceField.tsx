// Where a panel's values come from.

import FormField from "@cloudscape-design/components/form-field";
import Multiselect from "@cloudscape-design/components/multiselect";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CodeEditor } from "../../parts/CodeEditor";
import type { Source } from "./body";
import { FIGURES } from "./figures";

const BEGINNINGS: Record<Source["kind"], Source> = {
  series: {
    kind: "series",
    query: [
      "SELECT bin(time, 1m) AS minute, measure_name, avg(measure_value::double) AS mean",
      'FROM "database"."table"',
      "WHERE time BETWEEN ${from} AND ${to}",
      "GROUP BY bin(time, 1m), measure_name",
      "ORDER BY minute",
    ].join("\n"),
  },
  table: { kind: "table", statement: 'SELECT * FROM "table"' },
  figures: { kind: "figures", names: ["received", "sent"] },
};

export function SourceField({ source, onChange }: { source: Source; onChange: (source: Source) => void }) {
  return (
    <SpaceBetween size="s">
      <FormField label="Source">
        <SegmentedControl
          label="Source"
          selectedId={source.kind}
          options={[
            { id: "figures", text: "The server's figures" },
            { id: "series", text: "Series" },
            { id: "table", text: "A table" },
          ]}
          onChange={({ detail }) => onChange(BEGINNINGS[detail.selectedId as Source["kind"]])}
        />
      </FormField>
      <Wanted source={source} onChange={onChange} />
    </SpaceBetween>
  );
}

function Wanted({ source, onChange }: { source: Source; onChange: (source: Source) => void }) {
  switch (source.kind) {
    case "series":
      return (
        <FormField
          label="Query"
          stretch
          constraintText="${from} and ${to} stand for the time that is looked at. A time and a number are drawn; texts tell lines apart."
        >
          <CodeEditor
            language="sql"
            ariaLabel="Query"
            value={source.query}
            onChange={(query) => onChange({ kind: "series", query })}
          />
        </FormField>
      );
    case "table":
      return (
        <FormField label="PartiQL statement" stretch constraintText="Run each time that the panel is refreshed: let it read only.">
          <CodeEditor
            language="sql"
            ariaLabel="PartiQL statement"
            value={source.statement}
            onChange={(statement) => onChange({ kind: "table", statement })}
            minLines={3}
          />
        </FormField>
      );
    case "figures": {
      const options = Object.entries(FIGURES).map(([value, { label }]) => ({ value, label }));
      return (
        <FormField label="Figures" stretch>
          <Multiselect
            selectedOptions={options.filter(({ value }) => source.names.includes(value))}
            options={options}
            placeholder="Choose figures"
            deselectAriaLabel={({ label }) => `Remove ${label}`}
            onChange={({ detail }) =>
              onChange({ kind: "figures", names: detail.selectedOptions.map(({ value }) => value ?? "") })
            }
          />
        </FormField>
      );
    }
  }
}
