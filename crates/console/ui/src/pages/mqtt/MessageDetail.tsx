import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useLocation } from "wouter";
import { JsonBlock } from "../../parts/JsonBlock";
import { Moment } from "../../parts/Moment";
import { SaveTestCase } from "./SaveTestCase";
import type { Arrived } from "./messageLog";
import { readPayload, textOf } from "./payload";

/** An address that is longer is refused by some servers and proxies. */
const ADDRESS_PAYLOAD_MAX = 4_000;

export function MessageDetail({ message, onClose }: { message: Arrived; onClose: () => void }) {
  const [, go] = useLocation();
  const [isSaving, setSaving] = useState(false);
  const { kind, shown } = readPayload(message.payload);
  const text = textOf(message.payload);
  const ruleAddress = () => {
    const query = new URLSearchParams({ topic: message.topic });
    if (text !== undefined && text.length <= ADDRESS_PAYLOAD_MAX) query.set("payload", text);
    return `/rules/new?${query}`;
  };
  return (
    <SpaceBetween size="s">
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <Box variant="h3" padding="n">
          {message.topic}
        </Box>
        <Button variant="icon" iconName="close" ariaLabel="Close the message" onClick={onClose} />
      </SpaceBetween>
      <KeyValuePairs
        columns={4}
        items={[
          { label: "Arrived", value: <Moment at={message.at} /> },
          { label: "QoS", value: String(message.qos) },
          { label: "Retained", value: message.retain ? "Yes" : "No" },
          { label: "Size", value: `${message.payload.length} bytes` },
        ]}
      />
      {kind === "empty" ? <Box color="text-body-secondary">It has no payload.</Box> : <JsonBlock value={shown} />}
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={() => go(ruleAddress())}>Make a rule from this</Button>
        <Button
          onClick={() => setSaving(true)}
          disabled={text === undefined}
          disabledReason="Test cases are text, and this payload is not."
        >
          Save as a test case
        </Button>
      </SpaceBetween>
      {isSaving && text !== undefined && (
        <SaveTestCase topic={message.topic} payload={text} onDone={() => setSaving(false)} />
      )}
    </SpaceBetween>
  );
}
