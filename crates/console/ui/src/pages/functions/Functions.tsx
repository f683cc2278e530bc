import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { CopyLine } from "../../parts/CopyLine";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { bytesText } from "../../parts/bytesText";
import { type FunctionConfiguration, listFunctions, modifiedAt } from "./calls";

export default function Functions() {
  return (
    <PagedTable<FunctionConfiguration>
      title="Functions"
      noun="functions"
      description="Code that runs when it is asked to, as in Lambda."
      queryKey={["functions", "list"]}
      fetchPage={listFunctions}
      keyOf={({ FunctionName }) => FunctionName}
      empty={
        <CopyLine text="aws lambda create-function --function-name hello --runtime python3.12 --handler app.handler --role ROLE --zip-file fileb://code.zip" />
      }
      columns={[
        {
          id: "name",
          header: "Name",
          isRowHeader: true,
          cell: ({ FunctionName: name }) => (
            <PageLink href={`/functions/${encodeURIComponent(name)}`}>{name}</PageLink>
          ),
        },
        { id: "runtime", header: "Runtime", cell: ({ Runtime }) => Runtime ?? "–" },
        { id: "state", header: "State", cell: (row) => <FunctionState configuration={row} /> },
        { id: "size", header: "Code", isWideOnly: true, cell: ({ CodeSize }) => bytesText(CodeSize) },
        { id: "changed", header: "Changed", isWideOnly: true, cell: (row) => <Moment at={modifiedAt(row)} /> },
      ]}
    />
  );
}

export function FunctionState({ configuration: { State, StateReason } }: { configuration: FunctionConfiguration }) {
  if (State === "Pending") return <StatusIndicator type="pending">Being made</StatusIndicator>;
  if (State === "Failed") return <StatusIndicator type="error">{StateReason ?? "Failed"}</StatusIndicator>;
  return <StatusIndicator>{State ?? "Active"}</StatusIndicator>;
}
