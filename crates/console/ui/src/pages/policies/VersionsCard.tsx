import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  type PolicyVersion,
  deleteVersion,
  getPolicy,
  listVersions,
  setDefaultVersion,
  versionDocument,
} from "../../aws/iot/policies";
import { Diff } from "../../parts/Diff";
import { JsonBlock } from "../../parts/JsonBlock";
import { Loading } from "../../parts/Loading";
import { Moment } from "../../parts/Moment";
import { PagedTable } from "../../parts/PagedTable";
import { Problem } from "../../parts/Problem";
import { prettyJson } from "../../parts/prettyJson";
import { useNotices } from "../../shell/notices";

/** Up to five versions; one of them is in force. */
export function VersionsCard({ name }: { name: string }) {
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const [shown, setShown] = useState<string>();
  const changed = async (what: string, work: () => Promise<unknown>) => {
    await attempt(what, work);
    await queries.invalidateQueries({ queryKey: ["policy-versions", name] });
    await queries.invalidateQueries({ queryKey: ["policy", name] });
  };
  return (
    <>
      <PagedTable<PolicyVersion>
        variant="container"
        title="Versions"
        noun="versions"
        queryKey={["policy-versions", name]}
        fetchPage={async () => ({ items: await listVersions(name) })}
        keyOf={({ versionId }) => versionId}
        columns={[
          { id: "version", header: "Version", isRowHeader: true, cell: ({ versionId }) => versionId },
          {
            id: "state",
            header: "State",
            minWidth: 130,
            cell: ({ isDefaultVersion }) =>
              isDefaultVersion ? <StatusIndicator type="success">In force</StatusIndicator> : "–",
          },
          {
            id: "made",
            header: "Made",
            isWideOnly: true,
            cell: ({ createDate }) => <Moment at={createDate * 1_000} />,
          },
          {
            id: "actions",
            header: "Actions",
            cell: ({ versionId, isDefaultVersion }) => (
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="inline-link" onClick={() => setShown(versionId)} ariaLabel={`Show version ${versionId}`}>
                  Show
                </Button>
                {!isDefaultVersion && (
                  <Button
                    variant="inline-link"
                    ariaLabel={`Put version ${versionId} in force`}
                    onClick={() =>
                      void changed(`Put version ${versionId} of ${name} in force`, () => setDefaultVersion(name, versionId))
                    }
                  >
                    Put in force
                  </Button>
                )}
                {!isDefaultVersion && (
                  <Button
                    variant="inline-link"
                    ariaLabel={`Delete version ${versionId}`}
                    onClick={() =>
                      void changed(`Delete version ${versionId} of ${name}`, () => deleteVersion(name, versionId))
                    }
                  >
                    Delete
                  </Button>
                )}
              </SpaceBetween>
            ),
          },
        ]}
      />
      {shown && <VersionShown key={shown} name={name} version={shown} onDismiss={() => setShown(undefined)} />}
    </>
  );
}

function VersionShown({ name, version, onDismiss }: { name: string; version: string; onDismiss: () => void }) {
  const document = useQuery({
    queryKey: ["policy-version", name, version],
    queryFn: () => versionDocument(name, version),
  });
  const inForce = useQuery({ queryKey: ["policy", name], queryFn: () => getPolicy(name) });
  const changed = inForce.data?.defaultVersionId === version ? undefined : inForce.data;
  return (
    <Modal
      visible
      size="large"
      header={`${name}, version ${version}`}
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <Button onClick={onDismiss}>Close</Button>
        </Box>
      }
    >
      {document.isPending && <Loading />}
      {document.isError && <Problem what="The version" error={document.error} />}
      {document.data && (
        <SpaceBetween size="m">
          <JsonBlock value={document.data} />
          {changed && (
            <FormField
              label="What changes if it is put in force"
              description={`Beside version ${changed.defaultVersionId}, which is.`}
              stretch
            >
              <Diff before={prettyJson(changed.policyDocument)} after={prettyJson(document.data)} label="What changes" />
            </FormField>
          )}
        </SpaceBetween>
      )}
    </Modal>
  );
}
