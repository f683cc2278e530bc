import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { Loading } from "../../parts/Loading";
import { Ago, Moment } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";

const REFRESH_MILLIS = 5_000;

/** The next ten, as the server will count them. */
export function NextRuns({ id, read }: { id: string; read: () => Promise<number[]> }) {
  const runs = useQuery({ queryKey: ["schedules", "runs", id], queryFn: read, refetchInterval: REFRESH_MILLIS });
  return (
    <SpaceBetween size="xs">
      <Header variant="h3">Next runs</Header>
      {runs.isPending && <Loading />}
      {runs.isError && <Problem what="When it runs" error={runs.error} onRetry={() => void runs.refetch()} />}
      {runs.data?.length === 0 && (
        <Box color="text-body-secondary">None: it is disabled, over, or waits for events and not for the clock.</Box>
      )}
      {runs.data && runs.data.length > 0 && (
        <ol aria-label="Next runs">
          {runs.data.map((at, place) => (
            <li key={at}>
              <Moment at={at} />
              {place === 0 && (
                <>
                  , <Ago at={at} />
                </>
              )}
            </li>
          ))}
        </ol>
      )}
    </SpaceBetween>
  );
}
