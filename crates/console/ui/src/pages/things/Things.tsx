import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { type Thing, listThings } from "../../aws/iot/things";
import { segment } from "../../aws/rest";
import { PageLink } from "../../parts/PageLink";
import { PagedTable } from "../../parts/PagedTable";
import { useUrlStates } from "../../parts/useUrlState";
import { Connected } from "./Connected";
import { ThingForm } from "./ThingForm";
import { ThingsFilter } from "./ThingsFilter";

export default function Things() {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [search, setSearch] = useUrlStates();
  const [isMaking, setMaking] = useState(false);
  const filter = {
    type: search.get("type") ?? "",
    attribute: search.get("attribute") ?? "",
    value: search.get("value") ?? "",
    isPrefix: search.get("begins") === "1",
  };
  return (
    <>
      <PagedTable<Thing>
        title="Things"
        noun="things"
        queryKey={["things", filter]}
        fetchPage={(token) => listThings(filter, token)}
        keyOf={({ thingName }) => thingName}
        description="Each device is a thing; its certificate and policies say what it may do."
        filter={undefined}
        tools={
          <ThingsFilter
            filter={filter}
            onChange={({ type, attribute, value, isPrefix }) =>
              setSearch({ type, attribute, value, begins: isPrefix ? "1" : undefined })
            }
          />
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => setMaking(true)}>Create a thing</Button>
            <Button variant="primary" onClick={() => go("/connect")}>
              Connect a device
            </Button>
          </SpaceBetween>
        }
        empty={
          filter.type || filter.attribute ? (
            <Button onClick={() => setSearch({ type: undefined, attribute: undefined, value: undefined, begins: undefined })}>
              Clear the filter
            </Button>
          ) : (
            <Button onClick={() => go("/connect")}>Connect a device</Button>
          )
        }
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ thingName }) => <PageLink href={`/things/${segment(thingName)}`}>{thingName}</PageLink>,
          },
          { id: "state", header: "State", cell: ({ thingName }) => <Connected name={thingName} /> },
          {
            id: "type",
            header: "Type",
            isWideOnly: true,
            cell: ({ thingTypeName }) => thingTypeName ?? "–",
          },
          {
            id: "attributes",
            header: "Attributes",
            isWideOnly: true,
            cell: ({ attributes }) =>
              Object.entries(attributes)
                .map(([name, value]) => `${name}=${value}`)
                .join(", ") || "–",
          },
        ]}
      />
      {isMaking && (
        <ThingForm
          onDismiss={() => setMaking(false)}
          onDone={(name) => {
            void queries.invalidateQueries({ queryKey: ["things"] });
            go(`/things/${segment(name)}`);
          }}
        />
      )}
    </>
  );
}
