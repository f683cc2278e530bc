import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import type { TableDescription } from "./calls";
import { COMPARISONS, type Comparison, type Look, NO_LOOK, keysOf } from "./look";

export interface LookFormProps {
  table: TableDescription;
  look: Look;
  onLook: (look: Look) => void;
}

/** Which items are shown: by key, which is quick, or by scanning. */
export function LookForm({ table, look: shown, onLook }: LookFormProps) {
  const [look, setLook] = useState(shown);
  const change = (part: Partial<Look>) => setLook((held) => ({ ...held, ...part }));
  const keys = keysOf(table, look.index);
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const sources = [{ value: "", label: "The table" }, ...indexes.map(({ IndexName: value }) => ({ value, label: value }))];
  return (
    <Container>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onLook(look);
        }}
      >
        <SpaceBetween size="s">
          <ColumnLayout columns={keys.range ? 4 : 3}>
            {indexes.length > 0 && (
              <FormField label="In" stretch>
                <Select
                  ariaLabel="Table or index"
                  selectedOption={sources.find(({ value }) => value === (look.index ?? "")) ?? null}
                  options={sources}
                  onChange={({ detail }) => change({ index: detail.selectedOption.value || undefined, range: "" })}
                />
              </FormField>
            )}
            <FormField label={`${keys.hash} is`} stretch>
              <Input
                value={look.hash}
                placeholder="Anything: all is scanned"
                onChange={({ detail }) => change({ hash: detail.value })}
              />
            </FormField>
            {keys.range && (
              <FormField label={`${keys.range} is`} stretch>
                <Select
                  ariaLabel={`Comparison of ${keys.range}`}
                  disabled={look.hash === ""}
                  selectedOption={{ value: look.comparison }}
                  options={COMPARISONS.map((value) => ({ value }))}
                  onChange={({ detail }) => change({ comparison: detail.selectedOption.value as Comparison })}
                />
              </FormField>
            )}
            {keys.range && (
              <FormField label={<>&nbsp;</>} stretch>
                <Input
                  value={look.range}
                  ariaLabel={`Value of ${keys.range}`}
                  disabled={look.hash === ""}
                  onChange={({ detail }) => change({ range: detail.value })}
                />
              </FormField>
            )}
          </ColumnLayout>
          <ExpandableSection headerText="Only items with">
            <ColumnLayout columns={3}>
              <FormField label="Attribute" stretch>
                <Input value={look.filterName} onChange={({ detail }) => change({ filterName: detail.value })} />
              </FormField>
              <FormField label="Value" stretch constraintText='42 is a number, "42" a text'>
                <Input value={look.filterValue} onChange={({ detail }) => change({ filterValue: detail.value })} />
              </FormField>
              <Box padding={{ top: "xl" }}>
                <Checkbox
                  checked={look.isBackward}
                  disabled={look.hash === ""}
                  onChange={({ detail }) => change({ isBackward: detail.checked })}
                >
                  Largest first
                </Checkbox>
              </Box>
            </ColumnLayout>
          </ExpandableSection>
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="submit">{look.hash === "" ? "Scan" : "Query"}</Button>
            <Button
              variant="link"
              formAction="none"
              onClick={() => {
                setLook(NO_LOOK);
                onLook(NO_LOOK);
              }}
            >
              Clear
            </Button>
          </SpaceBetween>
        </SpaceBetween>
      </form>
    </Container>
  );
}
