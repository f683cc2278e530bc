import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AskName } from "../../parts/AskName";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useNotices } from "../../shell/notices";
import { type Bucket, createBucket, deleteBucket, listBuckets } from "./calls";

export default function Objects() {
  const [chosen, setChosen] = useState<Bucket>();
  const [open, setOpen] = useState<"new" | "delete">();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: ["objects", "buckets"] });
  return (
    <>
      <PagedTable<Bucket>
        title="Objects"
        noun="buckets"
        description="Files in buckets, as in S3."
        queryKey={["objects", "buckets"]}
        fetchPage={async () => ({ items: await listBuckets() })}
        keyOf={({ name }) => name}
        selection={{ type: "single", keys: chosen ? [chosen.name] : [], onChange: ([bucket]) => setChosen(bucket) }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!chosen} onClick={() => setOpen("delete")}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setOpen("new")}>
              Make a bucket
            </Button>
          </SpaceBetween>
        }
        columns={[
          {
            id: "name",
            header: "Bucket",
            isRowHeader: true,
            cell: ({ name }) => <PageLink href={`/objects/${encodeURIComponent(name)}`}>{name}</PageLink>,
          },
          { id: "made", header: "Made", cell: ({ madeAt }) => <Moment at={madeAt} /> },
        ]}
      />
      {open === "new" && (
        <AskName
          title="Make a bucket"
          verb="Make it"
          constraint="Small letters, digits, points and dashes; 3 to 63."
          pattern={/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/}
          onDismiss={() => setOpen(undefined)}
          onDone={async (name) => {
            await attempt(`Make the bucket ${name}`, () => createBucket(name));
            await changed();
          }}
        />
      )}
      {open === "delete" && chosen && (
        <ConfirmDelete
          kind="bucket"
          name={chosen.name}
          consequences="Only an empty bucket can be deleted; with versions, those must be gone, too. Rules that write into it fail from then on."
          onConfirm={async () => {
            await attempt(`Delete the bucket ${chosen.name}`, () => deleteBucket(chosen.name));
            setChosen(undefined);
            await changed();
          }}
          onDismiss={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
