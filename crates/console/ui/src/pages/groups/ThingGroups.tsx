import Button from "@cloudscape-design/components/button";
import Toggle from "@cloudscape-design/components/toggle";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { type GroupName, listThingGroups } from "../../aws/iot/things";
import { segment } from "../../aws/rest";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useSettled } from "../../parts/useSettled";
import { useUrlState } from "../../parts/useUrlState";
import { GroupForm } from "./GroupForm";

export default function ThingGroups() {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [prefix, setPrefix] = useUrlState("prefix");
  const [top, setTop] = useUrlState("top");
  const [isMaking, setMaking] = useState(false);
  const filter = { prefix: useSettled(prefix), isTop: top === "1" };
  return (
    <>
      <PagedTable<GroupName>
        title="Thing groups"
        noun="thing groups"
        description="Things together: what a group may do, its things may, and a job for it is for all of them."
        queryKey={["thing-groups", "list", filter]}
        fetchPage={(token) => listThingGroups(filter, token)}
        keyOf={({ groupName }) => groupName}
        filter={{ value: prefix, onChange: setPrefix, placeholder: "Begins with" }}
        tools={
          <Toggle checked={filter.isTop} onChange={({ detail }) => setTop(detail.checked ? "1" : "")}>
            Only those at the top
          </Toggle>
        }
        actions={
          <Button variant="primary" onClick={() => setMaking(true)}>
            Create a group
          </Button>
        }
        empty={<Button onClick={() => setMaking(true)}>Create a group</Button>}
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ groupName }) => <PageLink href={`/thing-groups/${segment(groupName)}`}>{groupName}</PageLink>,
          },
          { id: "arn", header: "ARN", isWideOnly: true, cell: ({ groupArn }) => groupArn },
        ]}
      />
      {isMaking && (
        <GroupForm
          onDismiss={() => setMaking(false)}
          onDone={(name) => {
            void queries.invalidateQueries({ queryKey: ["thing-groups"] });
            go(`/thing-groups/${segment(name)}`);
          }}
        />
      )}
    </>
  );
}
