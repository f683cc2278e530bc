import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listThingGroups } from "../../aws/iot/things";
import { useSettled } from "../../parts/useSettled";
import { problemText } from "../../shell/notices";

interface Props {
  value: string;
  onChange: (group: string) => void;
  label: string;
  description?: string;
  /** What stands for none, if none can be chosen. */
  nothing?: string;
}

/** A group of things, found by the beginning of its name. */
export function GroupSelect({ value, onChange, label, description, nothing }: Props) {
  const [typed, setTyped] = useState("");
  const prefix = useSettled(typed);
  const groups = useQuery({
    queryKey: ["thing-groups", "select", prefix],
    queryFn: () => listThingGroups({ prefix }),
  });
  const names = groups.data?.items.map(({ groupName }) => groupName) ?? [];
  const none = nothing === undefined ? [] : [{ value: "", label: nothing }];
  return (
    <FormField label={label} description={description}>
      <Select
        selectedOption={value || nothing ? { value, label: value || nothing } : null}
        placeholder="Choose a group"
        options={[...none, ...names.map((name) => ({ value: name, label: name }))]}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
        filteringType="manual"
        filteringPlaceholder="Begins with"
        filteringAriaLabel="Groups that begin with"
        onLoadItems={({ detail }) => setTyped(detail.filteringText)}
        statusType={groups.isError ? "error" : groups.isFetching ? "loading" : "finished"}
        errorText={groups.isError ? problemText(groups.error) : undefined}
        loadingText="Loading groups"
        empty="No groups"
      />
    </FormField>
  );
}
