import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { download } from "../../parts/download";
import { zip } from "../../parts/zip";

interface Props {
  thing: string;
  issued: { certificateId: string; certificatePem: string; privateKey: string };
}

/** A key that was just made, to be taken now. */
export function NewCertificateCard({ thing, issued }: Props) {
  const take = () => {
    const files = [
      { name: `${thing}/private.key`, text: issued.privateKey },
      { name: `${thing}/certificate.pem`, text: issued.certificatePem },
    ];
    download(`${thing.replaceAll(":", "_")}.zip`, zip(files), "application/zip");
  };
  return (
    <Alert type="warning" header="Take the private key now">
      <SpaceBetween size="s">
        <div>
          The server does not keep it, and it is gone when you leave this page. The root certificate of the device stays
          the same.
        </div>
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" iconName="download" onClick={take}>
            {thing}.zip
          </Button>
          <Button onClick={() => download("private.key", issued.privateKey, "text/plain")}>private.key</Button>
          <Button onClick={() => download("certificate.pem", issued.certificatePem, "text/plain")}>
            certificate.pem
          </Button>
        </SpaceBetween>
      </SpaceBetween>
    </Alert>
  );
}
