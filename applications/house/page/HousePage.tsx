// The house as it is now: its rooms, its air conditioners, what was kept out, and what the controller did.

import ContentLayout from "@cloudscape-design/components/content-layout";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ApplicationProps } from "console/pages/applications/application";
import { Problem } from "console/parts/Problem";
import { DashboardButton } from "./DashboardButton";
import { InvalidCard } from "./InvalidCard";
import { MeansCard } from "./MeansCard";
import { RunsCard } from "./RunsCard";
import { ZoneCard } from "./ZoneCard";
import { latestReadings, latestRuns } from "./calls";
import { ZONES } from "./plan";
import { switchedOf } from "./runs";

const REFRESH_MILLIS = 2_000;

export default function HousePage({ names }: ApplicationProps) {
  const { Readings: readings = "", ControllerLog: log = "" } = names;
  const latest = useQuery({
    queryKey: ["house", "latest", readings],
    queryFn: ({ signal }) => latestReadings(readings, signal),
    refetchInterval: REFRESH_MILLIS,
    placeholderData: keepPreviousData,
  });
  const runs = useQuery({
    queryKey: ["house", "runs", log],
    queryFn: () => latestRuns(log),
    refetchInterval: REFRESH_MILLIS,
  });
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="An air conditioner is switched on where the mean of the last minute is above 35 °C, and off below 20 °C."
          actions={<DashboardButton />}
        >
          House
        </Header>
      }
    >
      <SpaceBetween size="l">
        {latest.isError && (
          <Problem what="The temperatures" error={latest.error} onRetry={() => void latest.refetch()} />
        )}
        <Grid gridDefinition={ZONES.map(() => ({ colspan: { default: 12, s: 6 } }))}>
          {ZONES.map((zone) => (
            <ZoneCard
              key={zone.zone}
              zone={zone}
              names={names}
              readings={latest.data}
              switched={switchedOf(runs.data ?? [], zone.zone)}
            />
          ))}
        </Grid>
        <MeansCard readings={readings} />
        <Grid
          gridDefinition={[
            { colspan: { default: 12, m: 7 } },
            { colspan: { default: 12, m: 5 } },
          ]}
        >
          <RunsCard names={names} runs={runs.data} error={runs.error} onRetry={() => void runs.refetch()} />
          <InvalidCard names={names} />
        </Grid>
      </SpaceBetween>
    </ContentLayout>
  );
}
