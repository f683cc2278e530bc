import Box from "@cloudscape-design/components/box";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { useNarrow } from "../../parts/useNarrow";
import { StatusWord } from "./StatusWord";
import { type Resource, resourcesOf } from "./calls";
import { linkOf } from "./links";

const BUSY_MILLIS = 2_000;

export function Resources({ name, isBusy }: { name: string; isBusy: boolean }) {
  const isNarrow = useNarrow();
  const resources = useQuery({
    queryKey: ["stacks", "resources", name],
    queryFn: () => resourcesOf(name),
    refetchInterval: isBusy && BUSY_MILLIS,
  });
  return (
    <Table<Resource>
      wrapLines
      contentDensity="compact"
      items={resources.data ?? []}
      loading={resources.isPending}
      loadingText="Loading resources"
      ariaLabels={{ tableLabel: "Resources" }}
      empty={
        resources.isError ? <Problem what="The list of resources" error={resources.error} /> : "There are no resources yet."
      }
      columnDefinitions={[
        { id: "logical", header: "Name", cell: (row) => row.LogicalResourceId, isRowHeader: true },
        {
          id: "status",
          header: "Status",
          minWidth: 190,
          cell: (row) => (
            <>
              <StatusWord status={row.ResourceStatus} />
              {row.ResourceStatusReason && <Box color="text-body-secondary">{row.ResourceStatusReason}</Box>}
            </>
          ),
        },
        { id: "physical", header: "Resource", minWidth: 140, maxWidth: 420, cell: (row) => <Physical resource={row} /> },
        ...(isNarrow ? [] : [{ id: "type", header: "Type", cell: (row: Resource) => row.ResourceType }]),
      ]}
    />
  );
}

function Physical({ resource: { ResourceType: type, PhysicalResourceId: id } }: { resource: Resource }) {
  const href = linkOf(type, id);
  return href ? <PageLink href={href}>{id}</PageLink> : <>{id ?? "–"}</>;
}
