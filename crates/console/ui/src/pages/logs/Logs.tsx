import Select from "@cloudscape-design/components/select";
import { useQueryClient } from "@tanstack/react-query";
import { ChosenList } from "../../parts/ChosenList";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { bytesText } from "../../parts/bytesText";
import { useSettled } from "../../parts/useSettled";
import { useUrlState } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import { type LogGroup, RETENTIONS, deleteGroup, keepFor, listGroups } from "./calls";

const FOR_EVER = { value: "", label: "For ever" };

export default function Logs() {
  const [prefix, setPrefix] = useUrlState("prefix");
  const asked = useSettled(prefix);
  const { attempt } = useNotices();
  const queries = useQueryClient();

  async function keep(group: LogGroup, days: number | undefined) {
    await attempt(`Keep the lines of ${group.logGroupName} ${days ? `${days} days` : "for ever"}`, () =>
      keepFor(group.logGroupName, days),
    );
    await queries.invalidateQueries({ queryKey: ["logs", "groups"] });
  }

  return (
    <ChosenList<LogGroup>
      title="Logs"
      noun="log groups"
      description="What functions and rules wrote, as in CloudWatch Logs."
      queryKey={["logs", "groups", asked]}
      fetchPage={async (token) => {
        const { logGroups, nextToken } = await listGroups(asked, token);
        return { items: logGroups, nextToken };
      }}
      keyOf={({ logGroupName }) => logGroupName}
      filter={{ value: prefix, onChange: setPrefix, placeholder: "Begins with: /aws/lambda/" }}
      kind="log group"
      remove={({ logGroupName }) => deleteGroup(logGroupName)}
      isTyped
      consequences="All its lines are gone. A function makes the group anew when it writes; a rule that writes into it fails until it is there again."
      columns={[
        {
          id: "name",
          header: "Log group",
          isRowHeader: true,
          cell: ({ logGroupName: name }) => <PageLink href={`/logs/${encodeURIComponent(name)}`}>{name}</PageLink>,
        },
        { id: "bytes", header: "Size", isWideOnly: true, cell: ({ storedBytes }) => bytesText(storedBytes) },
        {
          id: "kept",
          header: "Lines are kept",
          cell: (group) => (
            <Select
              ariaLabel={`How long lines of ${group.logGroupName} are kept`}
              selectedOption={
                group.retentionInDays
                  ? { value: String(group.retentionInDays), label: `${group.retentionInDays} days` }
                  : FOR_EVER
              }
              options={[FOR_EVER, ...RETENTIONS.map((days) => ({ value: String(days), label: `${days} days` }))]}
              expandToViewport
              onChange={({ detail }) => void keep(group, Number(detail.selectedOption.value) || undefined)}
            />
            ),
          },
          { id: "made", header: "Made", isWideOnly: true, cell: ({ creationTime }) => <Moment at={creationTime} /> },
        ]}
      />
  );
}
