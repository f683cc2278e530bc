import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { type ActionType, type AuthResult, testAuthorization } from "../../aws/iot/policies";
import type { DescribedThing } from "../../aws/iot/things";
import { arnBeside } from "../../parts/names";
import { problemText } from "../../shell/notices";

const ACTIONS: { value: ActionType; label: string; field: string; kind: string }[] = [
  { value: "PUBLISH", label: "Publish", field: "Topic", kind: "topic" },
  { value: "SUBSCRIBE", label: "Subscribe", field: "Topic filter", kind: "topicfilter" },
  { value: "RECEIVE", label: "Receive", field: "Topic", kind: "topic" },
  { value: "CONNECT", label: "Connect", field: "Client id", kind: "client" },
];

type Answer = { result: AuthResult; asked: string } | { failure: string };

/** Asks the server what it would decide, without doing anything. */
export function WouldItBeAllowed({ thing, principal }: { thing: DescribedThing; principal: string }) {
  const name = thing.thingName;
  const [action, setAction] = useState(ACTIONS[0] as (typeof ACTIONS)[number]);
  const [resource, setResource] = useState(`${name}/hello`);
  const [answer, setAnswer] = useState<Answer>();
  const [isBusy, setBusy] = useState(false);

  async function ask() {
    setBusy(true);
    const clientId = action.value === "CONNECT" ? resource : name;
    try {
      const arn = arnBeside(thing.thingArn, `${action.kind}/${resource}`);
      const result = await testAuthorization(principal, clientId, action.value, arn);
      if (result) setAnswer({ result, asked: `${action.label.toLowerCase()} ${resource}` });
    } catch (error) {
      setAnswer({ failure: problemText(error) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Container
      header={
        <Header variant="h2" description="Asks the server what it would decide. Nothing is done.">
          Would this be allowed?
        </Header>
      }
    >
      <SpaceBetween size="m">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void ask();
          }}
        >
          <SpaceBetween direction="horizontal" size="s" alignItems="end">
            <FormField label="Action">
              <Select
                selectedOption={action}
                options={ACTIONS}
                onChange={({ detail }) => {
                  const chosen = ACTIONS.find(({ value }) => value === detail.selectedOption.value);
                  if (!chosen) return;
                  setAction(chosen);
                  setAnswer(undefined);
                  if (chosen.value === "CONNECT") setResource(name);
                }}
              />
            </FormField>
            <FormField label={action.field}>
              <Input
                value={resource}
                onChange={({ detail }) => {
                  setResource(detail.value);
                  setAnswer(undefined);
                }}
                autoComplete={false}
                spellcheck={false}
              />
            </FormField>
            <Button formAction="submit" loading={isBusy} disabled={resource === ""}>
              Ask
            </Button>
          </SpaceBetween>
        </form>
        {answer && <Decision answer={answer} name={name} />}
      </SpaceBetween>
    </Container>
  );
}

function Decision({ answer, name }: { answer: Answer; name: string }) {
  if ("failure" in answer) return <Alert type="error">{answer.failure}</Alert>;
  const { authDecision, allowed, denied } = answer.result;
  const names = (policies: { policyName: string }[]) => policies.map(({ policyName }) => policyName).join(", ");
  if (authDecision === "ALLOWED") {
    return (
      <Alert type="success" header="Allowed">
        {name} may {answer.asked}, by {names(allowed.policies)}.
      </Alert>
    );
  }
  return (
    <Alert type="error" header="Denied">
      {authDecision === "EXPLICIT_DENY"
        ? `${names(denied.explicitDeny.policies)} denies it: ${name} may not ${answer.asked}.`
        : `No policy allows it: ${name} may not ${answer.asked}. When the device tries, Denials shows the statement that comes nearest.`}
    </Alert>
  );
}
