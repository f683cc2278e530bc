import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Toggle from "@cloudscape-design/components/toggle";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { addToGroup, removeFromGroup, thingsInGroup } from "../../aws/iot/things";
import { segment } from "../../aws/rest";
import { FormModal } from "../../parts/FormModal";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import { Connected } from "../things/Connected";

/** The things of a group, and of those below it if they are wanted. */
export function GroupMembers({ group }: { group: string }) {
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [below, setBelow] = useUrlState("below");
  const [isAdding, setAdding] = useState(false);
  const [thing, setThing] = useState("");
  const refresh = () => queries.invalidateQueries({ queryKey: ["things-in", group] });
  const remove = async (member: string) => {
    await attempt(`Take ${member} out of ${group}`, () => removeFromGroup(member, group));
    await refresh();
  };
  return (
    <>
      <PagedTable<string>
        variant="container"
        title="Things"
        noun="things"
        queryKey={["things-in", group, below]}
        fetchPage={(token) => thingsInGroup(group, below === "1", token)}
        keyOf={(name) => name}
        tools={
          <Toggle checked={below === "1"} onChange={({ detail }) => setBelow(detail.checked ? "1" : "")}>
            Of the groups below as well
          </Toggle>
        }
        actions={<Button onClick={() => setAdding(true)}>Add a thing</Button>}
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: (name) => <PageLink href={`/things/${segment(name)}`}>{name}</PageLink>,
          },
          { id: "state", header: "State", cell: (name) => <Connected name={name} /> },
          {
            id: "actions",
            header: "Actions",
            cell: (name) =>
              below === "1" ? (
                "–"
              ) : (
                <Button variant="inline-link" ariaLabel={`Take ${name} out`} onClick={() => void remove(name)}>
                  Take out
                </Button>
              ),
          },
        ]}
      />
      {isAdding && (
        <FormModal
          title={`Add a thing to ${group}`}
          verb="Add"
          isReady={thing !== ""}
          onSubmit={() => addToGroup(thing, group)}
          onDone={() => {
            setAdding(false);
            setThing("");
            void refresh();
          }}
          onDismiss={() => setAdding(false)}
        >
          <FormField label="Name of the thing">
            <Input value={thing} onChange={({ detail }) => setThing(detail.value)} autoComplete={false} autoFocus />
          </FormField>
        </FormModal>
      )}
    </>
  );
}
