import Box from "@cloudscape-design/components/box";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../../parts/FormModal";
import { useNotices } from "../../../shell/notices";
import { RoleField } from "./RoleField";
import { attach, attachedTo, detach } from "./calls";
import { USER_ROLES, arnOf, changeOf } from "./roles";

interface Props {
  user: string;
  onChanged: () => Promise<void>;
  onDismiss: () => void;
}

export function ChangeRole({ user, onChanged, onDismiss }: Props) {
  const held = useQuery({ queryKey: ["users", "attached", user], queryFn: () => attachedTo(user) });
  const [chosen, setChosen] = useState<string>();
  const { tell } = useNotices();
  const arns = held.data?.map(({ PolicyArn }) => PolicyArn);
  const now = USER_ROLES.find(({ policy }) => arns?.includes(arnOf(policy)))?.policy;
  const role = chosen ?? now ?? "";

  async function change() {
    if (!arns) return;
    const wanted = changeOf(arns, role);
    // Less first: never both.
    for (const arn of wanted.detach) await detach(user, arn);
    for (const arn of wanted.attach) await attach(user, arn);
  }

  return (
    <FormModal
      title={`The role of ${user}`}
      verb="Change it"
      isReady={arns !== undefined && role !== "" && role !== now}
      onSubmit={() => change().finally(onChanged)}
      onDone={() => {
        onDismiss();
        tell("success", `${user} has another role`);
      }}
      onDismiss={onDismiss}
    >
      <RoleField role={role} onChange={setChosen} />
      <Box color="text-body-secondary" fontSize="body-s">
        It counts from the next request on. Other policies and groups of the user stay as they are.
      </Box>
    </FormModal>
  );
}
