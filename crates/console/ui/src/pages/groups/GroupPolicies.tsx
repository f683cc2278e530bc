import Button from "@cloudscape-design/components/button";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type PolicyName, attachPolicy, attachedPolicies, detachPolicy } from "../../aws/iot/policies";
import { segment } from "../../aws/rest";
import { FormModal } from "../../parts/FormModal";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useNotices } from "../../shell/notices";
import { PolicySelect } from "../policies/PolicySelect";

/** What the things of a group may do because they are in it. */
export function GroupPolicies({ arn }: { arn: string }) {
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [isAttaching, setAttaching] = useState(false);
  const [policy, setPolicy] = useState("");
  const refresh = () => queries.invalidateQueries({ queryKey: ["attached-policies", arn] });
  const detach = async (name: string) => {
    await attempt(`Detach the policy ${name}`, () => detachPolicy(name, arn));
    await refresh();
  };
  return (
    <>
      <PagedTable<PolicyName>
        variant="container"
        title="Policies"
        noun="policies"
        description="They count for a thing in the group that connects with its own name as client id."
        queryKey={["attached-policies", arn]}
        fetchPage={async () => ({ items: await attachedPolicies(arn) })}
        keyOf={({ policyName }) => policyName}
        actions={<Button onClick={() => setAttaching(true)}>Attach a policy</Button>}
        columns={[
          {
            id: "name",
            header: "Policy",
            isRowHeader: true,
            cell: ({ policyName }) => <PageLink href={`/policies/${segment(policyName)}`}>{policyName}</PageLink>,
          },
          {
            id: "actions",
            header: "Actions",
            cell: ({ policyName }) => (
              <Button variant="inline-link" ariaLabel={`Detach ${policyName}`} onClick={() => void detach(policyName)}>
                Detach
              </Button>
            ),
          },
        ]}
      />
      {isAttaching && (
        <FormModal
          title="Attach a policy"
          verb="Attach"
          isReady={policy !== ""}
          onSubmit={() => attachPolicy(policy, arn)}
          onDone={() => {
            setAttaching(false);
            void refresh();
          }}
          onDismiss={() => setAttaching(false)}
        >
          <PolicySelect value={policy} onChange={setPolicy} />
        </FormModal>
      )}
    </>
  );
}
