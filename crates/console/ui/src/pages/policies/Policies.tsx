import Button from "@cloudscape-design/components/button";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { type PolicyName, listPolicies } from "../../aws/iot/policies";
import { segment } from "../../aws/rest";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { NewPolicy } from "./NewPolicy";

export default function Policies() {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  return (
    <>
      <PagedTable<PolicyName>
        title="Policies"
        noun="policies"
        description="What devices may do. A policy counts for the certificates and groups that it is attached to."
        queryKey={["policies", "list"]}
        fetchPage={listPolicies}
        keyOf={({ policyName }) => policyName}
        actions={
          <Button variant="primary" onClick={() => setMaking(true)}>
            Create a policy
          </Button>
        }
        empty={<Button onClick={() => setMaking(true)}>Create a policy</Button>}
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ policyName }) => <PageLink href={`/policies/${segment(policyName)}`}>{policyName}</PageLink>,
          },
          { id: "arn", header: "ARN", isWideOnly: true, cell: ({ policyArn }) => policyArn },
        ]}
      />
      {isMaking && (
        <NewPolicy
          onDismiss={() => setMaking(false)}
          onDone={(name) => {
            void queries.invalidateQueries({ queryKey: ["policies"] });
            go(`/policies/${segment(name)}`);
          }}
        />
      )}
    </>
  );
}
