import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { problemText, useNotices } from "../../shell/notices";
import { type MoveTask, type QueueRow, cancelMove, movesOf, nameOf, sourcesOf, startMove } from "./calls";

const REFRESH_MILLIS = 2_000;

/** Of a queue that takes dead letters: they go back to where they came from. */
export function Redrive({ queue }: { queue: QueueRow }) {
  const { attempt } = useNotices();
  const arn = queue.attributes.QueueArn ?? "";
  const sources = useQuery({ queryKey: ["queues", "sources", queue.url], queryFn: () => sourcesOf(queue.url) });
  const isDead = (sources.data?.length ?? 0) > 0;
  const moves = useQuery({
    queryKey: ["queues", "moves", arn],
    queryFn: () => movesOf(arn),
    enabled: isDead,
    refetchInterval: REFRESH_MILLIS,
  });
  if (!isDead) return null;
  const isMoving = moves.data?.some(({ Status }) => Status === "RUNNING") ?? false;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`Dead letters of ${sources.data?.map(nameOf).join(", ")}: messages that were tried too often. Redriven, they go back and are tried again.`}
          actions={
            <Button
              disabled={isMoving}
              onClick={() => void attempt("Begin to redrive", () => startMove(arn)).then(() => moves.refetch())}
            >
              Redrive
            </Button>
          }
        >
          Redrive
        </Header>
      }
    >
      <SpaceBetween size="s">
        {moves.isError && <Box color="text-status-error">{problemText(moves.error)}</Box>}
        {moves.data?.length === 0 && <Box color="text-body-secondary">Nothing was redriven lately.</Box>}
        {moves.data?.map((move) => (
          <Move
            key={`${move.TaskHandle}${move.StartedTimestamp}`}
            move={move}
            onCancel={(handle) =>
              void attempt("Stop redriving", () => cancelMove(handle)).then(() => moves.refetch())
            }
          />
        ))}
      </SpaceBetween>
    </Container>
  );
}

function Move({ move, onCancel }: { move: MoveTask; onCancel: (handle: string) => void }) {
  const moved = move.ApproximateNumberOfMessagesMoved ?? 0;
  const all = move.ApproximateNumberOfMessagesToMove ?? moved;
  const isRunning = move.Status === "RUNNING";
  const status = isRunning ? "in-progress" : move.Status === "FAILED" ? "error" : "success";
  const handle = move.TaskHandle;
  return (
    <SpaceBetween size="xxs">
      <ProgressBar
        label={`${moved} of ${all} messages`}
        value={all === 0 ? 100 : (moved / all) * 100}
        status={status}
        resultText={move.FailureReason ?? move.Status.toLowerCase()}
      />
      {isRunning && handle && <Button onClick={() => onCancel(handle)}>Stop</Button>}
    </SpaceBetween>
  );
}
