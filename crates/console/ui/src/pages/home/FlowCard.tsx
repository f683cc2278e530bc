import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useMemo } from "react";
import { Chart } from "../../parts/Chart";
import { PageLink } from "../../parts/PageLink";
import type { Overview } from "./calls";
import styles from "./home.module.css";
import { type Speeds, flowOf, speedText } from "./rates";

const COUNT = new Intl.NumberFormat("en");
const CHART_PX = 180;

/** What flows now, and in the last hour. */
export function FlowCard({ now, speeds }: { now: Overview; speeds: Speeds | undefined }) {
  const flow = useMemo(() => flowOf(now.history), [now.history]);
  const isQuiet = now.messagesReceived === 0 && now.messagesSent === 0 && now.connectedClients === 0;
  return (
    <Container header={<Header variant="h2">Now</Header>}>
      {isQuiet ? (
        <Box color="text-body-secondary" padding={{ vertical: "s" }}>
          Nothing is connected, and no message has come since the start. What flows will be drawn here.
        </Box>
      ) : (
        <>
          <div className={styles.figures}>
            <Figure label="Connected" value={COUNT.format(now.connectedClients)} />
            <Figure label="Messages in" value={speedText(speeds?.received)} unit="a second" />
            <Figure label="Messages out" value={speedText(speeds?.sent)} unit="a second" />
            <Figure label="Rules matched" value={speedText(speeds?.rulesMatched)} unit="a second" />
            <Figure
              label="Rules failed"
              value={COUNT.format(now.rulesFailed)}
              unit="since the start"
              isBad={now.rulesFailed > 0}
              page="/messages"
            />
            <Figure
              label="Refused"
              value={COUNT.format(now.connectionsRefused)}
              unit="connections"
              isBad={now.connectionsRefused > 0}
              page="/denials"
            />
          </div>
          <Chart
            times={flow.times}
            lines={[
              { label: "In", values: flow.received },
              { label: "Out", values: flow.sent },
            ]}
            height={CHART_PX}
            unit="/s"
            min={0}
            ariaLabel="Messages in and out a second, in the last hour"
          />
        </>
      )}
    </Container>
  );
}

interface FigureProps {
  label: string;
  value: string;
  unit?: string;
  isBad?: boolean;
  /** Where to look, if it is bad. */
  page?: string;
}

function Figure({ label, value, unit, isBad = false, page }: FigureProps) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <Box fontSize="display-l" fontWeight="light" color={isBad ? "text-status-error" : "inherit"}>
        {isBad && page ? (
          <PageLink href={page} fontSize="inherit" variant="primary">
            {value}
          </PageLink>
        ) : (
          value
        )}
      </Box>
      <Box color="text-body-secondary" fontSize="body-s">
        {unit ?? "\u00a0"}
      </Box>
    </div>
  );
}
