import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useLocation } from "wouter";
import { JsonBlock } from "../../parts/JsonBlock";
import { Ago } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { useSettled } from "../../parts/useSettled";
import { useTail } from "../../parts/useTail";
import { useUrlState } from "../../parts/useUrlState";
import { filterMistake } from "../mqtt/topics";
import { LatelySeen } from "./LatelySeen";

const KEPT = 50;

/** What passes on the thing's topics now, and what rules saw of it lately. */
export function MessagesTab({ thing }: { thing: string }) {
  const [, go] = useLocation();
  const [filter, setFilter] = useUrlState("filter", `${thing}/#`);
  const settled = useSettled(filter, 600);
  const mistake = filterMistake(settled);
  const { messages, error } = useTail(mistake ? undefined : settled, KEPT);
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description={`From now on, newest first; the latest ${KEPT}.`}
            actions={
              <Button onClick={() => go(`/mqtt-client?${new URLSearchParams({ f: filter })}`)}>
                Open in the MQTT client
              </Button>
            }
          >
            Live
          </Header>
        }
      >
        <SpaceBetween size="s">
          <FormField label="Topic filter" errorText={mistake}>
            <Input
              value={filter}
              onChange={({ detail }) => setFilter(detail.value)}
              autoComplete={false}
              spellcheck={false}
            />
          </FormField>
          {error !== undefined && <Problem what="What passes" error={error} />}
          {messages.length === 0 && (
            <Box color="text-body-secondary">Nothing has come since this page listens to {settled}.</Box>
          )}
          {messages.map((message, index) => (
            <ExpandableSection
              key={`${message.at} ${messages.length - index}`}
              variant="default"
              headerText={
                <>
                  {message.topic}{" "}
                  <Box display="inline" color="text-body-secondary" fontSize="body-s" fontWeight="normal">
                    <Ago at={message.at} />, {message.bytes} bytes
                  </Box>
                </>
              }
            >
              {message.payload === undefined ? "It is no text." : <JsonBlock value={message.payload} />}
            </ExpandableSection>
          ))}
        </SpaceBetween>
      </Container>
      <LatelySeen thing={thing} />
    </SpaceBetween>
  );
}
