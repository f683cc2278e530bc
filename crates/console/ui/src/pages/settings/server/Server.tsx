import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { type Doctor, doctor } from "../../../aws/own";
import { Loading } from "../../../parts/Loading";
import { Ago, Moment } from "../../../parts/Moment";
import { Problem } from "../../../parts/Problem";
import { DiskCard } from "../../home/DiskCard";
import { type Overview, overview } from "../../home/calls";
import { Limits } from "./Limits";

const LOOK_MILLIS = 5_000;

/** What this server is, where it listens, what it takes, and what it lets nobody exceed. */
export function Server() {
  const doors = useQuery({ queryKey: ["doctor"], queryFn: doctor });
  const looked = useQuery({ queryKey: ["overview"], queryFn: overview, refetchInterval: LOOK_MILLIS });
  const failed = [doors, looked].find(({ isError }) => isError);
  if (failed) return <Problem what="The server" error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!doors.data || !looked.data) return <Loading />;
  return (
    <SpaceBetween size="l">
      <About doors={doors.data} now={looked.data} />
      <DiskCard disk={looked.data.disk} freeBytes={looked.data.diskFreeBytes} />
      <Limits />
    </SpaceBetween>
  );
}

function About({ doors, now }: { doors: Doctor; now: Overview }) {
  const door = (address: string | null) => address ?? "Closed";
  return (
    <Container header={<Header variant="h2">Thingstead {now.version}</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: "Started", value: <Ago at={now.startedAt} /> },
          { label: "Clock of the server", value: <Moment at={now.now} /> },
          { label: "AWS API", value: door(doors.aws) },
          { label: "Devices, MQTT over mutual TLS", value: door(doors.mqtts) },
          { label: "Devices, HTTPS", value: door(doors.https) },
          { label: "Tools on the machine, plain MQTT", value: door(doors.mqtt) },
        ]}
      />
    </Container>
  );
}
