import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CodeEditor } from "../../parts/CodeEditor";
import { jsonMistake } from "../../parts/prettyJson";
import { ActionFieldInput } from "./ActionFieldInput";
import { type ActionField, type ActionKind, fieldOf, isWhole, keyOf, kindOf, withField } from "./actionKinds";
import type { Action } from "./calls";

export interface ActionCardProps {
  action: Action;
  onChange: (action: Action) => void;
  onRemove: () => void;
}

/** One action: as a form if one shows all of it, as JSON otherwise, or if the reader wants so. */
export function ActionCard({ action, onChange, onRemove }: ActionCardProps) {
  const kind = kindOf(action);
  const [wantsJson, setWantsJson] = useState(false);
  const hasForm = kind !== undefined && isWhole(action, kind);
  const isForm = hasForm && !wantsJson;
  return (
    <SpaceBetween size="s">
      <Box>
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {hasForm && (
              <Button variant="inline-link" onClick={() => setWantsJson(!wantsJson)}>
                {wantsJson ? "As a form" : "As JSON"}
              </Button>
            )}
            <Button variant="inline-link" onClick={onRemove} ariaLabel={`Remove the action ${keyOf(action)}`}>
              Remove
            </Button>
          </SpaceBetween>
        </Box>
        <Box variant="h3" padding="n">
          {kind?.title ?? keyOf(action)}
        </Box>
      </Box>
      {isForm ? (
        <ActionForm kind={kind} action={action} onChange={onChange} />
      ) : (
        <ActionJson action={action} onChange={onChange} />
      )}
    </SpaceBetween>
  );
}

/** Lists stand below the other fields: they need the width. */
function ActionForm({ kind, action, onChange }: { kind: ActionKind } & Omit<ActionCardProps, "onRemove">) {
  const inputOf = (field: ActionField) => (
    <ActionFieldInput
      key={field.path.join(".")}
      action={action}
      field={field}
      value={fieldOf(action, field.path)}
      onChange={(value) => onChange(withField(action, field.path, value))}
    />
  );
  const short = kind.fields.filter((field) => field.kind !== "pairs");
  return (
    <SpaceBetween size="s">
      <ColumnLayout columns={short.length > 2 ? 3 : 2}>{short.map(inputOf)}</ColumnLayout>
      {kind.fields.filter((field) => field.kind === "pairs").map(inputOf)}
    </SpaceBetween>
  );
}

/** What is typed stays as it is typed; the action follows whenever it is one. */
function ActionJson({ action, onChange }: Omit<ActionCardProps, "onRemove">) {
  const [text, setText] = useState(() => JSON.stringify(action, null, 2));
  const mistake = jsonMistake(text) ?? shapeMistake(text);
  function type(typed: string) {
    setText(typed);
    if (!jsonMistake(typed) && !shapeMistake(typed)) onChange(JSON.parse(typed));
  }
  return (
    <FormField stretch errorText={mistake && `Not taken over yet: ${mistake.message}`}>
      <CodeEditor
        language="json"
        ariaLabel="The action as JSON"
        value={text}
        onChange={type}
        marks={mistake ? [mistake] : []}
        minLines={4}
      />
    </FormField>
  );
}

function shapeMistake(text: string): { line: number; column: number; message: string } | undefined {
  const value = JSON.parse(text) as unknown;
  const isAction =
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 1;
  return isAction ? undefined : { line: 1, column: 1, message: 'an action is an object with one field: {"sqs": {…}}' };
}
