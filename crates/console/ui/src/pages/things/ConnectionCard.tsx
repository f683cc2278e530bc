import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Ago } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { useNotices } from "../../shell/notices";
import { endConnection, getConnection, listSubscriptions } from "./calls";

const LOOK_MILLIS = 3_000;

/** The connection as it is now, and what it listens to. */
export function ConnectionCard({ name, isConnected }: { name: string; isConnected: boolean | undefined }) {
  const { attempt } = useNotices();
  const queries = useQueryClient();
  const look = { refetchInterval: LOOK_MILLIS, enabled: isConnected === true };
  const connection = useQuery({ queryKey: ["connection", name], queryFn: () => getConnection(name), ...look });
  const filters = useQuery({ queryKey: ["subscriptions", name], queryFn: () => listSubscriptions(name), ...look });
  const end = async () => {
    await attempt(`End the connection of ${name}`, () => endConnection(name));
    void queries.invalidateQueries({ queryKey: ["device", name] });
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={isConnected && <Button onClick={() => void end()}>End it</Button>}
          description={isConnected ? "A client that is sent away may come back at once." : undefined}
        >
          Connection
        </Header>
      }
    >
      {!isConnected && (
        <Box color="text-body-secondary">
          {isConnected === undefined ? "Asking …" : "It is not connected. Below is when it was, and why it is not."}
        </Box>
      )}
      {isConnected && connection.isError && <Problem what="The connection" error={connection.error} />}
      {isConnected && connection.data && (
        <KeyValuePairs
          columns={3}
          items={[
            { label: "Since", value: <Ago at={connection.data.connectedSince} /> },
            { label: "From", value: `${connection.data.sourceIp ?? "–"}:${connection.data.sourcePort ?? ""}` },
            { label: "Keep-alive", value: `${connection.data.keepAliveDuration ?? "–"} s` },
            { label: "Session", value: connection.data.cleanSession ? "Begun anew" : "Persistent" },
            { label: "Kept after the end", value: expiryText(connection.data.sessionExpiry) },
            {
              label: "Listens to",
              value:
                filters.data?.map(({ topicFilter, qos }) => (
                  <div key={topicFilter}>
                    {topicFilter} (QoS {qos})
                  </div>
                )) ?? "…",
            },
          ]}
        />
      )}
    </Container>
  );
}

/** MQTT's largest number means for ever. */
function expiryText(secs: number): string {
  if (secs === 0) return "Not at all";
  return secs >= 0xffffffff ? "For ever" : `${secs} s`;
}
