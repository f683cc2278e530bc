import ContentLayout from "@cloudscape-design/components/content-layout";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { MqttState } from "../../aws/mqtt";
import { MessagesCard } from "./MessagesCard";
import { PublishCard } from "./PublishCard";
import { SubscribeCard } from "./SubscribeCard";
import { useMqtt } from "./useMqtt";
import { useWanted } from "./wanted";

/** A client like any other, in the browser: with the rights of whoever is signed in. */
export default function MqttClient() {
  const [wanted, setWanted] = useWanted();
  const mqtt = useMqtt(wanted);
  const header = (
    <Header
      variant="h1"
      description={`Subscribes and publishes over MQTT, with the rights of your user, as the client ${mqtt.clientId}.`}
      info={<State state={mqtt.state} />}
    >
      MQTT client
    </Header>
  );
  return (
    <ContentLayout header={header}>
      <Grid
        gridDefinition={[
          { colspan: { default: 12, m: 4 } },
          { colspan: { default: 12, m: 8 } },
        ]}
      >
        <SpaceBetween size="l">
          <SubscribeCard wanted={wanted} refused={mqtt.refused} onChange={setWanted} />
          <PublishCard publish={mqtt.publish} isConnected={mqtt.state.is === "connected"} />
        </SpaceBetween>
        <MessagesCard mqtt={mqtt} wanted={wanted} />
      </Grid>
    </ContentLayout>
  );
}

function State({ state }: { state: MqttState }) {
  if (state.is === "connected") return <StatusIndicator type="success">Connected</StatusIndicator>;
  if (state.is === "connecting") return <StatusIndicator type="in-progress">Connecting</StatusIndicator>;
  return <StatusIndicator type="warning">Not connected, trying again: {state.why}</StatusIndicator>;
}
