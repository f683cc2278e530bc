import ContentLayout from "@cloudscape-design/components/content-layout";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Loading } from "../../parts/Loading";
import { Ago } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { CountsCard } from "./CountsCard";
import { DiskCard } from "./DiskCard";
import { FirstSteps } from "./FirstSteps";
import { FlowCard } from "./FlowCard";
import { Problems } from "./Problems";
import { type Overview, overview } from "./calls";
import { speedsOf } from "./rates";

const LOOK_MILLIS = 2_000;

/** What is wrong first, then what is to do, then how it goes. */
export default function Home() {
  const looked = useQuery({ queryKey: ["overview"], queryFn: overview, refetchInterval: LOOK_MILLIS });
  const before = useBefore(looked.data);
  if (looked.isPending) return <Loading />;
  if (!looked.data) {
    return <Problem what="The overview" error={looked.error} onRetry={() => void looked.refetch()} />;
  }
  const now = looked.data;
  const isDone = Object.values(now.firstSteps).every(Boolean);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={
            <>
              Thingstead {now.version}, started <Ago at={now.startedAt} />
            </>
          }
        >
          Home
        </Header>
      }
    >
      <SpaceBetween size="l">
        {looked.isError && <Problem what="What is new" error={looked.error} onRetry={() => void looked.refetch()} />}
        <Problems problems={now.problems} />
        {!isDone && <FirstSteps done={now.firstSteps} />}
        <FlowCard now={now} speeds={speedsOf(before, now)} />
        <Grid
          gridDefinition={[
            { colspan: { default: 12, m: 7 } },
            { colspan: { default: 12, m: 5 } },
          ]}
        >
          <CountsCard counts={now.counts} />
          <DiskCard disk={now.disk} freeBytes={now.diskFreeBytes} />
        </Grid>
      </SpaceBetween>
    </ContentLayout>
  );
}

/** The look before this one. */
function useBefore(now: Overview | undefined): Overview | undefined {
  const held = useRef<{ before?: Overview; now?: Overview }>({});
  if (held.current.now !== now) held.current = { before: held.current.now, now };
  useEffect(
    () => () => {
      held.current = {};
    },
    [],
  );
  return held.current.before;
}
