import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import type { ThingFilter } from "../../aws/iot/things";
import { segment } from "../../aws/rest";
import { TypeSelect } from "./TypeSelect";

interface Props {
  filter: Required<ThingFilter>;
  onChange: (filter: Required<ThingFilter>) => void;
}

/** What the server can choose things by: their type, and one attribute. A name leads to its thing. */
export function ThingsFilter({ filter, onChange }: Props) {
  const [, go] = useLocation();
  const [name, setName] = useState("");
  const [typed, setTyped] = useState(filter);
  // The address may change by going back.
  useEffect(() => setTyped(filter), [filter.attribute, filter.value]);
  return (
    <SpaceBetween direction="horizontal" size="m" alignItems="end">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name) go(`/things/${segment(name)}`);
        }}
      >
        <FormField label="Go to">
          <SpaceBetween direction="horizontal" size="xs">
            <Input
              value={name}
              onChange={({ detail }) => setName(detail.value)}
              placeholder="Name of a thing"
              ariaLabel="Name of a thing"
              autoComplete={false}
            />
            <Button formAction="submit">Open</Button>
          </SpaceBetween>
        </FormField>
      </form>
      <FormField label="Type">
        <TypeSelect value={filter.type} onChange={(type) => onChange({ ...filter, type })} nothing="Any" />
      </FormField>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onChange({ ...typed, type: filter.type });
        }}
      >
        <FormField label="Attribute">
          <SpaceBetween direction="horizontal" size="xs" alignItems="center">
            <Input
              value={typed.attribute}
              onChange={({ detail }) => setTyped({ ...typed, attribute: detail.value })}
              placeholder="Name"
              ariaLabel="Name of the attribute"
            />
            <Input
              value={typed.value}
              onChange={({ detail }) => setTyped({ ...typed, value: detail.value })}
              placeholder="Value"
              ariaLabel="Value of the attribute"
            />
            <Checkbox
              checked={typed.isPrefix}
              onChange={({ detail }) => setTyped({ ...typed, isPrefix: detail.checked })}
            >
              Begins with it
            </Checkbox>
            <Button formAction="submit">Filter</Button>
          </SpaceBetween>
        </FormField>
      </form>
    </SpaceBetween>
  );
}
