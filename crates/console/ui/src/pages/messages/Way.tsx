// The way of one message: packet, policy, rules, effects; from left to right, or downwards on a phone.

import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { JsonBlock } from "../../parts/JsonBlock";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { problemText } from "../../shell/notices";
import { Clauses } from "../rules/TrialResult";
import type { ActionTold, Clause } from "../rules/calls";
import { FateWord } from "./FateWord";
import { type Story, type StoryRule, isCertificate, publishPolicies } from "./calls";
import { fateOf } from "./fold";
import styles from "./way.module.css";

export function Way({ story }: { story: Story }) {
  return (
    <div className={styles.way}>
      <Stage title="Packet">
        <Packet story={story} />
      </Stage>
      <div className={styles.arrow} aria-hidden="true" />
      <Stage title="Policy">
        <Policy story={story} />
      </Stage>
      <div className={styles.arrow} aria-hidden="true" />
      <div className={styles.branches}>
        {story.rules.map((rule) => (
          <Branch key={rule.rule} rule={rule} />
        ))}
        {story.unknownRule && (
          <Stage title="Rule">
            <FateWord fate="failed">{`There is no rule ${story.unknownRule}`}</FateWord>
          </Stage>
        )}
        {story.rules.length === 0 && !story.unknownRule && <Stage title="Rules">None listened.</Stage>}
      </div>
    </div>
  );
}

function Stage({ title, tone, children }: { title: ReactNode; tone?: string; children: ReactNode }) {
  return (
    <section className={tone ? `${styles.stage} ${tone}` : styles.stage}>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </section>
  );
}

function Packet({ story }: { story: Story }) {
  const rows: [string, ReactNode][] = [
    ["Topic", story.topic],
    ["QoS", story.qos],
    ["Client", story.clientId ?? "–"],
    ["From", story.sourceIp ?? "this house"],
    ["At", <Moment key="at" at={story.at} />],
    ...(story.hops > 0 ? ([["Rules before", story.hops]] as [string, ReactNode][]) : []),
    ["Fate", FATES[story.fate]],
  ];
  return (
    <>
      <dl className={styles.facts}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <JsonBlock value={story.payload ?? `Base64: ${story.payloadBase64}`} label="Copy the payload" />
    </>
  );
}

const FATES = {
  open: "not yet on disk",
  kept: "on disk with all that follows",
  lost: "lost: it could not be committed",
};

function Policy({ story }: { story: Story }) {
  const { principal, topic } = story;
  const isDevice = isCertificate(principal);
  const now = useQuery({
    queryKey: ["stories", "policy", principal, topic, story.clientId],
    queryFn: () => publishPolicies(story),
    enabled: isDevice,
    staleTime: 60_000,
  });
  return (
    <>
      <StatusIndicator>Allowed to publish</StatusIndicator>
      <p className={styles.principal}>
        {isDevice ? "The certificate " : "The principal "}
        <Box variant="code" display="inline" fontSize="body-s">
          {principal}
        </Box>
      </p>
      {now.isError && <Box color="text-body-secondary">{problemText(now.error)}</Box>}
      {now.data && (
        <Box color="text-body-secondary">
          {now.data.isAllowed ? "As policies are now, by " : "As policies are now, it would be refused."}
          {now.data.policies.map((policy) => (
            <span key={policy}>
              <PageLink href={`/policies/${encodeURIComponent(policy)}`}>{policy}</PageLink>{" "}
            </span>
          ))}
        </Box>
      )}
    </>
  );
}

function Branch({ rule }: { rule: StoryRule }) {
  const fate = fateOf(rule);
  const hasEffects = rule.actions.length > 0 || rule.errorAction || rule.deferred;
  const tones = { matched: styles.good, failed: styles.bad, waiting: styles.busy, unmatched: styles.quiet };
  return (
    <div className={styles.branch}>
      <Stage
        tone={tones[fate]}
        title={<PageLink href={`/rules/${encodeURIComponent(rule.rule)}`}>{rule.rule}</PageLink>}
      >
        <FateWord fate={rule.matched && fate !== "waiting" ? "matched" : fate} />
        {rule.failure && <Box color="text-status-error">{rule.failure}</Box>}
        {reasonOf(rule)}
        <ExpandableSection headerText="Clauses" defaultExpanded={false}>
          <Box variant="code" fontSize="body-s">
            {rule.sql}
          </Box>
          <Clauses clauses={rule.clauses} />
        </ExpandableSection>
        {rule.output !== undefined && (
          <ExpandableSection headerText="Selected">
            <JsonBlock value={rule.output} label="Copy what was selected" />
          </ExpandableSection>
        )}
      </Stage>
      {hasEffects && <div className={styles.arrow} aria-hidden="true" />}
      {hasEffects && (
        <Stage title="Effects" tone={tones[fate]}>
          {rule.deferred && <Box>{rule.deferred}</Box>}
          {rule.actions.map((action, at) => (
            // Actions have no names.
            <Effect key={at} action={action} />
          ))}
          {rule.errorAction && <Effect action={rule.errorAction} isError />}
        </Stage>
      )}
    </div>
  );
}

/** Of clauses that are joined by AND the first that did not hold; of others only the whole tells. */
function decidingOf(clauses: Clause[]): Clause | undefined {
  const [whole, ...parts] = clauses.filter(({ value }) => value === "false" || value === "Undefined");
  const isJoinedByAnd = whole !== undefined && !/\bOR\b|\bNOT\b\s*\(/i.test(whole.text);
  return isJoinedByAnd ? (parts[0] ?? whole) : whole;
}

/** Of a rule that did not match: the clause that decided. */
function reasonOf(rule: StoryRule): ReactNode {
  if (rule.matched || rule.failure) return null;
  const deciding = rule.clauses.find((clause) => clause.why) ?? decidingOf(rule.clauses);
  if (!deciding) return null;
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      <Box variant="code" fontSize="body-s" display="inline">
        {deciding.text}
      </Box>{" "}
      was {deciding.value}
      {deciding.why && `: ${deciding.why}`}
    </Box>
  );
}

function Effect({ action, isError }: { action: ActionTold; isError?: boolean }) {
  const errands = action.errands ?? [];
  const name = isError ? `Error action: ${action.action}` : action.action;
  return (
    <div className={styles.effect}>
      <StatusIndicator type={action.failure ? "error" : "success"}>{name}</StatusIndicator>
      {action.failure && <Box color="text-status-error">{action.failure}</Box>}
      {errands.map((errand) => (
        <Box key={errand} padding={{ left: "l" }} fontSize="body-s">
          <StatusIndicator type={lookOf(errand)}>{errand}</StatusIndicator>
        </Box>
      ))}
    </div>
  );
}

function lookOf(errand: string) {
  if (errand.startsWith("failed")) return "error";
  return errand.startsWith("delivered") ? "success" : "in-progress";
}
