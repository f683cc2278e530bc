import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../parts/FormModal";
import { Problem } from "../../parts/Problem";
import { nameMistake } from "../../parts/names";
import { useUrlState } from "../../parts/useUrlState";
import { ShadowView } from "./ShadowView";
import { listShadows, updateShadow } from "./calls";

/** The classic shadow, and those with names. */
export function ShadowsTab({ thing }: { thing: string }) {
  const [shown, setShown] = useUrlState("shadow");
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState("");
  const names = useQuery({ queryKey: ["shadows", thing], queryFn: () => listShadows(thing) });
  const options = [{ value: "", label: "Classic" }, ...(names.data ?? []).map((name) => ({ value: name, label: name }))];
  const mistake = nameMistake(made, "$:_-");
  return (
    <SpaceBetween size="l">
      {names.isError && <Problem what="The list of shadows" error={names.error} onRetry={() => void names.refetch()} />}
      <SpaceBetween direction="horizontal" size="s" alignItems="end">
        <FormField label="Shadow">
          <Select
            selectedOption={options.find(({ value }) => value === shown) ?? { value: shown, label: shown }}
            options={options}
            onChange={({ detail }) => setShown(detail.selectedOption.value ?? "")}
            statusType={names.isFetching ? "loading" : "finished"}
            loadingText="Loading shadows"
          />
        </FormField>
        <Button onClick={() => setMaking(true)}>Create a named shadow</Button>
      </SpaceBetween>
      <ShadowView key={shown} thing={thing} name={shown} onDeleted={() => void names.refetch()} />
      {isMaking && (
        <FormModal
          title="Create a named shadow"
          verb="Create"
          isReady={made !== "" && !mistake}
          onSubmit={() => updateShadow(thing, made, { desired: {} })}
          onDone={() => {
            setMaking(false);
            setShown(made);
            void names.refetch();
          }}
          onDismiss={() => setMaking(false)}
        >
          <FormField label="Name" errorText={mistake}>
            <Input value={made} onChange={({ detail }) => setMade(detail.value)} autoComplete={false} autoFocus />
          </FormField>
        </FormModal>
      )}
    </SpaceBetween>
  );
}
