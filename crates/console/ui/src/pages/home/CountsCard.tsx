import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { PageLink } from "../../parts/PageLink";
import type { Countable, Overview } from "./calls";
import styles from "./home.module.css";

const COUNT = new Intl.NumberFormat("en");

const KINDS: { id: Countable; one: string; many: string; page: string }[] = [
  { id: "things", one: "thing", many: "things", page: "/things" },
  { id: "topicRules", one: "rule", many: "rules", page: "/rules" },
  { id: "tables", one: "table", many: "tables", page: "/tables" },
  { id: "seriesTables", one: "series", many: "series", page: "/series" },
  { id: "buckets", one: "bucket", many: "buckets", page: "/objects" },
  { id: "queues", one: "queue", many: "queues", page: "/queues" },
  { id: "functions", one: "function", many: "functions", page: "/functions" },
  { id: "schedules", one: "schedule", many: "schedules", page: "/schedules" },
  { id: "stacks", one: "stack", many: "stacks", page: "/stacks" },
];

/** What there is; of what there is none nothing is said. */
export function CountsCard({ counts }: { counts: Overview["counts"] }) {
  const there = KINDS.filter(({ id }) => counts[id] > 0);
  return (
    <Container fitHeight header={<Header variant="h2">What is here</Header>}>
      {there.length === 0 ? (
        <Box color="text-body-secondary">Nothing yet. Devices, rules and tables that you make are counted here.</Box>
      ) : (
        <div className={styles.counts}>
          {there.map(({ id, one, many, page }) => (
            <div key={id}>
              <PageLink href={page} fontSize="heading-m">
                {countText(counts[id], counts.atMost)} {counts[id] === 1 ? one : many}
              </PageLink>
            </div>
          ))}
        </div>
      )}
    </Container>
  );
}

/** The server does not count beyond `atMost`. */
function countText(count: number, atMost: number | undefined): string {
  return atMost !== undefined && count >= atMost ? `${COUNT.format(atMost)}+` : COUNT.format(count);
}
