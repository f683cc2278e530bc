import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import { useQuery } from "@tanstack/react-query";
import { Loading } from "../../../parts/Loading";
import { Problem } from "../../../parts/Problem";
import { builtInPolicies } from "./calls";
import { USER_ROLES } from "./roles";

/** The roles whose policies this server brings. */
export function RoleField({ role, onChange }: { role: string; onChange: (role: string) => void }) {
  const known = useQuery({
    queryKey: ["built-in-policies"],
    queryFn: builtInPolicies,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (known.isError) return <Problem what="The roles" error={known.error} onRetry={() => void known.refetch()} />;
  if (known.isPending) return <Loading />;
  return (
    <FormField label="Role" stretch>
      <RadioGroup
        value={role}
        onChange={({ detail }) => onChange(detail.value)}
        items={USER_ROLES.filter(({ policy }) => known.data.has(policy)).map(({ policy, label, description }) => ({
          value: policy,
          label,
          description,
        }))}
      />
    </FormField>
  );
}
