import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useWho } from "../../session/SessionGate";
import { ended } from "../../session/session";
import { problemText } from "../../shell/notices";
import { AccessKeys } from "./users/AccessKeys";
import { changePassword } from "./users/calls";
import { passwordMistake } from "./users/password";

/** The password and the keys of whoever is signed in. */
export function YourAccess() {
  const { arn, name } = useWho();
  if (!/:user\//.test(arn)) {
    return (
      <Alert type="info" header="You are the owner of this machine">
        The owner has no password, so there is none to guess: `thingstead console` prints a new link, and `thingstead env`
        tells tools the owner's key. Make a user for everybody else, and for yourself elsewhere.
      </Alert>
    );
  }
  return (
    <SpaceBetween size="l">
      <OwnPassword />
      <AccessKeys user={name} isOwn />
    </SpaceBetween>
  );
}

function OwnPassword() {
  const [old, setOld] = useState("");
  const [chosen, setChosen] = useState("");
  const [again, setAgain] = useState("");
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const mistake = chosen === "" ? undefined : passwordMistake(chosen);
  const isSame = chosen === again;
  const isReady = old !== "" && chosen !== "" && !mistake && isSame;

  async function change() {
    if (!isReady || isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await changePassword(old, chosen);
      // The server has ended every session of this user, this one too.
      ended();
    } catch (error) {
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Container
      header={
        <Header variant="h2" description="All your sessions end with the old password, and you sign in again.">
          Your password
        </Header>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <SpaceBetween size="m">
          <Secret label="Password until now" value={old} onChange={setOld} autoComplete="current-password" />
          <Secret label="New password" value={chosen} onChange={setChosen} mistake={mistake} />
          <Secret
            label="New password again"
            value={again}
            onChange={setAgain}
            mistake={again !== "" && !isSame ? "It is not the same." : undefined}
          />
          {failure && <Alert type="error">{failure}</Alert>}
          <Button variant="primary" formAction="submit" disabled={!isReady} loading={isBusy}>
            Change the password
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}

interface SecretProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  mistake?: string;
  autoComplete?: "current-password" | "new-password";
}

function Secret({ label, value, onChange, mistake, autoComplete = "new-password" }: SecretProps) {
  return (
    <FormField label={label} errorText={mistake}>
      <Input
        type="password"
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
        autoComplete={autoComplete}
      />
    </FormField>
  );
}
