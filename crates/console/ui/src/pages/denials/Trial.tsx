import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { UseQueryResult } from "@tanstack/react-query";
import { isUnknownOperation } from "../../aws/own";
import { Problem } from "../../parts/Problem";
import { sentence } from "../../parts/sentence";
import type { Verdict } from "./calls";

type Tried = UseQueryResult<{ before: Verdict; after: Verdict }>;

/** Before and after, as the server decides it. */
export function Trial({ trial }: { trial: Tried }) {
  if (trial.isPending) return <StatusIndicator type="loading">Trying it on a copy</StatusIndicator>;
  if (trial.isError) {
    return isUnknownOperation(trial.error) ? (
      <Box color="text-body-secondary">This server is too old to try a policy on a copy.</Box>
    ) : (
      <Problem what="A trial with this document" error={trial.error} onRetry={() => void trial.refetch()} />
    );
  }
  return (
    <ColumnLayout columns={2}>
      <Shown label="As it is" verdict={trial.data.before} />
      <Shown label="With this change" verdict={trial.data.after} />
    </ColumnLayout>
  );
}

function Shown({ label, verdict: { allowed, reason } }: { label: string; verdict: Verdict }) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <StatusIndicator type={allowed ? "success" : "error"}>{allowed ? "Allowed" : "Refused"}</StatusIndicator>
      {reason && (
        <Box color="text-body-secondary" fontSize="body-s">
          {sentence(reason)}
        </Box>
      )}
    </div>
  );
}
