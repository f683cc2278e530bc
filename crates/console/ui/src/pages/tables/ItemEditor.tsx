import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { AwsError } from "../../aws/errors";
import { CodeEditor } from "../../parts/CodeEditor";
import { jsonMistake } from "../../parts/prettyJson";
import type { Item } from "../../parts/results/tableRows";
import { problemText } from "../../shell/notices";
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
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const mistake = jsonMistake(text);
  const isOther = !mistake && item && !sameKey(table, item, JSON.parse(text) as Item);

  async function save() {
    setBusy(true);
    setFailure(undefined);
    try {
      await putItem(table, JSON.parse(text) as Item, !item || isOther === true);
      onDone();
      onDismiss();
    } catch (error) {
      const isThere = error instanceof AwsError && error.code === "ConditionalCheckFailedException";
      setFailure(isThere ? "There is an item of this key already; open that one to change it." : problemText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal
      visible
      size="large"
      header={item ? "Item" : "Make an item"}
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button variant="primary" disabled={mistake !== undefined} loading={isBusy} onClick={() => void save()}>
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        {isOther && <Alert type="info">With another key this becomes a second item; the first one stays.</Alert>}
        {failure && <Alert type="error">{failure}</Alert>}
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
      </SpaceBetween>
    </Modal>
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
