import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Icon from "@cloudscape-design/components/icon";
import { useLocation } from "wouter";
import type { FirstStep } from "./calls";
import styles from "./home.module.css";

interface Step {
  id: FirstStep;
  what: string;
  how: string;
  verb: string;
  page: string;
}

const STEPS: Step[] = [
  {
    id: "deviceConnected",
    what: "Connect a device",
    how: "A name gives it a certificate and the lines to copy.",
    verb: "Connect",
    page: "/connect",
  },
  {
    id: "messageReceived",
    what: "See a message",
    how: "The MQTT client shows what devices say, and speaks to them.",
    verb: "Listen",
    page: "/mqtt-client?f=%23",
  },
  {
    id: "ruleMade",
    what: "Make a rule",
    how: "A line of SQL says which messages go where.",
    verb: "Make a rule",
    page: "/rules/new",
  },
  {
    id: "rowLanded",
    what: "See a row land",
    how: "What a rule writes is in a table or a series at once.",
    verb: "Tables",
    page: "/tables",
  },
];

/** The first five minutes: it ticks itself, and goes when all is done. */
export function FirstSteps({ done }: { done: Record<FirstStep, boolean> }) {
  const [, go] = useLocation();
  const count = STEPS.filter(({ id }) => done[id]).length;
  const next = STEPS.find(({ id }) => !done[id]);
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${count} of ${STEPS.length})`} description="This list ticks itself.">
          First steps
        </Header>
      }
    >
      <ol className={styles.steps}>
        {STEPS.map((step, index) => (
          <li key={step.id} className={done[step.id] ? `${styles.step} ${styles.done}` : styles.step}>
            <span className={styles.mark}>
              {done[step.id] ? <Icon name="status-positive" variant="success" ariaLabel="Done" /> : index + 1}
            </span>
            <span className={styles.text}>
              <Box fontWeight="bold" color={done[step.id] ? "text-body-secondary" : "inherit"}>
                {step.what}
              </Box>
              <Box color="text-body-secondary" fontSize="body-s">
                {step.how}
              </Box>
            </span>
            {!done[step.id] && (
              <Button
                href={step.page}
                variant={step === next ? "primary" : "normal"}
                onFollow={(event) => {
                  event.preventDefault();
                  go(step.page);
                }}
              >
                {step.verb}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Container>
  );
}
