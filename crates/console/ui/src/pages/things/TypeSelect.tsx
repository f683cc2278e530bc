import Select from "@cloudscape-design/components/select";
import { useInfiniteQuery } from "@tanstack/react-query";
import { listThingTypes } from "../../aws/iot/things";
import { problemText } from "../../shell/notices";

interface Props {
  value: string;
  onChange: (type: string) => void;
  /** What stands for none: `Any`. */
  nothing: string;
}

/** A type of things; more are read as the list is scrolled. */
export function TypeSelect({ value, onChange, nothing }: Props) {
  const types = useInfiniteQuery({
    queryKey: ["thing-types", "all"],
    queryFn: ({ pageParam }) => listThingTypes(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextToken,
  });
  const names = types.data?.pages.flatMap(({ items }) => items.map(({ thingTypeName }) => thingTypeName)) ?? [];
  const status = types.isError ? "error" : types.isFetching ? "loading" : types.hasNextPage ? "pending" : "finished";
  return (
    <Select
      ariaLabel="Type"
      selectedOption={{ value, label: value || nothing }}
      options={[{ value: "", label: nothing }, ...names.map((name) => ({ value: name, label: name }))]}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
      statusType={status}
      errorText={types.isError ? problemText(types.error) : undefined}
      loadingText="Loading types"
      onLoadItems={() => {
        if (types.hasNextPage && !types.isFetching) void types.fetchNextPage();
      }}
    />
  );
}
