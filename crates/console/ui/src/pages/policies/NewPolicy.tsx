import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { createPolicy } from "../../aws/iot/policies";
import { CodeEditor } from "../../parts/CodeEditor";
import { FormModal } from "../../parts/FormModal";
import { nameMistake } from "../../parts/names";
import { jsonMistake, prettyJson } from "../../parts/prettyJson";

/** A device that speaks below its own name: what most need, to begin with. */
const BEGINNING = prettyJson({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "iot:Connect",
      Resource: "arn:aws:iot:*:*:client/${iot:Connection.Thing.ThingName}",
    },
    {
      Effect: "Allow",
      Action: ["iot:Publish", "iot:Receive"],
      Resource: "arn:aws:iot:*:*:topic/${iot:Connection.Thing.ThingName}/*",
    },
    {
      Effect: "Allow",
      Action: "iot:Subscribe",
      Resource: "arn:aws:iot:*:*:topicfilter/${iot:Connection.Thing.ThingName}/*",
    },
  ],
});

export function NewPolicy({ onDone, onDismiss }: { onDone: (name: string) => void; onDismiss: () => void }) {
  const [name, setName] = useState("");
  const [document, setDocument] = useState(BEGINNING);
  const mistake = nameMistake(name, "+=,.@_-");
  const jsonProblem = jsonMistake(document);
  return (
    <FormModal
      title="Create a policy"
      verb="Create"
      size="large"
      isReady={name !== "" && !mistake && !jsonProblem}
      onSubmit={() => createPolicy(name, document)}
      onDone={() => onDone(name)}
      onDismiss={onDismiss}
    >
      <FormField label="Name" errorText={mistake}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoComplete={false} autoFocus />
      </FormField>
      <FormField label="Document" description="It does nothing until it is attached to a certificate or a group." stretch>
        <CodeEditor
          language="json"
          value={document}
          onChange={setDocument}
          marks={jsonProblem && [jsonProblem]}
          ariaLabel="Policy document"
          minLines={14}
          maxLines={24}
        />
      </FormField>
    </FormModal>
  );
}
