import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { useInfiniteQuery } from "@tanstack/react-query";
import { listPolicies } from "../../aws/iot/policies";
import { problemText } from "../../shell/notices";

/** One of the policies that there are; more are read as the list is scrolled. */
export function PolicySelect({ value, onChange }: { value: string; onChange: (policy: string) => void }) {
  const policies = useInfiniteQuery({
    queryKey: ["policies", "all"],
    queryFn: ({ pageParam }) => listPolicies(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextToken,
  });
  const names = policies.data?.pages.flatMap(({ items }) => items.map(({ policyName }) => policyName)) ?? [];
  const status = policies.isError
    ? "error"
    : policies.isFetching
      ? "loading"
      : policies.hasNextPage
        ? "pending"
        : "finished";
  return (
    <FormField label="Policy">
      <Select
        selectedOption={value ? { value, label: value } : null}
        placeholder="Choose a policy"
        options={names.map((name) => ({ value: name, label: name }))}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
        statusType={status}
        errorText={policies.isError ? problemText(policies.error) : undefined}
        loadingText="Loading policies"
        empty="There are no policies"
        onLoadItems={() => {
          if (policies.hasNextPage && !policies.isFetching) void policies.fetchNextPage();
        }}
      />
    </FormField>
  );
}
