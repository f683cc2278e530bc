import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { CopyLine } from "../../parts/CopyLine";
import { Loading } from "../../parts/Loading";
import { Moment } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { bytesText } from "../../parts/bytesText";
import { useNotices } from "../../shell/notices";
import { type Version, deleteObject, downloadLink, headOf, listVersions } from "./calls";

export interface ObjectModalProps {
  bucket: string;
  objectKey: string;
  onChange: () => void;
  onDismiss: () => void;
}

export function ObjectModal({ bucket, objectKey: key, onChange, onDismiss }: ObjectModalProps) {
  const [link, setLink] = useState<string>();
  const [deleting, setDeleting] = useState<Version>();
  const { attempt, tell } = useNotices();
  const head = useQuery({ queryKey: ["objects", "head", bucket, key], queryFn: () => headOf(bucket, key) });
  const versions = useQuery({
    queryKey: ["objects", "versions", bucket, key],
    queryFn: () => listVersions(bucket, key),
  });

  async function save(versionId?: string) {
    try {
      window.location.assign(await downloadLink(bucket, key, versionId));
    } catch (error) {
      tell("error", `${key} cannot be downloaded`, (error as Error).message);
    }
  }

  return (
    <Modal visible size="large" header={key} closeAriaLabel="Close" onDismiss={onDismiss}>
      <SpaceBetween size="l">
        {head.isPending && <Loading />}
        {head.isError && <Problem what="The newest version" error={head.error} />}
        {head.data && (
          <KeyValuePairs columns={3} items={head.data.map(([label, value]) => ({ label, value }))} />
        )}
        <SpaceBetween direction="horizontal" size="xs">
          <Button iconName="download" disabled={!head.data} onClick={() => void save()}>
            Download
          </Button>
          <Button disabled={!head.data} onClick={() => void downloadLink(bucket, key).then(setLink)}>
            Make a link for five minutes
          </Button>
        </SpaceBetween>
        {link && (
          <div>
            <Box color="text-body-secondary">Whoever has it can download the object until then, without signing in.</Box>
            <CopyLine text={link} label="Copy the link" />
          </div>
        )}
        <Table<Version>
          variant="embedded"
          header={<Header variant="h3">Versions</Header>}
          items={versions.data ?? []}
          loading={versions.isPending}
          loadingText="Loading versions"
          empty={versions.isError ? <Problem what="The list of versions" error={versions.error} /> : "None."}
          ariaLabels={{ tableLabel: "Versions" }}
          columnDefinitions={[
            {
              id: "id",
              header: "Version",
              isRowHeader: true,
              cell: (row) => `${row.versionId}${row.isLatest ? " (newest)" : ""}`,
            },
            { id: "size", header: "Size", cell: (row) => (row.isDeletion ? "deleted" : bytesText(row.bytes)) },
            { id: "at", header: "At", cell: (row) => <Moment at={row.modifiedAt} /> },
            {
              id: "actions",
              header: "",
              cell: (row) => (
                <SpaceBetween direction="horizontal" size="s">
                  {!row.isDeletion && (
                    <Button variant="inline-link" onClick={() => void save(row.versionId)}>
                      Download
                    </Button>
                  )}
                  <Button variant="inline-link" onClick={() => setDeleting(row)}>
                    Delete
                  </Button>
                </SpaceBetween>
              ),
            },
          ]}
        />
      </SpaceBetween>
      {deleting && (
        <ConfirmDelete
          kind="version"
          name={deleting.versionId}
          consequences={
            deleting.isDeletion
              ? "The mark that hides the object goes: the version before it is shown again."
              : "This version cannot be had back."
          }
          onConfirm={async () => {
            await attempt(`Delete a version of ${key}`, () => deleteObject(bucket, key, deleting.versionId));
            const left = await versions.refetch();
            await head.refetch();
            onChange();
            if (left.data?.length === 0) onDismiss();
          }}
          onDismiss={() => setDeleting(undefined)}
        />
      )}
    </Modal>
  );
}
