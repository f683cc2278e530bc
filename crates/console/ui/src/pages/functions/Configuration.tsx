import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { JsonBlock } from "../../parts/JsonBlock";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { bytesText } from "../../parts/bytesText";
import { FunctionState } from "./Functions";
import { type EventSource, type FunctionConfiguration, eventSourcesOf, logGroupOf, modifiedAt } from "./calls";

export function Configuration({ configuration }: { configuration: FunctionConfiguration }) {
  const { FunctionName: name, Environment } = configuration;
  const group = logGroupOf(configuration);
  const sources = useQuery({ queryKey: ["functions", "sources", name], queryFn: () => eventSourcesOf(name) });
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Configuration</Header>}>
        <KeyValuePairs
          columns={4}
          items={[
            { label: "State", value: <FunctionState configuration={configuration} /> },
            { label: "Runtime", value: configuration.Runtime ?? "–" },
            { label: "Handler", value: configuration.Handler ?? "–" },
            { label: "Code", value: bytesText(configuration.CodeSize) },
            { label: "Timeout", value: `${configuration.Timeout} s` },
            { label: "Memory", value: `${configuration.MemorySize} MB` },
            { label: "Changed", value: <Moment at={modifiedAt(configuration)} /> },
            { label: "Log", value: <PageLink href={`/logs/${encodeURIComponent(group)}`}>{group}</PageLink> },
            { label: "Role", value: configuration.Role },
            { label: "ARN", value: configuration.FunctionArn },
          ]}
        />
      </Container>
      {Environment?.Variables && Object.keys(Environment.Variables).length > 0 && (
        <Container header={<Header variant="h2">Environment</Header>}>
          <JsonBlock value={Environment.Variables} label="Copy the environment" />
        </Container>
      )}
      <Table<EventSource>
        header={<Header variant="h2">Event sources</Header>}
        items={sources.data ?? []}
        loading={sources.isPending}
        loadingText="Loading event sources"
        empty={
          sources.isError ? (
            <Problem what="The list of event sources" error={sources.error} />
          ) : (
            "No queue or stream feeds it."
          )
        }
        ariaLabels={{ tableLabel: "Event sources" }}
        columnDefinitions={[
          { id: "source", header: "Source", cell: (row) => row.EventSourceArn ?? "–", isRowHeader: true },
          { id: "state", header: "State", cell: (row) => row.State },
          { id: "batch", header: "At once", cell: (row) => row.BatchSize ?? "–" },
          { id: "last", header: "Last", cell: (row) => row.LastProcessingResult ?? "–" },
        ]}
      />
    </SpaceBetween>
  );
}
