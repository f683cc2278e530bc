import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ConnectionCard } from "./ConnectionCard";
import { ConnectionHistory } from "./ConnectionHistory";
import { GroupsCard } from "./GroupsCard";
import type { OfThing } from "./shared";

export function StateTab({ thing, device }: OfThing) {
  const attributes = Object.entries(thing.attributes);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Thing</Header>}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: "Type", value: thing.thingTypeName ?? "None" },
            { label: "Billing group", value: thing.billingGroupName ?? "None" },
            { label: "Version", value: String(thing.version) },
            {
              label: "ARN",
              value: (
                <CopyToClipboard
                  variant="inline"
                  textToCopy={thing.thingArn}
                  copySuccessText="Copied"
                  copyErrorText="Not copied"
                />
              ),
            },
            ...attributes.map(([label, value]) => ({ label, value: value || "–" })),
          ]}
        />
        {attributes.length === 0 && (
          <Box color="text-body-secondary" fontSize="body-s" margin={{ top: "s" }}>
            It has no attributes.
          </Box>
        )}
      </Container>
      <ConnectionCard name={thing.thingName} isConnected={device?.isConnected} />
      <GroupsCard thing={thing.thingName} />
      <ConnectionHistory name={thing.thingName} />
    </SpaceBetween>
  );
}
