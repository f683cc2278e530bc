import Alert from "@cloudscape-design/components/alert";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Doctor, doctor } from "../../aws/own";
import { Loading } from "../../parts/Loading";
import { Problem } from "../../parts/Problem";
import { useUrlState } from "../../parts/useUrlState";
import { BundleCard } from "./BundleCard";
import { LinesCard } from "./LinesCard";
import { NewDeviceForm } from "./NewDeviceForm";
import { WatchCard } from "./WatchCard";
import type { Bundle } from "./calls";
import { isLoopback, portOf } from "./lines";

/** From a name to the first message. `?device=NAME` watches a device that is there. */
export default function Connect() {
  const [name, setName] = useUrlState("device");
  const [bundle, setBundle] = useState<Bundle>();
  const [since, setSince] = useState<number>();
  // Its answer tells when this page began to watch, by the server's clock: so it is asked once.
  const server = useQuery({ queryKey: ["connect", "doctor"], queryFn: doctor, staleTime: Number.POSITIVE_INFINITY });
  const begin = (made: Bundle | undefined, device: string, at?: number) => {
    setBundle(made);
    setSince(at);
    setName(device);
  };
  const description = name
    ? "Copy its files to the device and run the lines for its kind. This page tells when it has connected, or why it has not."
    : "A device gets a name, a certificate of its own and a policy. Then it connects, and this page watches.";
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={description}>
          {name ? `Connect ${name}` : "Connect a device"}
        </Header>
      }
    >
      {server.isPending ? (
        <Loading />
      ) : server.isError ? (
        <Problem what="Where devices connect" error={server.error} onRetry={() => void server.refetch()} />
      ) : !name ? (
        <NewDeviceForm onMade={(made, at) => begin(made, made.name, at)} onExisting={(device) => begin(undefined, device)} />
      ) : (
        <Steps
          key={name}
          name={name}
          server={server.data}
          bundle={bundle?.name === name ? bundle : undefined}
          since={since ?? server.data.now}
          onAnother={() => begin(undefined, "")}
        />
      )}
    </ContentLayout>
  );
}

interface StepsProps {
  name: string;
  server: Doctor;
  bundle: Bundle | undefined;
  since: number;
  onAnother: () => void;
}

function Steps({ name, server, bundle, since, onAnother }: StepsProps) {
  const host = window.location.hostname;
  if (!server.mqtts) {
    return (
      <Alert type="error" header="The door for devices is closed">
        The server was started with --mqtts off. Start it with an address, such as --mqtts 0.0.0.0:8883, and open this
        page again.
      </Alert>
    );
  }
  const place = { host, port: portOf(server.mqtts), name };
  return (
    <SpaceBetween size="l">
      {isLoopback(server.mqtts) && (
        <Alert type="info" header="Only devices on this machine can connect">
          The door for devices listens at {server.mqtts}. For others, start the server with --mqtts 0.0.0.0:{place.port}.
        </Alert>
      )}
      <WatchCard name={name} since={since} onAnother={onAnother} />
      {bundle ? (
        <BundleCard bundle={bundle} place={place} />
      ) : (
        <Alert type="info" header="The files of this device were shown when it was made">
          Its private key is nowhere but there. If it is lost, give the device another certificate on its page.
        </Alert>
      )}
      <LinesCard place={place} secrets={bundle} />
    </SpaceBetween>
  );
}
