import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { Moment } from "../../../parts/Moment";
import { PagedTable } from "../../../parts/PagedTable";
import { useUrlState } from "../../../parts/useUrlState";
import { useNotices } from "../../../shell/notices";
import { AccessKeys } from "./AccessKeys";
import { ChangeRole } from "./ChangeRole";
import { GivePassword } from "./GivePassword";
import { NewUser } from "./NewUser";
import { PasswordCell, PoliciesCell } from "./cells";
import { type User, deleteUser, listUsers } from "./calls";

type Open = "new" | "role" | "password" | "delete";

/** `?user=NAME` shows the keys of one. */
export function Users() {
  const [chosen, setChosen] = useUrlState("user");
  const [open, setOpen] = useState<Open>();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const close = () => setOpen(undefined);
  const changed = () => queries.invalidateQueries({ queryKey: ["users"] });
  return (
    <SpaceBetween size="l">
      <PagedTable<User>
        variant="container"
        title="Users"
        noun="users"
        description="They sign in here with a password, and use the API with keys. Their policies count for both."
        queryKey={["users", "list"]}
        fetchPage={listUsers}
        keyOf={({ UserName }) => UserName}
        selection={{ type: "single", keys: [chosen], onChange: ([user]) => setChosen(user?.UserName ?? "") }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <ButtonDropdown
              disabled={!chosen}
              items={[
                { id: "role", text: "Change the role" },
                { id: "password", text: "Give a new password" },
                { id: "delete", text: "Delete" },
              ]}
              onItemClick={({ detail }) => setOpen(detail.id as Open)}
            >
              Change
            </ButtonDropdown>
            <Button variant="primary" onClick={() => setOpen("new")}>
              Make a user
            </Button>
          </SpaceBetween>
        }
        columns={[
          { id: "name", header: "Name", isRowHeader: true, cell: ({ UserName }) => UserName },
          { id: "policies", header: "Policies", cell: ({ UserName }) => <PoliciesCell user={UserName} /> },
          { id: "password", header: "Password", cell: ({ UserName }) => <PasswordCell user={UserName} /> },
          { id: "made", header: "Made", isWideOnly: true, cell: ({ CreateDate }) => <Moment at={CreateDate} /> },
        ]}
      />
      {chosen && <AccessKeys key={chosen} user={chosen} />}
      {open === "new" && (
        <NewUser
          onDone={(name) => {
            setChosen(name);
            close();
          }}
          onChanged={changed}
          onDismiss={close}
        />
      )}
      {open === "role" && chosen && <ChangeRole user={chosen} onChanged={changed} onDismiss={close} />}
      {open === "password" && chosen && <GivePassword user={chosen} onChanged={changed} onDismiss={close} />}
      {open === "delete" && chosen && (
        <ConfirmDelete
          kind="user"
          name={chosen}
          isTyped
          consequences="The sessions of this user end at once. The password, the access keys, the policies that are the user's own, and the places in groups go with it: tools that sign with the keys are refused from then on."
          onConfirm={async () => {
            const name = chosen;
            const gone = await attempt(`Delete the user ${name}`, async () => {
              await deleteUser(name);
              return true;
            });
            if (gone) setChosen("");
            await changed();
          }}
          onDismiss={close}
        />
      )}
    </SpaceBetween>
  );
}
