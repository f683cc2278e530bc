import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type ThingType, deleteThingType, deprecateThingType, listThingTypes } from "../../aws/iot/things";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { Ago, Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useNotices } from "../../shell/notices";
import { NewThingType } from "./NewThingType";

export default function ThingTypes() {
  const queries = useQueryClient();
  const { attempt } = useNotices();
  const [isMaking, setMaking] = useState(false);
  const [doomed, setDoomed] = useState<string>();
  const refresh = () => queries.invalidateQueries({ queryKey: ["thing-types"] });
  const done = async (what: string, work: () => Promise<unknown>) => {
    await attempt(what, work);
    await refresh();
  };
  return (
    <>
      <PagedTable<ThingType>
        title="Thing types"
        noun="thing types"
        description="What kind of thing it is. Things of a type may have up to 50 attributes instead of 3."
        queryKey={["thing-types", "list"]}
        fetchPage={listThingTypes}
        keyOf={({ thingTypeName }) => thingTypeName}
        actions={
          <Button variant="primary" onClick={() => setMaking(true)}>
            Create a type
          </Button>
        }
        empty={<Button onClick={() => setMaking(true)}>Create a type</Button>}
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ thingTypeName }) => (
              <PageLink href={`/things?${new URLSearchParams({ type: thingTypeName })}`}>{thingTypeName}</PageLink>
            ),
          },
          {
            id: "description",
            header: "Description",
            isWideOnly: true,
            cell: ({ thingTypeProperties }) => thingTypeProperties.thingTypeDescription ?? "–",
          },
          {
            id: "attributes",
            header: "Searchable attributes",
            isWideOnly: true,
            cell: ({ thingTypeProperties }) => thingTypeProperties.searchableAttributes.join(", ") || "–",
          },
          { id: "state", header: "State", cell: (type) => <State type={type} /> },
          {
            id: "made",
            header: "Made",
            isWideOnly: true,
            cell: ({ thingTypeMetadata }) => <Moment at={thingTypeMetadata.creationDate * 1_000} />,
          },
          {
            id: "actions",
            header: "Actions",
            cell: ({ thingTypeName: name, thingTypeMetadata: { deprecated } }) => (
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  variant="inline-link"
                  ariaLabel={`${deprecated ? "Allow" : "Deprecate"} ${name}`}
                  onClick={() =>
                    void done(`${deprecated ? "Allow" : "Deprecate"} the type ${name}`, () =>
                      deprecateThingType(name, deprecated),
                    )
                  }
                >
                  {deprecated ? "Allow again" : "Deprecate"}
                </Button>
                {deprecated && (
                  <Button variant="inline-link" ariaLabel={`Delete ${name}`} onClick={() => setDoomed(name)}>
                    Delete
                  </Button>
                )}
              </SpaceBetween>
            ),
          },
        ]}
      />
      {isMaking && (
        <NewThingType
          onDismiss={() => setMaking(false)}
          onDone={() => {
            setMaking(false);
            void refresh();
          }}
        />
      )}
      {doomed && (
        <ConfirmDelete
          kind="type"
          name={doomed}
          consequences="No thing may have it any more, and it must have been deprecated for five minutes: the server refuses otherwise."
          onConfirm={() => done(`Delete the type ${doomed}`, () => deleteThingType(doomed))}
          onDismiss={() => setDoomed(undefined)}
        />
      )}
    </>
  );
}

function State({ type: { thingTypeMetadata } }: { type: ThingType }) {
  if (!thingTypeMetadata.deprecated) return <StatusIndicator type="success">In use</StatusIndicator>;
  return (
    <StatusIndicator type="stopped">
      Deprecated <Ago at={(thingTypeMetadata.deprecationDate ?? 0) * 1_000} />
    </StatusIndicator>
  );
}
