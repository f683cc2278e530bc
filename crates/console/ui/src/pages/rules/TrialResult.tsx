// What a rule made, or would make, of a message: clause by clause, what it selected, what its actions would do.

import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { JsonBlock } from "../../parts/JsonBlock";
import type { Clause, Trial } from "./calls";
import { verdictOf } from "./recordings";

export function Verdict({ trial, listens = true }: { trial: Trial; listens?: boolean }) {
  if (!listens) return <StatusIndicator type="stopped">Does not listen to this topic</StatusIndicator>;
  const verdict = verdictOf(trial);
  if (verdict === "failed") {
    return <StatusIndicator type="error">{trial.matched ? "Matches, but fails" : "Fails"}</StatusIndicator>;
  }
  if (verdict === "unmatched") return <StatusIndicator type="stopped">Does not match</StatusIndicator>;
  return <StatusIndicator>{trial.deferred ? "Asks a function first" : "Matches"}</StatusIndicator>;
}

export function TrialResult({ trial, listens }: { trial: Trial; listens?: boolean }) {
  const failures = trial.actions.filter((action) => action.failure);
  return (
    <SpaceBetween size="m">
      <Verdict trial={trial} listens={listens} />
      {trial.failure && <Box color="text-status-error">{trial.failure}</Box>}
      {trial.deferred && <Box>{trial.deferred}</Box>}
      {trial.clauses.length > 0 && <Clauses clauses={trial.clauses} />}
      {trial.output !== undefined && (
        <div>
          <Box variant="awsui-key-label">Selected</Box>
          <JsonBlock value={trial.output} label="Copy what was selected" />
        </div>
      )}
      {failures.map((action) => (
        <Box key={action.action + action.failure} color="text-status-error">
          {action.action}: {action.failure}
        </Box>
      ))}
      {trial.would.length > 0 && (
        <div>
          <Box variant="awsui-key-label">Its actions would</Box>
          {trial.would.map((note) => (
            <Box key={note}>{note}</Box>
          ))}
        </div>
      )}
    </SpaceBetween>
  );
}

export function Clauses({ clauses }: { clauses: Clause[] }) {
  return (
    <Table<Clause>
      variant="embedded"
      contentDensity="compact"
      wrapLines
      items={clauses}
      ariaLabels={{ tableLabel: "Clauses" }}
      columnDefinitions={[
        { id: "clause", header: "Clause", width: 90, cell: (row) => row.clause },
        {
          id: "text",
          header: "Says",
          isRowHeader: true,
          cell: (row) => (
            <Box variant="code" fontSize="body-s">
              {row.text}
            </Box>
          ),
        },
        {
          id: "value",
          header: "Is",
          cell: (row) => (
            <>
              <Box variant="code" fontSize="body-s" color={colourOf(row.value)}>
                {row.value}
              </Box>
              {row.why && <Box color="text-body-secondary">{row.why}</Box>}
            </>
          ),
        },
      ]}
    />
  );
}

function colourOf(value: string) {
  if (value === "true") return "text-status-success";
  return value === "false" || value === "Undefined" ? "text-status-error" : "inherit";
}
