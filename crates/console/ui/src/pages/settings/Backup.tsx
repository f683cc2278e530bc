import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ask } from "../../aws/json";
import { CopyLine } from "../../parts/CopyLine";
import { bytesText } from "../../parts/bytesText";
import { problemText } from "../../shell/notices";

interface Written {
  records: number;
  bytes: number;
  files: number;
}

type Outcome = { file: string; written: Written } | { failure: string };

/** Written on the server's machine: this page neither reads nor downloads it. */
export function Backup() {
  const [file, setFile] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();

  async function write() {
    if (file === "" || isBusy) return;
    setBusy(true);
    setOutcome(undefined);
    try {
      setOutcome({ file, written: await ask<Written>("thingstead", "Backup", { file }) });
    } catch (error) {
      setOutcome({ failure: problemText(error) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Container
      header={
        <Header variant="h2" description="Everything that the server holds, while it runs. Nothing stops meanwhile.">
          Backup
        </Header>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void write();
        }}
      >
        <SpaceBetween size="m">
          <Alert type="info">
            It is written to the disk of the server's machine, not to yours: one file, and beside it a directory of the
            same name with .files at its end. The keys of the server are not in it: copy root-ca.pem, root-ca.key and
            credentials from its data directory too, and keep them safe.
          </Alert>
          <FormField
            label="File on the server's machine"
            constraintText="A whole path, whose directory is there and whose file is not."
          >
            <Input
              value={file}
              onChange={({ detail }) => setFile(detail.value)}
              placeholder="/var/backups/thingstead.backup"
              autoComplete={false}
              spellcheck={false}
              disabled={isBusy}
            />
          </FormField>
          <Button variant="primary" formAction="submit" disabled={file === ""} loading={isBusy} loadingText="Writing">
            Write a backup
          </Button>
          {outcome && <Told outcome={outcome} />}
        </SpaceBetween>
      </form>
    </Container>
  );
}

function Told({ outcome }: { outcome: Outcome }) {
  if ("failure" in outcome) {
    return (
      <Alert type="error" header="No backup was made">
        {outcome.failure}
      </Alert>
    );
  }
  const { file, written } = outcome;
  return (
    <SpaceBetween size="s">
      <Alert type="success" header={`${file} is written`}>
        {written.records.toLocaleString("en")} records, {bytesText(written.bytes)}, and{" "}
        {written.files.toLocaleString("en")} files beside it.
      </Alert>
      <Box variant="awsui-key-label">A data directory is made from it with</Box>
      <CopyLine text={`thingstead --data NEW-DIRECTORY restore ${file}`} />
    </SpaceBetween>
  );
}
