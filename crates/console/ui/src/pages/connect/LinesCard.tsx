import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { CopyLine } from "../../parts/CopyLine";
import { useUrlState } from "../../parts/useUrlState";
import { type ClientLines, type Place, type Secrets, clientLines } from "./lines";

/** What to run on the device, by kind of client. */
export function LinesCard({ place, secrets }: { place: Place; secrets?: Secrets }) {
  const [shown, setShown] = useUrlState("client", "mosquitto");
  const clients = clientLines(place, secrets);
  return (
    <Container
      header={
        <Header variant="h2" description={`In the folder with its files. The endpoint is ${place.host}, port ${place.port}.`}>
          {secrets ? "2. Connect" : "Connect"}
        </Header>
      }
    >
      <Tabs
        activeTabId={clients.some(({ id }) => id === shown) ? shown : "mosquitto"}
        onChange={({ detail }) => setShown(detail.activeTabId)}
        ariaLabel="Kinds of clients"
        tabs={clients.map((client) => ({ id: client.id, label: client.label, content: <Lines client={client} /> }))}
      />
    </Container>
  );
}

function Lines({ client: { before, code, after } }: { client: ClientLines }) {
  return (
    <SpaceBetween size="s">
      {before && (
        <div>
          <Box variant="awsui-key-label">First</Box>
          <CopyLine text={before} />
        </div>
      )}
      <div>
        <Box variant="awsui-key-label">Connect and publish</Box>
        <CopyLine text={code} />
      </div>
      {after && (
        <div>
          <Box variant="awsui-key-label">And stay connected, to listen</Box>
          <CopyLine text={after} />
        </div>
      )}
    </SpaceBetween>
  );
}
