import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import {
  type Policy,
  type PolicyVersion,
  listVersions,
  policyTargets,
  savePolicyVersion,
  versionToDrop,
} from "../../aws/iot/policies";
import type { Refusal } from "../../aws/own";
import { segment } from "../../aws/rest";
import { CodeEditor } from "../../parts/CodeEditor";
import { Diff } from "../../parts/Diff";
import { PageLink } from "../../parts/PageLink";
import { jsonMistake, prettyJson } from "../../parts/prettyJson";
import { useSettled } from "../../parts/useSettled";
import { useNotices } from "../../shell/notices";
import { Trial } from "./Trial";
import { tryPolicy } from "./calls";
import { suggestions } from "./suggest";

interface Props {
  refusal: Refusal;
  policy: Policy;
  choice: ReactNode;
}

const AS_IT_IS = "As it is in force";
const OWN = "My own change";

export function MendCard({ refusal, policy, choice }: Props) {
  const name = policy.policyName;
  const held = prettyJson(policy.policyDocument);
  const proposed = useMemo(() => suggestions(policy.policyDocument, refusal), [policy.policyDocument, refusal]);
  const [text, setText] = useState<string>();
  const asItIs = useTrial(refusal.id, name, held);
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);

  // What is allowed as it is needs no change: another has mended it already.
  const isMended = asItIs.data?.before.allowed === true;
  const shown = text ?? (isMended ? held : proposed[0]?.document ?? held);
  const trial = useTrial(refusal.id, name, useSettled(shown));
  const mistake = jsonMistake(shown);
  const isChanged = shown !== held;
  const chosen = proposed.find(({ document }) => document === shown)?.title ?? (isChanged ? OWN : AS_IT_IS);
  const options = [
    ...proposed.map(({ title, document }) => ({ value: document, label: title })),
    { value: held, label: AS_IT_IS },
  ];

  async function save() {
    setBusy(true);
    const version = await attempt(`Put another version of the policy ${name} in force`, () => savePolicyVersion(name, shown, true));
    setBusy(false);
    if (version === undefined) return;
    setText(undefined);
    await queries.invalidateQueries({ queryKey: ["policy", name] });
    await queries.invalidateQueries({ queryKey: ["try-policy"] });
    await queries.invalidateQueries({ queryKey: ["policy-versions", name] });
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            <>
              The policy <PageLink href={`/policies/${segment(name)}`}>{name}</PageLink>, changed as you like. It is tried
              on a copy; nothing changes before you say so.
            </>
          }
        >
          Mend it
        </Header>
      }
    >
      <SpaceBetween size="m">
        {choice}
        {isMended && !isChanged && (
          <Alert type="success" header="It would be allowed now">
            The policies in force allow it. The device has only to try again.
          </Alert>
        )}
        <FormField label="Change">
          <Select
            selectedOption={{ value: shown, label: chosen }}
            options={options}
            onChange={({ detail }) => setText(detail.selectedOption.value)}
          />
        </FormField>
        <CodeEditor
          language="json"
          value={shown}
          onChange={setText}
          marks={mistake && [mistake]}
          ariaLabel={`Document of the policy ${name}`}
          minLines={10}
          maxLines={30}
        />
        {isChanged && <Diff before={held} after={shown} label="What changes" />}
        {isChanged && !mistake && <Trial trial={trial} />}
        <SpaceBetween direction="horizontal" size="s" alignItems="center">
          <Button
            variant="primary"
            disabled={!isChanged || Boolean(mistake)}
            loading={isBusy}
            onClick={() => void save()}
          >
            Make this the policy
          </Button>
          <Consequence name={name} />
        </SpaceBetween>
      </SpaceBetween>
    </Container>
  );
}

/** What the server would decide if the policy had this document. */
function useTrial(event: number, name: string, document: string) {
  return useQuery({
    queryKey: ["try-policy", event, name, document],
    queryFn: () => tryPolicy(event, name, document),
    enabled: jsonMistake(document) === undefined,
  });
}

/** Whom a change of the policy reaches, and what goes with it. */
function Consequence({ name }: { name: string }) {
  const targets = useQuery({ queryKey: ["policy-targets", name, "count"], queryFn: () => policyTargets(name) });
  const versions = useQuery({ queryKey: ["policy-versions", name], queryFn: () => listVersions(name) });
  if (!targets.data || !versions.data) return null;
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      {reachText(targets.data.items.length, Boolean(targets.data.nextToken))} {dropText(versions.data)}
    </Box>
  );
}

function reachText(count: number, hasMore: boolean): string {
  if (hasMore) return `It counts for more than ${count} certificates and groups.`;
  return count === 1 ? "It counts for this one certificate or group only." : `It counts for ${count} certificates and groups.`;
}

function dropText(versions: PolicyVersion[]): string {
  const dropped = versionToDrop(versions);
  return dropped ? `Its oldest version, ${dropped.versionId}, goes: there are five already.` : "";
}
