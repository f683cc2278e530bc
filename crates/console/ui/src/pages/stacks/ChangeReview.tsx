import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { listOf } from "../../aws/xml";
import { Problem } from "../../parts/Problem";
import { useNotices } from "../../shell/notices";
import { type Change, describeChangeSet, dropChangeSet, executeChangeSet } from "./calls";

const REFRESH_MILLIS = 1_000;

export interface ChangeReviewProps {
  id: string;
  stack: string;
  isNew: boolean;
  onDismiss: () => void;
}

export function ChangeReview({ id, stack, isNew, onDismiss }: ChangeReviewProps) {
  const [isBusy, setBusy] = useState(false);
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const set = useQuery({
    queryKey: ["stacks", "changes", id],
    queryFn: () => describeChangeSet(id),
    refetchInterval: ({ state }) => isPending(state.data?.Status) && REFRESH_MILLIS,
  });
  const isReady = set.data?.ExecutionStatus === "AVAILABLE";

  async function run() {
    setBusy(true);
    const begun = await attempt(`Begin to ${isNew ? "make" : "update"} the stack ${stack}`, () => executeChangeSet(id));
    setBusy(false);
    if (begun === undefined) return;
    await queries.invalidateQueries({ queryKey: ["stacks"] });
    go(`/stacks/${encodeURIComponent(stack)}?tab=events`);
  }

  async function drop() {
    onDismiss();
    await attempt("Drop the changes", () => dropChangeSet(id, stack, isNew).then(() => true));
  }

  return (
    <Modal
      visible
      size="large"
      header={`What would change in ${stack}`}
      closeAriaLabel="Close"
      onDismiss={() => void drop()}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" disabled={isBusy} onClick={() => void drop()}>
              Drop it
            </Button>
            <Button variant="primary" disabled={!isReady} loading={isBusy} onClick={() => void run()}>
              Do it
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {set.isError && <Problem what="The changes" error={set.error} onRetry={() => void set.refetch()} />}
        {isPending(set.data?.Status) && !set.isError && (
          <StatusIndicator type="in-progress">The server compares</StatusIndicator>
        )}
        {set.data?.Status === "FAILED" && <Alert type="warning">{set.data.StatusReason}</Alert>}
        {isReady && <Changes changes={listOf(set.data?.Changes)} />}
      </SpaceBetween>
    </Modal>
  );
}

function Changes({ changes }: { changes: Change[] }) {
  return (
    <Table<Change>
      variant="embedded"
      wrapLines
      items={changes}
      empty="No resource changes."
      ariaLabels={{ tableLabel: "Changes" }}
      columnDefinitions={[
        { id: "action", header: "Change", cell: ({ ResourceChange: change }) => <ActionWord {...change} /> },
        {
          id: "name",
          header: "Resource",
          isRowHeader: true,
          cell: ({ ResourceChange: change }) => (
            <>
              {change.LogicalResourceId}
              <Box color="text-body-secondary" fontSize="body-s">
                {change.ResourceType} {change.PhysicalResourceId}
              </Box>
            </>
          ),
        },
      ]}
    />
  );
}

function ActionWord({ Action, Replacement }: Change["ResourceChange"]) {
  if (Action === "Remove") return <StatusIndicator type="error">Deleted</StatusIndicator>;
  if (Action === "Add") return <StatusIndicator>Made</StatusIndicator>;
  if (Replacement === "True") return <StatusIndicator type="warning">Replaced: the old one is deleted</StatusIndicator>;
  if (Replacement === "Conditional") return <StatusIndicator type="warning">Changed, perhaps replaced</StatusIndicator>;
  return <StatusIndicator type="info">{Action === "Modify" ? "Changed" : Action}</StatusIndicator>;
}

function isPending(status: string | undefined): boolean {
  return status === undefined || status.endsWith("PENDING") || status.endsWith("IN_PROGRESS");
}
