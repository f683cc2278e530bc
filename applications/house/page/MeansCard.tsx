import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Chart } from "console/parts/Chart";
import { PageLink } from "console/parts/PageLink";
import { Problem } from "console/parts/Problem";
import { meansOfZones } from "./calls";
import { OFF_BELOW, ON_ABOVE } from "./plan";

const REFRESH_MILLIS = 5_000;
const CHART_PX = 220;
/** The chart with its legend: nothing moves when it comes. */
const CARD_PX = 260;

/** The last fifteen minutes of both zones. */
export function MeansCard({ readings }: { readings: string }) {
  const means = useQuery({
    queryKey: ["house", "means", readings],
    queryFn: async ({ signal }) => (await meansOfZones(readings, signal)) ?? null,
    refetchInterval: REFRESH_MILLIS,
    placeholderData: keepPreviousData,
  });
  return (
    <Container
      header={
        <Header variant="h2" description="Means of the zones; artefacts are not among them." actions={<PageLink href="/series">Series</PageLink>}>
          Last 15 minutes
        </Header>
      }
    >
      <div style={{ minHeight: CARD_PX }}>
        {means.isError && <Problem what="The means" error={means.error} onRetry={() => void means.refetch()} />}
        {means.data === null && <Box color="text-body-secondary">Nothing was measured in the last 15 minutes.</Box>}
        {means.data && (
          <Chart
            times={means.data.times}
            lines={means.data.lines}
            height={CHART_PX}
            unit="°C"
            thresholds={[OFF_BELOW, ON_ABOVE]}
            ariaLabel="Mean temperature of each zone, in the last 15 minutes"
          />
        )}
      </div>
    </Container>
  );
}
