import Button from "@cloudscape-design/components/button";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AskName } from "../../parts/AskName";
import { Count } from "../../parts/Count";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useSettled } from "../../parts/useSettled";
import { useUrlState } from "../../parts/useUrlState";
import { type QueueRow, createQueue, listQueues } from "./calls";

const REFRESH_MILLIS = 5_000;

export default function Queues() {
  const [prefix, setPrefix] = useUrlState("prefix");
  const asked = useSettled(prefix);
  const [isMaking, setMaking] = useState(false);
  const queries = useQueryClient();
  const count = (row: QueueRow, name: string) => <Count value={Number(row.attributes[name] ?? 0)} />;
  return (
    <>
      <PagedTable<QueueRow>
        title="Queues"
        noun="queues"
        description="Messages that wait to be taken, as in SQS."
        queryKey={["queues", "list", asked]}
        fetchPage={(token) => listQueues(asked, token)}
        refetchMillis={REFRESH_MILLIS}
        keyOf={({ name }) => name}
        filter={{ value: prefix, onChange: setPrefix, placeholder: "Begins with" }}
        actions={
          <Button variant="primary" onClick={() => setMaking(true)}>
            Make a queue
          </Button>
        }
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ name }) => <PageLink href={`/queues/${encodeURIComponent(name)}`}>{name}</PageLink>,
          },
          { id: "waiting", header: "Waiting", cell: (row) => count(row, "ApproximateNumberOfMessages") },
          {
            id: "hidden",
            header: "Being worked on",
            cell: (row) => count(row, "ApproximateNumberOfMessagesNotVisible"),
          },
          {
            id: "delayed",
            header: "Delayed",
            isWideOnly: true,
            cell: (row) => count(row, "ApproximateNumberOfMessagesDelayed"),
          },
          {
            id: "made",
            header: "Made",
            isWideOnly: true,
            cell: (row) => <Moment at={Number(row.attributes.CreatedTimestamp) * 1000} />,
          },
        ]}
      />
      {isMaking && (
        <AskName
          kind="queue"
          constraint="Letters, digits, dashes and underscores. One that ends in .fifo keeps the order."
          pattern={/^[A-Za-z0-9_-]{1,75}(\.fifo)?$/}
          make={createQueue}
          onDone={() => {
            setMaking(false);
            void queries.invalidateQueries({ queryKey: ["queues"] });
          }}
          onDismiss={() => setMaking(false)}
        />
      )}
    </>
  );
}
