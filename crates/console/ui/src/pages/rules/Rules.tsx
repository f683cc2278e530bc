import Button from "@cloudscape-design/components/button";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { ChosenList } from "../../parts/ChosenList";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { useSettled } from "../../parts/useSettled";
import { useUrlState } from "../../parts/useUrlState";
import { problemText, useNotices } from "../../shell/notices";
import { type ListedRule, type RuleCounters, deleteRule, listRules, ruleCounters, switchRule } from "./calls";
import { Count } from "../../parts/Count";

const REFRESH_MILLIS = 5_000;

export default function Rules() {
  const [topic, setTopic] = useUrlState("topic");
  const asked = useSettled(topic);
  const [, go] = useLocation();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const counters = useQuery({
    queryKey: ["rules", "counters"],
    queryFn: () => ruleCounters(),
    refetchInterval: REFRESH_MILLIS,
  });
  const countersOf = (rule: ListedRule) => counters.data?.find((counted) => counted.rule === rule.ruleName);

  async function turn(rule: ListedRule, choose: (rule: ListedRule) => void) {
    const what = `${rule.ruleDisabled ? "Enable" : "Disable"} the rule ${rule.ruleName}`;
    const turned = await attempt(what, () => switchRule(rule.ruleName, rule.ruleDisabled).then(() => true));
    if (turned) choose({ ...rule, ruleDisabled: !rule.ruleDisabled });
    await queries.invalidateQueries({ queryKey: ["rules"] });
  }

  return (
    <ChosenList<ListedRule>
      title="Rules"
      noun="rules"
      description={
        counters.isError
          ? `What is done with messages. The counters cannot be read: ${problemText(counters.error)}`
          : "What is done with messages. Counted since a rule was changed, or the server started."
      }
      queryKey={["rules", "list", asked]}
      fetchPage={async (nextToken) => {
        const { rules, nextToken: next } = await listRules({ topic: asked || undefined, nextToken });
        return { items: rules, nextToken: next };
      }}
      refetchMillis={REFRESH_MILLIS}
      keyOf={(rule) => rule.ruleName}
      filter={{ value: topic, onChange: setTopic, placeholder: "Topic that the rules listen to" }}
      kind="rule"
      remove={({ ruleName }) => deleteRule(ruleName)}
      consequences="Messages that come from now on are no longer seen by it. What it wrote stays. What waits in its outbox still goes out."
      make={{ text: "Make a rule", onClick: () => go("/rules/new") }}
      actionsFor={(chosen, choose) => (
        <Button disabled={!chosen} onClick={() => chosen && void turn(chosen, choose)}>
          {chosen?.ruleDisabled ? "Enable" : "Disable"}
        </Button>
      )}
      columns={columnsWith(countersOf)}
    />
  );
}

function columnsWith(countersOf: (rule: ListedRule) => RuleCounters | undefined) {
  return [
    {
      id: "name",
      header: "Name",
      isRowHeader: true,
      cell: (rule: ListedRule) => (
        <PageLink href={`/rules/${encodeURIComponent(rule.ruleName)}`}>{rule.ruleName}</PageLink>
      ),
    },
    { id: "topic", header: "Listens to", cell: (rule: ListedRule) => rule.topicPattern ?? "–" },
    {
      id: "state",
      header: "State",
      cell: (rule: ListedRule) =>
        rule.ruleDisabled ? (
          <StatusIndicator type="stopped">Disabled</StatusIndicator>
        ) : (
          <StatusIndicator>Enabled</StatusIndicator>
        ),
    },
    {
      id: "evaluated",
      header: "Asked",
      isWideOnly: true,
      cell: (rule: ListedRule) => <Count value={countersOf(rule)?.evaluated} />,
    },
    {
      id: "matched",
      header: "Matched",
      cell: (rule: ListedRule) => <Count value={countersOf(rule)?.matched} />,
    },
    {
      id: "failed",
      header: "Failed",
      cell: (rule: ListedRule) => <Count value={failuresOf(countersOf(rule))} isBad />,
    },
    {
      id: "made",
      header: "Made",
      isWideOnly: true,
      cell: (rule: ListedRule) => <Moment at={rule.createdAt * 1000} />,
    },
  ];
}

function failuresOf(counters: RuleCounters | undefined): number | undefined {
  if (!counters) return undefined;
  return counters.failed + counters.actions.reduce((sum, action) => sum + action.failed, 0);
}
