import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "console/parts/Moment";
import { PageLink } from "console/parts/PageLink";
import { RoomTile } from "./RoomTile";
import { isConnected, type Reading } from "./calls";
import styles from "./house.module.css";
import { degreesText, type Zone } from "./plan";
import type { Switched } from "./runs";

const CONNECTED_MILLIS = 5_000;

export interface ZoneCardProps {
  zone: Zone;
  names: Record<string, string>;
  /** Nothing until they are known. */
  readings: Reading[] | undefined;
  switched: Switched | undefined;
}

export function ZoneCard({ zone: { zone, rooms, device }, names, readings, switched }: ZoneCardProps) {
  const ofRoom = (sensor: number) => readings?.find((reading) => reading.sensor === sensor);
  const known = rooms.flatMap(({ sensor }) => ofRoom(sensor)?.degrees ?? []);
  const mean = known.length > 0 ? known.reduce((sum, degrees) => sum + degrees, 0) / known.length : undefined;
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description={`${degreesText(mean)} on average now`}>
          Zone {zone}
        </Header>
      }
    >
      <div className={styles.zone}>
        <AirConditioner thing={names[device] ?? ""} switched={switched} />
        <div className={styles.rooms}>
          {rooms.map(({ sensor, device: sensorDevice }) => (
            <RoomTile key={sensor} sensor={sensor} thing={names[sensorDevice] ?? ""} reading={ofRoom(sensor)} />
          ))}
        </div>
      </div>
    </Container>
  );
}

/** It has no shadow: what it does is what the controller told it last. */
function AirConditioner({ thing, switched }: { thing: string; switched: Switched | undefined }) {
  const connected = useQuery({
    queryKey: ["house", "connected", thing],
    queryFn: () => isConnected(thing),
    refetchInterval: CONNECTED_MILLIS,
  });
  return (
    <div className={`${styles.conditioner} ${switched?.isOn ? styles.on : ""}`}>
      <div>
        <Box variant="awsui-key-label">
          Air conditioner <PageLink href={`/things/${encodeURIComponent(thing)}`}>{thing}</PageLink>
        </Box>
        <Box fontSize="heading-m" fontWeight="bold" color="inherit">
          {switched === undefined ? "Not switched lately" : switched.isOn ? "On" : "Off"}
        </Box>
        <Box fontSize="body-s" color="text-body-secondary">
          {switched ? (
            <>
              told <Ago at={switched.at} />
            </>
          ) : (
            "\u00a0"
          )}
        </Box>
      </div>
      {connected.data !== undefined && (
        <StatusIndicator type={connected.data ? "success" : "stopped"}>
          {connected.data ? "Connected" : "Not connected"}
        </StatusIndicator>
      )}
    </div>
  );
}
