import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { LetRulesInvoke } from "./LetRulesInvoke";
import { MakeRole } from "./MakeRole";
import type { ActionField, Source } from "./actionKinds";
import type { Action } from "./calls";
import { SUGGESTIONS } from "./suggestions";

export interface ActionFieldInputProps {
  /** The action that the field is of. */
  action: Action;
  field: ActionField;
  value: unknown;
  onChange: (value: unknown) => void;
}

type Pair = Record<string, string>;

export function ActionFieldInput({ action, field, value, onChange }: ActionFieldInputProps) {
  const label = (
    <>
      {field.label} {field.isOptional && field.kind !== "boolean" && <i>– optional</i>}
    </>
  );
  if (field.kind === "boolean") {
    return (
      <FormField label={<>&nbsp;</>}>
        <Checkbox
          checked={value === true}
          onChange={({ detail }) => onChange(detail.checked ? true : undefined)}
        >
          {field.label}
        </Checkbox>
      </FormField>
    );
  }
  return (
    <FormField label={label} constraintText={field.hint} stretch>
      <Control action={action} field={field} value={value} onChange={onChange} />
    </FormField>
  );
}

function Control({ action, field, value, onChange }: ActionFieldInputProps) {
  const text = value === undefined ? "" : String(value);
  if (field.kind === "pairs" && field.pair) {
    return <Pairs names={field.pair} value={(value as Pair[] | undefined) ?? []} onChange={onChange} />;
  }
  if (field.kind === "choice") {
    const none = { value: "", label: "As it comes" };
    const options = [...(field.isOptional ? [none] : []), ...(field.choices ?? []).map((choice) => ({ value: choice }))];
    const isNumber = field.choices?.every((choice) => /^\d+$/.test(choice));
    return (
      <Select
        selectedOption={options.find((option) => option.value === text) ?? null}
        options={options}
        onChange={({ detail }) => {
          const chosen = detail.selectedOption.value ?? "";
          onChange(isNumber && chosen !== "" ? Number(chosen) : chosen);
        }}
      />
    );
  }
  if (field.source) {
    return (
      <>
        <Suggested source={field.source} text={text} label={field.label} onChange={onChange} />
        {field.source === "roles" && <MakeRole action={action} onMade={onChange} />}
        {field.source === "functions" && text !== "" && <LetRulesInvoke functionArn={text} />}
      </>
    );
  }
  return <Input value={text} onChange={({ detail }) => onChange(detail.value)} />;
}

function Suggested(props: { source: Source; text: string; label: string; onChange: (value: string) => void }) {
  const { source, text, label, onChange } = props;
  const known = useQuery({ queryKey: ["suggestions", source], queryFn: SUGGESTIONS[source], staleTime: 30_000 });
  return (
    <Autosuggest
      value={text}
      options={(known.data ?? []).map((value) => ({ value }))}
      onChange={({ detail }) => onChange(detail.value)}
      ariaLabel={label}
      clearAriaLabel={`Clear ${label}`}
      enteredTextLabel={(entered) => `Use “${entered}”`}
      statusType={known.isPending ? "loading" : known.isError ? "error" : "finished"}
      loadingText="Looking what there is"
      errorText="What there is cannot be listed"
      empty="There is none yet"
    />
  );
}

function Pairs(props: { names: [string, string]; value: Pair[]; onChange: (value: Pair[]) => void }) {
  const { value, onChange } = props;
  const [first, second] = props.names;
  const set = (at: number, name: string, text: string) =>
    onChange(value.map((pair, index) => (index === at ? { ...pair, [name]: text } : pair)));
  const definition = (name: string) => ({
    label: name[0]?.toUpperCase() + name.slice(1),
    control: (pair: Pair, at: number) => (
      <Input value={pair[name] ?? ""} onChange={({ detail }) => set(at, name, detail.value)} />
    ),
  });
  return (
    <AttributeEditor
      items={value}
      definition={[definition(first), definition(second)]}
      addButtonText="Add"
      removeButtonText="Remove"
      empty="None"
      onAddButtonClick={() => onChange([...value, { [first]: "", [second]: "" }])}
      onRemoveButtonClick={({ detail }) => onChange(value.filter((_, index) => index !== detail.itemIndex))}
    />
  );
}
