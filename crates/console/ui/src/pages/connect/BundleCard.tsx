import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { download } from "../../parts/download";
import { zip } from "../../parts/zip";
import type { Bundle } from "./calls";
import { type Place, readme } from "./lines";

/** The device's files, to be taken now. */
export function BundleCard({ bundle, place }: { bundle: Bundle; place: Place }) {
  const [isTaken, setTaken] = useState(false);
  const files = [
    { name: "private.key", text: bundle.privateKey },
    { name: "certificate.pem", text: bundle.certificatePem },
    { name: "root-ca.pem", text: bundle.rootCertificatePem },
    { name: "CONNECT.md", text: readme(place) },
  ];
  const whole = () => {
    const inFolder = files.map((file) => ({ ...file, name: `${bundle.name}/${file.name}` }));
    // A colon is in names of things, and in no name of a file on some systems.
    download(`${bundle.name.replaceAll(":", "_")}.zip`, zip(inFolder), "application/zip");
    setTaken(true);
  };
  return (
    <Container
      header={
        <Header variant="h2" description="A folder with its key, its certificate, the root certificate and these lines.">
          1. Take its files
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Alert type={isTaken ? "success" : "warning"}>
          {isTaken
            ? "Saved. Unpack it where the lines below will run."
            : "The private key is shown this one time: the server does not keep it. Take it before you leave this page."}
        </Alert>
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" iconName="download" onClick={whole}>
            {bundle.name}.zip
          </Button>
          {files.map(({ name, text }) => (
            <Button
              key={name}
              onClick={() => {
                download(name, text, "text/plain");
                if (name === "private.key") setTaken(true);
              }}
            >
              {name}
            </Button>
          ))}
        </SpaceBetween>
      </SpaceBetween>
    </Container>
  );
}
