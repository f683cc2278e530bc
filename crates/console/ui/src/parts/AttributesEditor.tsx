import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";

export interface Attribute {
  name: string;
  value: string;
}

export function attributesOf(record: Record<string, string>): Attribute[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}

/** Those without a name are none. */
export function recordOf(attributes: Attribute[]): Record<string, string> {
  return Object.fromEntries(attributes.filter(({ name }) => name !== "").map(({ name, value }) => [name, value]));
}

/** Names with values. */
export function AttributesEditor({
  attributes,
  onChange,
}: {
  attributes: Attribute[];
  onChange: (attributes: Attribute[]) => void;
}) {
  const change = (index: number, field: Partial<Attribute>) =>
    onChange(attributes.map((held, place) => (place === index ? { ...held, ...field } : held)));
  return (
    <AttributeEditor
      items={attributes}
      addButtonText="Add an attribute"
      removeButtonText="Remove"
      empty="No attributes."
      onAddButtonClick={() => onChange([...attributes, { name: "", value: "" }])}
      onRemoveButtonClick={({ detail }) => onChange(attributes.filter((_, place) => place !== detail.itemIndex))}
      definition={[
        {
          label: "Name",
          control: ({ name }, index) => (
            <Input
              value={name}
              onChange={({ detail }) => change(index, { name: detail.value })}
              ariaLabel={`Name of attribute ${index + 1}`}
            />
          ),
        },
        {
          label: "Value",
          control: ({ value }, index) => (
            <Input
              value={value}
              onChange={({ detail }) => change(index, { value: detail.value })}
              ariaLabel={`Value of attribute ${index + 1}`}
            />
          ),
        },
      ]}
    />
  );
}
