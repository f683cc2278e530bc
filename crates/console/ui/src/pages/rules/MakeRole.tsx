import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../parts/FormModal";
import { JsonBlock } from "../../parts/JsonBlock";
import { currentCredentials } from "../../session/session";
import { useNotices } from "../../shell/notices";
import type { Action } from "./calls";
import { type RoleWanted, roleFor } from "./leastPolicy";
import { ROLE_NAME, makeRole } from "./roles";

/** Beside the list of roles: one that may do what this action does, and nothing else. */
export function MakeRole({ action, onMade }: { action: Action; onMade: (arn: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const home = useQuery({ queryKey: ["home"], queryFn: currentHome, staleTime: Number.POSITIVE_INFINITY });
  const wanted = home.data && roleFor(action, home.data);
  const missing = wanted && "missing" in wanted ? wanted.missing : undefined;
  return (
    <>
      <Button
        variant="inline-link"
        disabled={!wanted || Boolean(missing)}
        disabledReason={missing && `First say: ${missing.join(", ")}.`}
        onClick={() => setOpen(true)}
      >
        Make a role that may do just this
      </Button>
      {isOpen && wanted && !("missing" in wanted) && (
        <RoleModal wanted={wanted} onMade={onMade} onClosed={() => setOpen(false)} />
      )}
    </>
  );
}

async function currentHome() {
  const { region, account } = await currentCredentials();
  return { region, account };
}

function RoleModal(props: { wanted: RoleWanted; onMade: (arn: string) => void; onClosed: () => void }) {
  const { wanted, onMade, onClosed } = props;
  const [name, setName] = useState(wanted.name);
  const { tell } = useNotices();
  const queries = useQueryClient();
  const isFit = ROLE_NAME.test(name);
  return (
    <FormModal
      title="Make a role for this action"
      verb="Make the role"
      isReady={isFit}
      onSubmit={async () => {
        onMade(await makeRole(name, wanted.document));
        tell("success", `Make the role ${name}: done`, "It is chosen for the action.");
        await queries.invalidateQueries({ queryKey: ["suggestions", "roles"] });
      }}
      onDone={onClosed}
      onDismiss={onClosed}
    >
      <FormField
        label="Name"
        constraintText="Rules may take it (iot.amazonaws.com), and nobody else."
        errorText={isFit ? undefined : "1 to 64 letters, digits, and of +=,.@-_"}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoComplete={false} autoFocus />
      </FormField>
      <FormField
        label="What it may do"
        description="What the action asks for, and nothing else. Where a template stands, * allows whatever it comes to."
        stretch
      >
        <JsonBlock value={wanted.document} label="Policy of the role" />
      </FormField>
    </FormModal>
  );
}
