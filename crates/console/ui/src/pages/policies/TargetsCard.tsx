import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useQueryClient } from "@tanstack/react-query";
import { detachPolicy, policyTargets } from "../../aws/iot/policies";
import { segment } from "../../aws/rest";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { resourceOf } from "../../parts/names";
import { useNotices } from "../../shell/notices";
import { ThingsOfCertificate } from "./ThingsOfCertificate";

/** Certificates and groups that the policy counts for. */
export function TargetsCard({ name }: { name: string }) {
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const detach = async (target: string) => {
    await attempt(`Detach ${name} from ${short(target)}`, () => detachPolicy(name, target));
    await queries.invalidateQueries({ queryKey: ["policy-targets", name] });
  };
  return (
    <PagedTable<string>
      variant="container"
      title="Attached to"
      noun="certificates and groups"
      queryKey={["policy-targets", name]}
      fetchPage={(marker) => policyTargets(name, marker)}
      keyOf={(target) => target}
      empty={
        <Box color="text-body-secondary">
          It counts for nobody until it is attached: on a thing's tab Certificates, or on the page of a group.
        </Box>
      }
      columns={[
        { id: "target", header: "Target", isRowHeader: true, cell: (target) => <Target target={target} /> },
        {
          id: "things",
          header: "Things",
          cell: (target) => (isCertificate(target) ? <ThingsOfCertificate arn={target} /> : "Those in the group"),
        },
        {
          id: "actions",
          header: "Actions",
          cell: (target) => (
            <Button
              variant="inline-link"
              ariaLabel={`Detach from ${short(target)}`}
              onClick={() => void detach(target)}
            >
              Detach
            </Button>
          ),
        },
      ]}
    />
  );
}

function Target({ target }: { target: string }) {
  const group = /^thinggroup\/(.*)$/.exec(resourceOf(target))?.[1];
  if (group) return <PageLink href={`/thing-groups/${segment(group)}`}>group {group}</PageLink>;
  return <>{short(target)}</>;
}

function isCertificate(target: string): boolean {
  return resourceOf(target).startsWith("cert/");
}

/** `certificate 5cffd8b2cb6eecf8` */
function short(target: string): string {
  const resource = resourceOf(target);
  return resource.startsWith("cert/") ? `certificate ${resource.slice(5, 21)}` : resource;
}
