import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { addToGroup, groupsOfThing, removeFromGroup } from "../../aws/iot/things";
import { segment } from "../../aws/rest";
import { FormModal } from "../../parts/FormModal";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import { useNotices } from "../../shell/notices";
import { GroupSelect } from "../groups/GroupSelect";

/** The groups that a thing is in: their policies and jobs are its too. */
export function GroupsCard({ thing }: { thing: string }) {
  const { attempt } = useNotices();
  const [isAdding, setAdding] = useState(false);
  const [chosen, setChosen] = useState("");
  const groups = useQuery({ queryKey: ["groups-of", thing], queryFn: () => groupsOfThing(thing) });
  const leave = async (group: string) => {
    await attempt(`Take ${thing} out of ${group}`, () => removeFromGroup(thing, group));
    void groups.refetch();
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Policies and jobs of a group are for the things in it."
          actions={<Button onClick={() => setAdding(true)}>Add to a group</Button>}
        >
          Groups
        </Header>
      }
    >
      {groups.isError && <Problem what="The groups" error={groups.error} onRetry={() => void groups.refetch()} />}
      {groups.data?.length === 0 && <Box color="text-body-secondary">It is in no group.</Box>}
      <SpaceBetween size="xs">
        {groups.data?.map(({ groupName }) => (
          <SpaceBetween key={groupName} direction="horizontal" size="xs" alignItems="center">
            <PageLink href={`/thing-groups/${segment(groupName)}`}>{groupName}</PageLink>
            <Button
              variant="icon"
              iconName="close"
              ariaLabel={`Take it out of ${groupName}`}
              onClick={() => void leave(groupName)}
            />
          </SpaceBetween>
        ))}
      </SpaceBetween>
      {isAdding && (
        <FormModal
          title={`Add ${thing} to a group`}
          verb="Add"
          isReady={chosen !== ""}
          onSubmit={() => addToGroup(thing, chosen)}
          onDone={() => {
            setAdding(false);
            void groups.refetch();
          }}
          onDismiss={() => setAdding(false)}
        >
          <GroupSelect value={chosen} onChange={setChosen} label="Group" />
        </FormModal>
      )}
    </Container>
  );
}
