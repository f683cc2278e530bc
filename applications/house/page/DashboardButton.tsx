import Button from "@cloudscape-design/components/button";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { readBody } from "console/pages/dashboards/body";
import { listDashboards, putDashboard } from "console/pages/dashboards/calls";
import { problemText, useNotices } from "console/shell/notices";
import { useState } from "react";
import { useLocation } from "wouter";
import dashboard from "./dashboard.json";

const NAME = "house";
const PAGE = `/dashboards/${NAME}`;

/** The house's dashboard: added if it is not there, opened if it is. */
export function DashboardButton() {
  const [, go] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const isThere = useQuery({
    queryKey: ["dashboards", "is-there", NAME],
    queryFn: async () => (await listDashboards(NAME, undefined)).dashboards.some(({ name }) => name === NAME),
  });
  if (isThere.data) {
    return (
      <Button
        href={PAGE}
        onFollow={(event) => {
          event.preventDefault();
          go(PAGE);
        }}
      >
        Open its dashboard
      </Button>
    );
  }
  async function add() {
    setBusy(true);
    await attempt(`Add the dashboard ${NAME}`, () => putDashboard(NAME, readBody(JSON.stringify(dashboard))));
    await queries.invalidateQueries({ queryKey: ["dashboards"] });
    setBusy(false);
  }
  return (
    <Button
      loading={isBusy || isThere.isPending}
      disabled={isThere.isError}
      disabledReason={isThere.isError ? problemText(isThere.error) : undefined}
      onClick={() => void add()}
    >
      Add its dashboard
    </Button>
  );
}
