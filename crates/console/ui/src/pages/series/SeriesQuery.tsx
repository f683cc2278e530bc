import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { CodeEditor } from "../../parts/CodeEditor";
import { Loading } from "../../parts/Loading";
import { RangeSelect } from "../../parts/RangeSelect";
import { ResultView } from "../../parts/results/ResultView";
import { chosenOf, rangeOf } from "../../parts/results/range";
import { queryMark, querySeries, withRange } from "../../parts/results/series";
import { problemText } from "../../shell/notices";

/** More would fill the browser's memory; the query says so when it is cut. */
const ROWS_MAX = 10_000;

export interface SeriesQueryProps {
  search: URLSearchParams;
  onSearch: (search: Record<string, string | undefined>) => void;
}

export function SeriesQuery({ search, onSearch }: SeriesQueryProps) {
  const asked = search.get("q") ?? "";
  const chosen = chosenOf(search);
  const [query, setQuery] = useState(asked);
  useEffect(() => setQuery(asked), [asked]);
  const answer = useQuery({
    queryKey: ["series", "query", asked, chosen],
    queryFn: async ({ signal }) => {
      const range = rangeOf(chosen, Date.now());
      return { range, result: await querySeries(withRange(asked, range), ROWS_MAX, signal) };
    },
    enabled: asked.trim() !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const run = () => (query === asked ? void answer.refetch() : onSearch({ q: query }));
  const message = answer.isError && query === asked ? problemText(answer.error) : undefined;
  const mark = message ? queryMark(answer.error?.message ?? "") : undefined;
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description="${from} and ${to} stand for the time that is looked at. Ctrl-Enter runs it."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <RangeSelect chosen={chosen} onChange={onSearch} />
                <Button
                  variant="primary"
                  iconName="play"
                  disabled={query.trim() === ""}
                  loading={answer.isFetching}
                  onClick={run}
                >
                  Run
                </Button>
              </SpaceBetween>
            }
          >
            Query
          </Header>
        }
      >
        <SpaceBetween size="s">
          <CodeEditor
            language="sql"
            ariaLabel="Query"
            value={query}
            onChange={setQuery}
            onRun={run}
            marks={mark ? [mark] : []}
          />
          {message && <Alert type="error">{message}</Alert>}
        </SpaceBetween>
      </Container>
      {asked.trim() === "" && (
        <Box color="text-body-secondary">Choose a table below, or write a query.</Box>
      )}
      {answer.isLoading && <Loading />}
      {answer.data && <ResultView {...answer.data} name="series" />}
    </SpaceBetween>
  );
}
