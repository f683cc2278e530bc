import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { colourOf } from "../../parts/chartLook";
import { useDark } from "../../parts/useDark";
import styles from "./mqtt.module.css";
import { filterMistake } from "./topics";
import type { Wanted } from "./useMqtt";

interface Props {
  wanted: Wanted[];
  refused: Record<string, string>;
  onChange: (wanted: Wanted[]) => void;
}

export function SubscribeCard({ wanted, refused, onChange }: Props) {
  const [filter, setFilter] = useState("");
  const [qos, setQos] = useState<Wanted["qos"]>(0);
  const [isTried, setTried] = useState(false);
  const isDark = useDark();
  const mistake = filterMistake(filter);
  const add = () => {
    setTried(true);
    if (mistake) return;
    onChange([...wanted.filter((other) => other.filter !== filter), { filter, qos }]);
    setFilter("");
    setTried(false);
  };
  return (
    <Container header={<Header variant="h2">Subscribe</Header>}>
      <SpaceBetween size="m">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <SpaceBetween size="s">
            <FormField label="Topic filter" errorText={isTried ? mistake : undefined}>
              <Input
                value={filter}
                onChange={({ detail }) => setFilter(detail.value)}
                placeholder="sensor/#"
                autoComplete={false}
                spellcheck={false}
              />
            </FormField>
            <SpaceBetween direction="horizontal" size="xs" alignItems="end">
              <QosChoice qos={qos} onChange={setQos} label="QoS of the subscription" />
              <Button formAction="submit">Subscribe</Button>
            </SpaceBetween>
          </SpaceBetween>
        </form>
        {wanted.length > 0 && (
          <ul className={styles.filters}>
            {wanted.map((held, index) => (
              <li key={held.filter} className={styles.filter}>
                <span className={styles.dot} style={{ background: colourOf(index, isDark) }} />
                <span className={styles.filterText}>
                  {held.filter}
                  {held.qos === 1 && <span className={styles.faint}> QoS 1</span>}
                  {refused[held.filter] && (
                    <div>
                      <StatusIndicator type="error">Refused: {refused[held.filter]}</StatusIndicator>
                    </div>
                  )}
                </span>
                <Button
                  variant="icon"
                  iconName="close"
                  ariaLabel={`Unsubscribe from ${held.filter}`}
                  onClick={() => onChange(wanted.filter((other) => other !== held))}
                />
              </li>
            ))}
          </ul>
        )}
        {wanted.length === 0 && (
          <Box color="text-body-secondary" fontSize="body-s">
            # is every topic, + any one level.{" "}
            <Button variant="inline-link" onClick={() => onChange([{ filter: "#", qos: 0 }])}>
              Subscribe to all
            </Button>
          </Box>
        )}
      </SpaceBetween>
    </Container>
  );
}

export function QosChoice({
  qos,
  onChange,
  label,
}: {
  qos: Wanted["qos"];
  onChange: (qos: Wanted["qos"]) => void;
  label: string;
}) {
  return (
    <SegmentedControl
      label={label}
      selectedId={String(qos)}
      onChange={({ detail }) => onChange(detail.selectedId === "1" ? 1 : 0)}
      options={[
        { id: "0", text: "QoS 0" },
        { id: "1", text: "QoS 1" },
      ]}
    />
  );
}
