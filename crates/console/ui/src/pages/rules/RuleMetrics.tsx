// What a rule did since the server started, and the latest messages that it was asked about.

import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { Count } from "../../parts/Count";
import { Loading } from "../../parts/Loading";
import { Ago } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { type ActionCounters, ruleCounters } from "./calls";
import { filterOf } from "./draft";

const REFRESH_MILLIS = 3_000;

export function RuleMetrics({ name, filter }: { name: string; filter: string }) {
  const counters = useQuery({
    queryKey: ["rules", "counters", name],
    queryFn: async () => (await ruleCounters(name))[0] ?? null,
    refetchInterval: REFRESH_MILLIS,
  });
  const listened = filterOf(filter);
  if (counters.isError) {
    return <Problem what="What the rule did" error={counters.error} onRetry={() => void counters.refetch()} />;
  }
  if (counters.isPending) return <Loading />;
  const { evaluated = 0, matched = 0, failed = 0, actions = [], errorAction } = counters.data ?? {};
  const rows = errorAction ? [...actions, { ...errorAction, action: `${errorAction.action} (error action)` }] : actions;
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" description="Since the server started.">
            Messages
          </Header>
        }
      >
        <KeyValuePairs
          columns={4}
          items={[
            { label: "Asked", value: <Count value={evaluated} /> },
            { label: "Matched", value: <Count value={matched} /> },
            { label: "Failed", value: <Count value={failed} isBad /> },
            {
              label: "The latest",
              value: (
                <PageLink href={`/messages${listened ? `?topic=${encodeURIComponent(listened)}` : ""}`}>
                  Messages and what became of them
                </PageLink>
              ),
            },
          ]}
        />
      </Container>
      <Table<ActionCounters>
        header={<Header variant="h2">Actions</Header>}
        items={rows}
        empty={<Box color="text-body-secondary">No action was taken yet.</Box>}
        ariaLabels={{ tableLabel: "Actions" }}
        columnDefinitions={[
          { id: "action", header: "Action", cell: (row) => row.action, isRowHeader: true },
          { id: "succeeded", header: "Succeeded", cell: (row) => <Count value={row.succeeded} /> },
          { id: "failed", header: "Failed", cell: (row) => <Count value={row.failed} isBad /> },
          { id: "why", header: "Last failure", cell: (row) => row.lastFailure ?? "–" },
          { id: "when", header: "When", cell: (row) => <Ago at={row.lastFailureAt} /> },
        ]}
      />
    </SpaceBetween>
  );
}
