import Button from "@cloudscape-design/components/button";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type GroupName, listThingGroups } from "../../aws/iot/things";
import { segment } from "../../aws/rest";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { GroupForm } from "./GroupForm";

/** The groups right below one. */
export function SubGroups({ parent }: { parent: string }) {
  const queries = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  return (
    <>
      <PagedTable<GroupName>
        variant="container"
        title="Groups below"
        noun="groups"
        queryKey={["thing-groups", "below", parent]}
        fetchPage={(token) => listThingGroups({ parent }, token)}
        keyOf={({ groupName }) => groupName}
        actions={<Button onClick={() => setMaking(true)}>Create one</Button>}
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ groupName }) => <PageLink href={`/thing-groups/${segment(groupName)}`}>{groupName}</PageLink>,
          },
        ]}
      />
      {isMaking && (
        <GroupForm
          parent={parent}
          onDismiss={() => setMaking(false)}
          onDone={() => {
            setMaking(false);
            void queries.invalidateQueries({ queryKey: ["thing-groups"] });
          }}
        />
      )}
    </>
  );
}
