import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Moment } from "../../../parts/Moment";
import { Problem } from "../../../parts/Problem";
import { useNarrow } from "../../../parts/useNarrow";
import { ThingsOfCertificate } from "../../policies/ThingsOfCertificate";
import { type Expiring, READ_MAX, type Urgency, leftText, readAll, urgencyOf } from "./calls";

const PAGE_ROWS = 25;
/** Enough of an identifier to know it by. */
const ID_LETTERS = 16;

const URGENCIES: Record<Urgency, "error" | "warning" | "success"> = { over: "error", soon: "warning", later: "success" };

/** Those that end first, first. Nothing tells a device that its certificate ends: somebody must look. */
export function Certificates() {
  const [count, setCount] = useState(0);
  const [page, setPage] = useState(1);
  const isNarrow = useNarrow();
  const all = useQuery({
    queryKey: ["certificates", "expiry"],
    queryFn: ({ signal }) => readAll(setCount, signal),
    staleTime: 60_000,
  });
  if (all.isError) return <Problem what="The certificates" error={all.error} onRetry={() => void all.refetch()} />;
  const found = all.data?.found ?? [];
  const pages = Math.max(1, Math.ceil(found.length / PAGE_ROWS));
  return (
    <SpaceBetween size="m">
      {all.data?.isCut && (
        <Alert type="warning" header={`${READ_MAX} certificates were read, and there are more`}>
          The server does not sort them, so one that is not here may end earlier.
        </Alert>
      )}
      <Table<Expiring>
        items={found.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS)}
        trackBy="id"
        wrapLines={isNarrow}
        loading={all.isPending}
        loadingText={`Reading certificates: ${count}`}
        ariaLabels={{ tableLabel: "Certificates" }}
        header={
          <Header
            variant="h2"
            counter={all.data && `(${found.length})`}
            description="Of this server, of devices and of authorities, the one that ends first at the top."
            actions={
              <Button
                iconName="refresh"
                ariaLabel="Refresh certificates"
                loading={all.isFetching}
                onClick={() => void all.refetch()}
              />
            }
          >
            Certificates
          </Header>
        }
        empty={<Box color="text-body-secondary">There are no certificates. A device that is connected brings one.</Box>}
        pagination={
          pages > 1 && (
            <Pagination
              currentPageIndex={page}
              pagesCount={pages}
              onChange={({ detail }) => setPage(detail.currentPageIndex)}
              ariaLabels={{
                nextPageLabel: "Next page",
                previousPageLabel: "Previous page",
                pageLabel: (number) => `Page ${number}`,
              }}
            />
          )
        }
        columnDefinitions={COLUMNS.filter(({ id }) => !isNarrow || (id !== "id" && id !== "status"))}
      />
    </SpaceBetween>
  );
}

const OWNERS: Record<Expiring["kind"], string> = {
  device: "A device",
  authority: "An authority",
  server: "This server; it renews it by itself",
  root: "The root that devices trust",
};

const COLUMNS = [
  { id: "ends", header: "Ends", minWidth: 140, cell: ({ notAfter }: Expiring) => <Ends notAfter={notAfter} /> },
  {
    id: "of",
    header: "Of",
    minWidth: 120,
    isRowHeader: true,
    cell: ({ kind, arn }: Expiring) => (kind === "device" && arn ? <ThingsOfCertificate arn={arn} /> : OWNERS[kind]),
  },
  { id: "status", header: "State", minWidth: 110, cell: ({ status }: Expiring) => status ?? "–" },
  {
    id: "id",
    header: "Certificate",
    minWidth: 180,
    cell: ({ id, arn }: Expiring) => (arn ? <span title={id}>{id.slice(0, ID_LETTERS)}…</span> : "–"),
  },
];

function Ends({ notAfter }: { notAfter: number }) {
  const now = Date.now();
  return (
    <div>
      <StatusIndicator type={URGENCIES[urgencyOf(notAfter, now)]}>{leftText(notAfter, now)}</StatusIndicator>
      <Box color="text-body-secondary" fontSize="body-s">
        <Moment at={notAfter} />
      </Box>
    </div>
  );
}
