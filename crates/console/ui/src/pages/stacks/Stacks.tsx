import Button from "@cloudscape-design/components/button";
import { useLocation } from "wouter";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { StatusWord } from "./StatusWord";
import { type Stack, listStacks } from "./calls";

const REFRESH_MILLIS = 5_000;

export default function Stacks() {
  const [, go] = useLocation();
  return (
    <PagedTable<Stack>
      title="Stacks"
      noun="stacks"
      description="Resources that belong together, made from one template, as in CloudFormation."
      queryKey={["stacks", "list"]}
      fetchPage={listStacks}
      refetchMillis={REFRESH_MILLIS}
      keyOf={({ StackId }) => StackId}
      empty={<Button onClick={() => go("/stacks/new")}>Deploy a template</Button>}
      actions={
        <Button variant="primary" onClick={() => go("/stacks/new")}>
          Deploy a template
        </Button>
      }
      columns={[
        {
          id: "name",
          header: "Name",
          isRowHeader: true,
          cell: ({ StackName: name }) => <PageLink href={`/stacks/${encodeURIComponent(name)}`}>{name}</PageLink>,
        },
        { id: "status", header: "Status", cell: ({ StackStatus }) => <StatusWord status={StackStatus} /> },
        { id: "about", header: "Description", isWideOnly: true, cell: ({ Description }) => Description ?? "–" },
        {
          id: "changed",
          header: "Changed",
          isWideOnly: true,
          cell: ({ LastUpdatedTime, CreationTime }) => <Moment at={LastUpdatedTime ?? CreationTime} />,
        },
      ]}
    />
  );
}
