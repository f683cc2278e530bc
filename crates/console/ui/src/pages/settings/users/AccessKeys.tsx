import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { CopyLine } from "../../../parts/CopyLine";
import { Moment } from "../../../parts/Moment";
import { PagedTable } from "../../../parts/PagedTable";
import { useNotices } from "../../../shell/notices";
import { type AccessKey, type NewAccessKey, accessKeys, createAccessKey, deleteAccessKey, lastUsed, setAccessKey } from "./calls";

/** Two at most, so that one can be replaced by another without a gap. */
export function AccessKeys({ user, isOwn = false }: { user: string; isOwn?: boolean }) {
  const [made, setMade] = useState<NewAccessKey>();
  const [deleting, setDeleting] = useState<string>();
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const queryKey = ["access-keys", user];
  const changed = () => queries.invalidateQueries({ queryKey });

  async function make() {
    const key = await attempt(`Make an access key of ${user}`, () => createAccessKey(user));
    if (key) setMade(key);
    await changed();
  }

  async function turn({ AccessKeyId, Status }: AccessKey) {
    const next = Status === "Active" ? "Inactive" : "Active";
    const verb = next === "Active" ? "Activate" : "Deactivate";
    await attempt(`${verb} the access key ${AccessKeyId}`, () => setAccessKey(user, AccessKeyId, next));
    await changed();
  }

  return (
    <SpaceBetween size="m">
      {made && <Secret made={made} onDone={() => setMade(undefined)} />}
      <PagedTable<AccessKey>
        variant="container"
        title={isOwn ? "Your access keys" : `Access keys of ${user}`}
        noun="access keys"
        description="Tools and programs sign with them: aws configure, SDKs."
        queryKey={queryKey}
        fetchPage={async () => ({ items: await accessKeys(user) })}
        keyOf={({ AccessKeyId }) => AccessKeyId}
        actions={<Button onClick={() => void make()}>Make an access key</Button>}
        columns={[
          { id: "id", header: "Key", isRowHeader: true, cell: ({ AccessKeyId }) => AccessKeyId },
          {
            id: "status",
            header: "State",
            cell: ({ Status }) => (
              <StatusIndicator type={Status === "Active" ? "success" : "stopped"}>{Status}</StatusIndicator>
            ),
          },
          { id: "used", header: "Last used", isWideOnly: true, cell: ({ AccessKeyId }) => <LastUsed id={AccessKeyId} /> },
          { id: "made", header: "Made", isWideOnly: true, cell: ({ CreateDate }) => <Moment at={CreateDate} /> },
          {
            id: "do",
            header: "Actions",
            cell: (key) => (
              <SpaceBetween direction="horizontal" size="s">
                <Button
                  variant="inline-link"
                  ariaLabel={`${key.Status === "Active" ? "Deactivate" : "Activate"} ${key.AccessKeyId}`}
                  onClick={() => void turn(key)}
                >
                  {key.Status === "Active" ? "Deactivate" : "Activate"}
                </Button>
                <Button
                  variant="inline-link"
                  ariaLabel={`Delete ${key.AccessKeyId}`}
                  onClick={() => setDeleting(key.AccessKeyId)}
                >
                  Delete
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {deleting && (
        <ConfirmDelete
          kind="access key"
          name={deleting}
          consequences="What signs with it is refused from then on, and it cannot be had back. Deactivate it first to see who still needs it."
          onConfirm={async () => {
            await attempt(`Delete the access key ${deleting}`, () => deleteAccessKey(user, deleting));
            if (made?.AccessKeyId === deleting) setMade(undefined);
            await changed();
          }}
          onDismiss={() => setDeleting(undefined)}
        />
      )}
    </SpaceBetween>
  );
}

function Secret({ made, onDone }: { made: NewAccessKey; onDone: () => void }) {
  const text = `AWS_ACCESS_KEY_ID=${made.AccessKeyId}\nAWS_SECRET_ACCESS_KEY=${made.SecretAccessKey}`;
  return (
    <Alert
      type="warning"
      header="The secret is shown this one time"
      dismissible
      dismissAriaLabel="Close"
      onDismiss={onDone}
    >
      <SpaceBetween size="s">
        <Box>The server never shows it again. Copy it to where it is used.</Box>
        <CopyLine text={text} label="Copy the key and its secret" />
      </SpaceBetween>
    </Alert>
  );
}

function LastUsed({ id }: { id: string }) {
  const used = useQuery({ queryKey: ["access-key-used", id], queryFn: () => lastUsed(id) });
  if (used.isError) return <>Not known</>;
  if (used.isPending) return <>…</>;
  return used.data ? <Moment at={used.data} /> : <>Never</>;
}
