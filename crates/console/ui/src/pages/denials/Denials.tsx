import Box from "@cloudscape-design/components/box";
import Select from "@cloudscape-design/components/select";
import TextFilter from "@cloudscape-design/components/text-filter";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type Refusal, refusals } from "../../aws/own";
import { Ago } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { sentence } from "../../parts/sentence";
import { useUrlState } from "../../parts/useUrlState";
import { KINDS } from "./kinds";

const LOOK_MILLIS = 3_000;

/** What was refused lately. The server gives the latest fifty; they are chosen from here. */
export default function Denials() {
  const [kind, setKind] = useUrlState("kind");
  const [search, setSearch] = useUrlState("search");
  const options = [
    { value: "", label: "Any kind" },
    ...Object.entries(KINDS).map(([value, label]) => ({ value, label })),
  ];
  const fetchPage = async () => ({ items: (await refusals()).filter((one) => isWanted(one, kind, search)) });
  return (
    <PagedTable<Refusal>
      title="Denials"
      noun="denials"
      description="The latest fifty things that were refused, and why. What happens again is counted."
      queryKey={["refusals", "list", kind, search]}
      fetchPage={fetchPage}
      refetchMillis={LOOK_MILLIS}
      keyOf={({ id }) => String(id)}
      empty={<Box color="text-body-secondary">Nothing was refused. When something is, it is here at once.</Box>}
      tools={
        <SpaceBetween direction="horizontal" size="xs">
          <TextFilter
            filteringText={search}
            filteringPlaceholder="Client, topic or reason"
            filteringAriaLabel="Filter denials"
            filteringClearAriaLabel="Clear the filter"
            onChange={({ detail }) => setSearch(detail.filteringText)}
          />
          <Select
            ariaLabel="Kind"
            selectedOption={options.find(({ value }) => value === kind) ?? null}
            options={options}
            onChange={({ detail }) => setKind(detail.selectedOption.value ?? "")}
          />
        </SpaceBetween>
      }
      columns={[
        {
          id: "what",
          header: "What",
          isRowHeader: true,
          width: 260,
          cell: (refusal) => <PageLink href={`/denials/${refusal.id}`}>{titleOf(refusal)}</PageLink>,
        },
        { id: "who", header: "Client", width: 170, cell: ({ clientId, sourceIp }) => clientId ?? sourceIp ?? "–" },
        { id: "why", header: "Why", isWideOnly: true, cell: ({ reason }) => sentence(reason) },
        { id: "count", header: "Times", width: 90, isWideOnly: true, cell: ({ count }) => count.toLocaleString("en") },
        { id: "last", header: "Last", width: 140, cell: ({ lastAt }) => <Ago at={lastAt} /> },
      ]}
    />
  );
}

/** `Publish cicd/frontend` */
export function titleOf({ kind, action, resource }: Refusal): string {
  if (kind === "call") return `${action ?? "A call"}`;
  const name = resource?.split(":").slice(5).join(":").split("/").slice(1).join("/");
  return name ? `${KINDS[kind]} ${name}` : KINDS[kind];
}

function isWanted(refusal: Refusal, kind: string, search: string): boolean {
  if (kind && refusal.kind !== kind) return false;
  const { clientId, resource, reason, principal, sourceIp } = refusal;
  const text = [clientId, resource, reason, principal, sourceIp].join("\n").toLowerCase();
  return text.includes(search.toLowerCase());
}
