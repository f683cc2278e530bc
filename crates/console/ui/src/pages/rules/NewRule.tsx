import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { useNotices } from "../../shell/notices";
import { RuleForm } from "./RuleForm";
import { TrialPanel } from "./TrialPanel";
import { createRule } from "./calls";
import { EMPTY_DRAFT, draftFromMessage, payloadOf } from "./draft";

/** `?topic=…&payload=…`: a rule made from a message that somebody saw. */
export default function NewRule() {
  const [search] = useSearchParams();
  const [seen] = useState({ topic: search.get("topic"), payload: search.get("payload") ?? undefined });
  const [draft, setDraft] = useState(() =>
    seen.topic ? draftFromMessage(seen.topic, seen.payload) : EMPTY_DRAFT,
  );
  const [name, setName] = useState("");
  const [isBusy, setBusy] = useState(false);
  const { attempt } = useNotices();
  const [, go] = useLocation();
  const isNamed = /^[A-Za-z0-9_]{1,128}$/.test(name);

  async function create() {
    setBusy(true);
    const made = await attempt(`Make the rule ${name}`, () => createRule(name, payloadOf(draft)));
    setBusy(false);
    if (made !== undefined) go(`/rules/${encodeURIComponent(name)}`);
  }

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="Try it on a message before it is there: nothing is written and nothing is sent."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={() => go("/rules")}>
                Cancel
              </Button>
              <Button variant="primary" disabled={!isNamed} loading={isBusy} onClick={() => void create()}>
                Make the rule
              </Button>
            </SpaceBetween>
          }
        >
          Make a rule
        </Header>
      }
    >
      <SpaceBetween size="l">
        <FormField
          label="Name"
          errorText={name && !isNamed ? "Letters, digits and underscores, at most 128." : undefined}
        >
          <Input value={name} onChange={({ detail }) => setName(detail.value)} ariaRequired placeholder="hot" />
        </FormField>
        <RuleForm draft={draft} onChange={setDraft} />
        <TrialPanel draft={draft} seen={seen.topic ? { topic: seen.topic, payload: seen.payload ?? "" } : undefined} />
      </SpaceBetween>
    </ContentLayout>
  );
}
