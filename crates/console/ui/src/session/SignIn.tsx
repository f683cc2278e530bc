import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useRef, useState } from "react";
import { SessionError, type WithLink, type WithPassword, type Who, signIn } from "./session";
import styles from "./signin.module.css";

interface Props {
  onSignedIn: (who: Who) => void;
  problem?: Error;
}

/** By the one-time link, which is a fragment of the address, or by name and password. */
export function SignIn({ onSignedIn, problem }: Props) {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [newPassword, setNewPassword] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const link = useRef(takeLink());

  async function enter(way: WithLink | WithPassword) {
    setBusy(true);
    setFailure(undefined);
    try {
      const who = await signIn(way);
      if (window.location.pathname.startsWith("/login")) {
        window.history.replaceState(null, "", "/");
      }
      onSignedIn(who);
    } catch (error) {
      if (error instanceof SessionError && error.code === "PasswordChangeRequired") {
        setNewPassword("");
      }
      setFailure(said(error));
    } finally {
      setBusy(false);
    }
  }

  // A link is used once, when the page opens.
  useEffect(() => {
    const token = link.current;
    link.current = undefined;
    if (token) void enter({ link: token });
  }, []);

  const isExpired = problem instanceof SessionError && problem.code === "SessionExpired";
  const isUnreachable = problem && !(problem instanceof SessionError);
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void enter({ user, password, newPassword });
          }}
        >
          <Container header={<Header variant="h1">Thingstead</Header>}>
            <SpaceBetween size="l">
              {!window.isSecureContext && (
                <Alert type="error" header="This page needs HTTPS">
                  Open it with https://, or on the machine itself at http://localhost: browsers sign
                  requests only then.
                </Alert>
              )}
              {isUnreachable && (
                <Alert type="error" header="The server does not answer">
                  {problem.message}
                </Alert>
              )}
              {isExpired && !failure && (
                <Alert type="info">Your session is over. Sign in again; nothing is lost.</Alert>
              )}
              {failure && <Alert type="error">{failure}</Alert>}
              <FormField label="User name">
                <Input
                  value={user}
                  onChange={({ detail }) => setUser(detail.value)}
                  autoComplete="username"
                  name="user"
                />
              </FormField>
              <FormField label="Password">
                <Input
                  type="password"
                  value={password}
                  onChange={({ detail }) => setPassword(detail.value)}
                  autoComplete="current-password"
                  name="password"
                />
              </FormField>
              {newPassword !== undefined && (
                <FormField label="New password" description="At least 8 characters.">
                  <Input
                    type="password"
                    value={newPassword}
                    onChange={({ detail }) => setNewPassword(detail.value)}
                    autoComplete="new-password"
                    name="new-password"
                  />
                </FormField>
              )}
              <Button variant="primary" formAction="submit" loading={isBusy} fullWidth>
                Sign in
              </Button>
              <Box color="text-body-secondary" fontSize="body-s">
                The owner of this machine signs in by a one-time link. A new one is printed by{" "}
                <Box variant="code" display="inline">
                  thingstead console
                </Box>
              </Box>
            </SpaceBetween>
          </Container>
        </form>
      </div>
    </main>
  );
}

/** The token of a one-time link, taken out of the address so that it is in no history. */
function takeLink(): string | undefined {
  const { pathname, hash } = window.location;
  if (!pathname.startsWith("/login") || hash.length < 2) return undefined;
  window.history.replaceState(null, "", "/login");
  return hash.slice(1);
}

function said(error: unknown): string {
  if (!(error instanceof SessionError)) return String((error as Error).message ?? error);
  if (error.code === "WrongLink") {
    return "This link was used before, or its time is over. `thingstead console` prints a new one.";
  }
  if (error.code === "TooManyAttempts" && error.retryAfterSecs) {
    return `${error.message} Try again in ${error.retryAfterSecs} s.`;
  }
  return error.message;
}
