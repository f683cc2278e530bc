import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Moment } from "../../parts/Moment";
import { PagedTable } from "../../parts/PagedTable";
import { useSettled } from "../../parts/useSettled";
import { useUrlStates } from "../../parts/useUrlState";
import { NewParameter } from "./NewParameter";
import { ParameterModal } from "./ParameterModal";
import { type ParameterRow, listParameters } from "./calls";

/** `?path=` is the filter, `?name=` a parameter that is open. */
export default function Parameters() {
  const [search, setSearch] = useUrlStates();
  const path = search.get("path") ?? "";
  const name = search.get("name");
  const asked = useSettled(path);
  const [isMaking, setMaking] = useState(false);
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: ["parameters"] });
  const hrefOf = (opened: string) => {
    const next = new URLSearchParams(search);
    next.set("name", opened);
    return `/parameters?${next}`;
  };
  return (
    <>
      <PagedTable<ParameterRow>
        title="Parameters"
        noun="parameters"
        description="Settings and secrets by path, as in the Parameter Store."
        queryKey={["parameters", "list", asked]}
        fetchPage={async (token) => {
          const { Parameters: items, NextToken } = await listParameters(asked, token);
          return { items, nextToken: NextToken };
        }}
        keyOf={(row) => row.Name}
        filter={{ value: path, onChange: (value) => setSearch({ path: value }), placeholder: "Path: /house/" }}
        actions={
          <Button variant="primary" onClick={() => setMaking(true)}>
            Make a parameter
          </Button>
        }
        columns={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: (row) => (
              <Link
                href={hrefOf(row.Name)}
                onFollow={(event) => {
                  event.preventDefault();
                  setSearch({ name: row.Name });
                }}
              >
                {row.Name}
              </Link>
            ),
          },
          { id: "type", header: "Type", cell: (row) => row.Type },
          { id: "version", header: "Version", cell: (row) => row.Version },
          {
            id: "changed",
            header: "Changed",
            isWideOnly: true,
            cell: (row) => <Moment at={row.LastModifiedDate * 1000} />,
          },
        ]}
      />
      {isMaking && (
        <NewParameter
          path={path}
          onDone={() => {
            setMaking(false);
            void changed();
          }}
          onDismiss={() => setMaking(false)}
        />
      )}
      {name && <ParameterModal key={name} name={name} onChange={changed} onDismiss={() => setSearch({ name: undefined })} />}
    </>
  );
}
