import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { askAnew } from "../../parts/askAnew";
import { bytesText } from "../../parts/bytesText";
import { useUrlStates } from "../../parts/useUrlState";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { ObjectModal } from "./ObjectModal";
import { Uploads } from "./Uploads";
import { type Entry, deleteObject, isVersioned, listEntries, setVersioned } from "./calls";

/** `?prefix=` is the folder, `?key=` an object that is open. */
export default function BucketPage({ parameters: { bucket = "" } }: PageProps) {
  const [search, setSearch] = useUrlStates();
  const prefix = search.get("prefix") ?? "";
  const openKey = search.get("key") ?? undefined;
  const [chosen, setChosen] = useState<Entry[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const versioning = useQuery({ queryKey: ["objects", "versioning", bucket], queryFn: () => isVersioned(bucket) });
  const changed = () => askAnew(queries, ["objects", "entries", bucket]);
  const files = chosen.filter((entry) => !entry.isFolder);

  async function turnVersions() {
    const isOn = !versioning.data;
    await attempt(isOn ? "Keep versions" : "Keep no more versions", () => setVersioned(bucket, isOn));
    await versioning.refetch();
  }

  return (
    <SpaceBetween size="s">
      <PagedTable<Entry>
        title={bucket}
        noun="objects"
        queryKey={["objects", "entries", bucket, prefix]}
        fetchPage={(token) => listEntries(bucket, prefix, token)}
        keyOf={({ key }) => key}
        description={versioning.data ? "Versions are kept: what is overwritten or deleted can be had back." : undefined}
        tools={<Folders bucket={bucket} prefix={prefix} />}
        selection={{ type: "multi", keys: chosen.map(({ key }) => key), onChange: setChosen }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!versioning.isSuccess} onClick={() => void turnVersions()}>
              {versioning.data ? "Keep no more versions" : "Keep versions"}
            </Button>
            <Button disabled={files.length === 0} onClick={() => setDeleting(true)}>
              Delete
            </Button>
          </SpaceBetween>
        }
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: (entry) => <EntryLink bucket={bucket} prefix={prefix} entry={entry} />,
          },
          { id: "size", header: "Size", cell: (entry) => (entry.isFolder ? "–" : bytesText(entry.bytes)) },
          { id: "modified", header: "Changed", isWideOnly: true, cell: (entry) => <Moment at={entry.modifiedAt} /> },
        ]}
      />
      <Uploads bucket={bucket} prefix={prefix} onDone={changed} />
      {openKey !== undefined && (
        <ObjectModal bucket={bucket} objectKey={openKey} onChange={changed} onDismiss={() => setSearch({ key: undefined })} />
      )}
      {isDeleting && (
        <ConfirmDelete
          kind={files.length === 1 ? "object" : "objects:"}
          name={files.length === 1 ? (files[0]?.key ?? "") : `${files.length} objects`}
          consequences={
            versioning.data
              ? "They are hidden behind a mark; earlier versions stay and can be had back."
              : "They cannot be had back: this bucket keeps no versions. Folders that are chosen stay."
          }
          onConfirm={async () => {
            await attempt(`Delete ${files.length === 1 ? files[0]?.key : `${files.length} objects`}`, async () => {
              for (const { key } of files) await deleteObject(bucket, key);
              return true;
            });
            setChosen([]);
            await changed();
          }}
          onDismiss={() => setDeleting(false)}
        />
      )}
    </SpaceBetween>
  );
}

function EntryLink({ bucket, prefix, entry }: { bucket: string; prefix: string; entry: Entry }) {
  const name = entry.key.slice(prefix.length) || entry.key;
  const search = entry.isFolder ? { prefix: entry.key } : { ...(prefix ? { prefix } : {}), key: entry.key };
  return (
    <PageLink href={`/objects/${encodeURIComponent(bucket)}?${new URLSearchParams(search as Record<string, string>)}`}>
      {name}
    </PageLink>
  );
}

function Folders({ bucket, prefix }: { bucket: string; prefix: string }) {
  const [, go] = useLocation();
  const parts = prefix.split("/").filter((part, at, all) => part !== "" || at < all.length - 1);
  const items = parts.map((text, at) => {
    const path = `${parts.slice(0, at + 1).join("/")}/`;
    return { text: text || "/", href: `/objects/${encodeURIComponent(bucket)}?${new URLSearchParams({ prefix: path })}` };
  });
  return (
    <BreadcrumbGroup
      ariaLabel="Folders"
      items={[{ text: bucket, href: `/objects/${encodeURIComponent(bucket)}` }, ...items]}
      onFollow={(event) => {
        event.preventDefault();
        go(event.detail.href);
      }}
    />
  );
}
