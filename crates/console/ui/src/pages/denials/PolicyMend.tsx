import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getPolicy } from "../../aws/iot/policies";
import type { Refusal } from "../../aws/own";
import { Loading } from "../../parts/Loading";
import { Problem } from "../../parts/Problem";
import { MendCard } from "./MendCard";

/** The document that decided or came nearest, to be tried with a change and then changed. */
export function PolicyMend({ refusal, candidates }: { refusal: Refusal; candidates: string[] }) {
  const [name, setName] = useState(candidates[0] as string);
  const policy = useQuery({ queryKey: ["policy", name], queryFn: () => getPolicy(name) });
  const choice = candidates.length > 1 && (
    <FormField label="Policy" description="The first one decided, or came nearest.">
      <Select
        selectedOption={{ value: name, label: name }}
        options={candidates.map((candidate) => ({ value: candidate, label: candidate }))}
        onChange={({ detail }) => setName(detail.selectedOption.value ?? name)}
      />
    </FormField>
  );
  if (policy.isPending) return <Loading />;
  if (policy.isError) {
    return <Problem what={`The policy ${name}`} error={policy.error} onRetry={() => void policy.refetch()} />;
  }
  return (
    <MendCard
      key={`${name} ${policy.data.defaultVersionId}`}
      refusal={refusal}
      policy={policy.data}
      choice={choice}
    />
  );
}
