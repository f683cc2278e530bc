import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { setCertificateStatus } from "../../aws/iot/certificates";
import { useNotices } from "../../shell/notices";

interface Props {
  id: string;
  status: string;
  onDone: () => void;
}

export function ActivateCertificate({ id, status, onDone }: Props) {
  const { attempt } = useNotices();
  const activate = async () => {
    await attempt("Activate the certificate", () => setCertificateStatus(id, "ACTIVE"));
    onDone();
  };
  return (
    <Alert
      type="warning"
      header={`Its certificate is ${status.toLowerCase().replaceAll("_", " ")}`}
      action={<Button onClick={() => void activate()}>Activate it</Button>}
    >
      Nothing connects with it, whatever policies say.
      {status === "REVOKED" && " It was revoked: somebody took its key for lost. A new certificate is safer."}
    </Alert>
  );
}
