import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import { AwsError } from "../../aws/errors";
import { CodeEditor } from "../../parts/CodeEditor";
import { FormModal } from "../../parts/FormModal";
import { jsonMistake } from "../../parts/prettyJson";
import type { Item } from "../../parts/results/tableRows";
import { type TableDescription, keyOf, putItem } from "./calls";

export interface ItemEditorProps {
  table: TableDescription;
  /** Without it a new one is made. */
  item?: Item;
  onDone: () => void;
  onDismiss: () => void;
}

/** An item in DynamoDB's JSON, which says the type of each value. */
export function ItemEditor({ table, item, onDone, onDismiss }: ItemEditorProps) {
  const [text, setText] = useState(() => JSON.stringify(item ?? beginning(table), null, 2));
  const mistake = jsonMistake(text);
  const isOther = !mistake && item && !sameKey(table, item, JSON.parse(text) as Item);

  async function save() {
    try {
      await putItem(table, JSON.parse(text) as Item, !item || isOther === true);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") throw error;
      throw new Error("There is an item of this key already; open that one to change it.");
    }
  }

  return (
    <FormModal
      title={item ? "Item" : "Make an item"}
      verb="Save"
      size="large"
      isReady={mistake === undefined}
      onSubmit={save}
      onDone={onDone}
      onDismiss={onDismiss}
    >
      {isOther && <Alert type="info">With another key this becomes a second item; the first one stays.</Alert>}
      <CodeEditor
        language="json"
        ariaLabel="Item in DynamoDB's JSON"
        value={text}
        onChange={setText}
        marks={mistake ? [mistake] : []}
        minLines={10}
      />
      <Box color="text-body-secondary" fontSize="body-s">
        {'{"S": "text"}, {"N": "42"}, {"BOOL": true}, {"L": […]}, {"M": {…}}, {"NULL": true}'}
      </Box>
    </FormModal>
  );
}

function beginning(table: TableDescription): Item {
  const typeOf = (name: string) =>
    table.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? "S";
  return Object.fromEntries(
    table.KeySchema.map(({ AttributeName: name }) => [name, { [typeOf(name)]: typeOf(name) === "N" ? "0" : "" }]),
  );
}

function sameKey(table: TableDescription, one: Item, other: Item): boolean {
  return JSON.stringify(keyOf(table, one)) === JSON.stringify(keyOf(table, other ?? {}));
}
