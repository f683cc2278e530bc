import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Tabs from "@cloudscape-design/components/tabs";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Loading } from "../../parts/Loading";
import { Moment } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { DiffModal } from "./DiffModal";
import { RuleForm } from "./RuleForm";
import { RuleMetrics } from "./RuleMetrics";
import { TrialPanel } from "./TrialPanel";
import { type StoredRule, deleteRule, getRule, replaceRule, switchRule } from "./calls";
import { draftOf, draftText, payloadOf } from "./draft";

export default function RulePage({ parameters: { name = "" } }: PageProps) {
  const rule = useQuery({ queryKey: ["rules", "one", name], queryFn: () => getRule(name) });
  if (rule.isError) {
    return <Problem what={`The rule ${name}`} error={rule.error} onRetry={() => void rule.refetch()} />;
  }
  return rule.data ? <Shown key={name} rule={rule.data} /> : <Loading />;
}

function Shown({ rule }: { rule: StoredRule }) {
  const name = rule.ruleName;
  const [tab, setTab] = useUrlState("tab", "rule");
  const stored = draftOf(rule);
  const storedText = draftText(stored);
  const [draft, setDraft] = useState(stored);
  const [open, setOpen] = useState<"diff" | "delete">();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const isChanged = draftText(draft) !== storedText;
  const changed = () => queries.invalidateQueries({ queryKey: ["rules"] });
  useWarningBeforeLeaving(isChanged);

  async function turn() {
    const isOn = rule.ruleDisabled;
    await attempt(`${isOn ? "Enable" : "Disable"} the rule ${name}`, () => switchRule(name, isOn));
    setDraft((held) => ({ ...held, isDisabled: !isOn }));
    await changed();
  }

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={
            <>
              {rule.ruleDisabled ? (
                <StatusIndicator type="stopped">Disabled</StatusIndicator>
              ) : (
                <StatusIndicator>Enabled</StatusIndicator>
              )}{" "}
              · made <Moment at={rule.createdAt * 1000} />
            </>
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => setOpen("delete")}>Delete</Button>
              <Button onClick={() => void turn()}>{rule.ruleDisabled ? "Enable" : "Disable"}</Button>
              <Button disabled={!isChanged} onClick={() => setDraft(stored)}>
                Undo
              </Button>
              <Button variant="primary" disabled={!isChanged} onClick={() => setOpen("diff")}>
                Review and save
              </Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      <Tabs
        activeTabId={tab}
        onChange={({ detail }) => setTab(detail.activeTabId)}
        tabs={[
          { id: "rule", label: "Rule", content: <RuleForm draft={draft} onChange={setDraft} /> },
          { id: "try", label: "Try", content: <TrialPanel draft={draft} storedRule={name} isChanged={isChanged} /> },
          { id: "metrics", label: "Metrics", content: <RuleMetrics name={name} filter={stored.sql} /> },
        ]}
      />
      {open === "diff" && (
        <DiffModal
          name={name}
          before={storedText}
          after={draftText(draft)}
          onSave={() => replaceRule(name, payloadOf(draft))}
          onDone={() => {
            setOpen(undefined);
            void changed();
          }}
          onDismiss={() => setOpen(undefined)}
        />
      )}
      {open === "delete" && (
        <ConfirmDelete
          kind="rule"
          name={name}
          consequences="Messages that come from now on are no longer seen by it. What it wrote stays. What waits in its outbox still goes out."
          onConfirm={async () => {
            const gone = await attempt(`Delete the rule ${name}`, () => deleteRule(name));
            if (gone === undefined) return;
            go("/rules");
            await queries.invalidateQueries({ queryKey: ["rules", "list"] });
          }}
          onDismiss={() => setOpen(undefined)}
        />
      )}
    </ContentLayout>
  );
}

/** What was typed and not saved goes with the page: the browser asks first. */
function useWarningBeforeLeaving(isChanged: boolean) {
  useEffect(() => {
    if (!isChanged) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isChanged]);
}
