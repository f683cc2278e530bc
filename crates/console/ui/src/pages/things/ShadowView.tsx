import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { AwsError } from "../../aws/errors";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { JsonBlock } from "../../parts/JsonBlock";
import { Loading } from "../../parts/Loading";
import { Ago } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { useNotices } from "../../shell/notices";
import { ShadowEditor } from "./ShadowEditor";
import { type Shadow, deleteShadow, getShadow } from "./calls";

const LOOK_MILLIS = 3_000;

/** Desired, reported, and what of the desired is not reported yet. */
export function ShadowView({ thing, name, onDeleted }: { thing: string; name: string; onDeleted: () => void }) {
  const { attempt } = useNotices();
  const [isEditing, setEditing] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const shadow = useQuery({
    queryKey: ["shadow", thing, name],
    // A thing without a shadow is no mistake.
    queryFn: () => getShadow(thing, name).catch((error) => (isNone(error) ? null : Promise.reject(error))),
    // One that is not there is not asked for again and again.
    refetchInterval: ({ state }) => (state.data === null ? false : LOOK_MILLIS),
  });
  if (shadow.isPending) return <Loading />;
  if (shadow.isError) return <Problem what="The shadow" error={shadow.error} onRetry={() => void shadow.refetch()} />;
  const title = name === "" ? "Classic shadow" : name;
  const remove = async () => {
    await attempt(`Delete the ${title}`, () => deleteShadow(thing, name));
    await shadow.refetch();
    onDeleted();
  };
  if (isEditing) {
    return (
      <ShadowEditor
        thing={thing}
        name={name}
        title={title}
        shadow={shadow.data}
        onDone={() => {
          setEditing(false);
          void shadow.refetch();
        }}
      />
    );
  }
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            shadow.data && (
              <>
                Version {shadow.data.version}, <Ago at={shadow.data.timestamp * 1_000} />
              </>
            )
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {shadow.data && <Button onClick={() => setDeleting(true)}>Delete</Button>}
              <Button onClick={() => setEditing(true)}>{shadow.data ? "Edit" : "Create it"}</Button>
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
    >
      {shadow.data ? (
        <Parts shadow={shadow.data} />
      ) : (
        <Box color="text-body-secondary">
          There is none. A shadow holds what a device should be (desired) and what it says that it is (reported), also
          while the device is away.
        </Box>
      )}
      {isDeleting && (
        <ConfirmDelete
          kind="shadow"
          name={name === "" ? `of ${thing}` : name}
          consequences="What it holds is gone; a device that asks for it is told that there is none. Its versions go on counting."
          onConfirm={remove}
          onDismiss={() => setDeleting(false)}
        />
      )}
    </Container>
  );
}

function Parts({ shadow: { state } }: { shadow: Shadow }) {
  const parts = [
    { label: "Desired", value: state.desired },
    { label: "Reported", value: state.reported },
    { label: "Delta: desired, and not reported so", value: state.delta },
  ];
  return (
    <ColumnLayout columns={3}>
      {parts.map(({ label, value }) => (
        <div key={label}>
          <Box variant="awsui-key-label">{label}</Box>
          {value === undefined ? <Box color="text-body-secondary">Nothing</Box> : <JsonBlock value={value} />}
        </div>
      ))}
    </ColumnLayout>
  );
}

function isNone(error: unknown): boolean {
  return error instanceof AwsError && error.isMissing;
}
