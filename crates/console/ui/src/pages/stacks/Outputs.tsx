import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { listOf } from "../../aws/xml";
import type { Stack } from "./calls";

export function Outputs({ stack }: { stack: Stack }) {
  return (
    <SpaceBetween size="l">
      <Table
        wrapLines
        header={<Header variant="h2">Outputs</Header>}
        items={listOf(stack.Outputs)}
        empty="It has no outputs."
        ariaLabels={{ tableLabel: "Outputs" }}
        columnDefinitions={[
          { id: "key", header: "Name", cell: (row) => row.OutputKey, isRowHeader: true },
          { id: "value", header: "Value", cell: (row) => row.OutputValue },
          { id: "about", header: "Description", cell: (row) => row.Description ?? "–" },
          { id: "export", header: "Exported as", cell: (row) => row.ExportName ?? "–" },
        ]}
      />
      <Table
        wrapLines
        header={<Header variant="h2">Parameters</Header>}
        items={listOf(stack.Parameters)}
        empty="It takes no parameters."
        ariaLabels={{ tableLabel: "Parameters" }}
        columnDefinitions={[
          { id: "key", header: "Name", cell: (row) => row.ParameterKey, isRowHeader: true },
          { id: "value", header: "Value", cell: (row) => row.ParameterValue },
        ]}
      />
    </SpaceBetween>
  );
}
