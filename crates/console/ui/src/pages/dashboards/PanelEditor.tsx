// A panel as it is edited, with what it will look like below.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSettled } from "../../parts/useSettled";
import { PanelView } from "./PanelView";
import { SourceField } from "./SourceField";
import { HEIGHT_MAX, PANEL_KINDS, type Panel, type PanelKind, WIDTH_MAX } from "./body";
import { numberOf, numbersOf } from "./numbers";
import type { Chosen } from "../../parts/results/range";

export interface PanelEditorProps {
  panel: Panel;
  chosen: Chosen;
  onDone: (panel: Panel) => void;
  onDismiss: () => void;
}

const KIND_WORDS: Record<PanelKind, string> = {
  line: "Lines",
  bar: "Bars",
  number: "A number",
  gauge: "A gauge",
  table: "A table",
};

/** Asked again while somebody types, a source would be asked for at each letter. */
const SETTLED_MILLIS = 700;

export function PanelEditor({ panel: given, chosen, onDone, onDismiss }: PanelEditorProps) {
  const [panel, setPanel] = useState(given);
  const preview = useSettled(panel, SETTLED_MILLIS);
  const change = (part: Partial<Panel>) => setPanel((held) => ({ ...held, ...part }));
  return (
    <Modal
      visible
      size="max"
      header={given.title ? `Edit the panel ${given.title}` : "Add a panel"}
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button variant="primary" onClick={() => onDone(panel)}>
              Done
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <ColumnLayout columns={2}>
          <FormField label="Title" stretch>
            <Input value={panel.title} onChange={({ detail }) => change({ title: detail.value })} />
          </FormField>
          <FormField label="Shown as" stretch>
            <Choice
              label="Shown as"
              value={panel.kind}
              options={PANEL_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
              onChange={(kind) => change({ kind: kind as PanelKind })}
            />
          </FormField>
        </ColumnLayout>
        <SourceField source={panel.source} onChange={(source) => change({ source })} />
        <ColumnLayout columns={3}>
          <FormField label="Width" stretch>
            <Choice
              label="Width"
              value={String(panel.width)}
              options={sizes(WIDTH_MAX, "of four columns")}
              onChange={(width) => change({ width: Number(width) })}
            />
          </FormField>
          <FormField label="Height" stretch>
            <Choice
              label="Height"
              value={String(panel.height)}
              options={sizes(HEIGHT_MAX, "rows")}
              onChange={(height) => change({ height: Number(height) })}
            />
          </FormField>
          <FormField label={<>Unit <i>– optional</i></>} stretch>
            <Input value={panel.unit ?? ""} onChange={({ detail }) => change({ unit: detail.value || undefined })} />
          </FormField>
          <FormField label={<>From <i>– optional</i></>} stretch>
            <Numbers label="From" value={panel.min} onChange={(min) => change({ min })} />
          </FormField>
          <FormField label={<>To <i>– optional</i></>} stretch>
            <Numbers label="To" value={panel.max} onChange={(max) => change({ max })} />
          </FormField>
          <FormField label={<>Thresholds <i>– optional</i></>} constraintText="Numbers with commas between" stretch>
            <Thresholds value={panel.thresholds} onChange={(thresholds) => change({ thresholds })} />
          </FormField>
        </ColumnLayout>
        <Container header={<Header variant="h3">{preview.title || "Untitled"}</Header>}>
          <PanelView panel={{ ...preview, height: Math.max(preview.height, 1) }} chosen={chosen} />
        </Container>
      </SpaceBetween>
    </Modal>
  );
}

function Choice(props: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}) {
  return (
    <Select
      ariaLabel={props.label}
      selectedOption={props.options.find(({ value }) => value === props.value) ?? null}
      options={props.options}
      onChange={({ detail }) => props.onChange(detail.selectedOption.value ?? props.value)}
    />
  );
}

function sizes(most: number, word: string) {
  return Array.from({ length: most }, (_, at) => ({ value: String(at + 1), label: `${at + 1} ${word}` }));
}

function Numbers(props: { label: string; value?: number; onChange: (value: number | undefined) => void }) {
  const [text, setText] = useState(props.value === undefined ? "" : String(props.value));
  return (
    <Input
      value={text}
      ariaLabel={props.label}
      inputMode="decimal"
      invalid={text !== "" && numberOf(text) === undefined}
      onChange={({ detail }) => {
        setText(detail.value);
        props.onChange(numberOf(detail.value));
      }}
    />
  );
}

function Thresholds(props: { value?: number[]; onChange: (value: number[] | undefined) => void }) {
  const [text, setText] = useState((props.value ?? []).join(", "));
  return (
    <Input
      value={text}
      ariaLabel="Thresholds"
      placeholder="20, 35"
      invalid={text !== "" && numbersOf(text) === undefined}
      onChange={({ detail }) => {
        setText(detail.value);
        props.onChange(numbersOf(detail.value));
      }}
    />
  );
}
