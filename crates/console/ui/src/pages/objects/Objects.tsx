import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AskName } from "../../parts/AskName";
import { ChosenList } from "../../parts/ChosenList";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { type Bucket, createBucket, deleteBucket, listBuckets } from "./calls";

export default function Objects() {
  const [isMaking, setMaking] = useState(false);
  const queries = useQueryClient();
  return (
    <>
      <ChosenList<Bucket>
        title="Objects"
        noun="buckets"
        description="Files in buckets, as in S3."
        queryKey={["objects", "buckets"]}
        fetchPage={async () => ({ items: await listBuckets() })}
        keyOf={({ name }) => name}
        kind="bucket"
        remove={({ name }) => deleteBucket(name)}
        consequences="Only an empty bucket can be deleted; with versions, those must be gone, too. Rules that write into it fail from then on."
        make={{ text: "Make a bucket", onClick: () => setMaking(true) }}
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
      {isMaking && (
        <AskName
          kind="bucket"
          constraint="Small letters, digits, points and dashes; 3 to 63."
          pattern={/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/}
          make={createBucket}
          onDone={() => {
            setMaking(false);
            void queries.invalidateQueries({ queryKey: ["objects", "buckets"] });
          }}
          onDismiss={() => setMaking(false)}
        />
      )}
    </>
  );
}
