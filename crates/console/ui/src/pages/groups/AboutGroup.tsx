import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { ThingGroup } from "../../aws/iot/things";
import { segment } from "../../aws/rest";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";

export function AboutGroup({ group }: { group: ThingGroup }) {
  const { thingGroupMetadata: metadata, thingGroupProperties, version, thingGroupArn } = group;
  const above = metadata.rootToParentThingGroups ?? [];
  return (
    <Container header={<Header variant="h2">Group</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          {
            label: "Below",
            value:
              above.length === 0
                ? "None, it stands at the top"
                : above.map(({ groupName }, index) => (
                    <span key={groupName}>
                      {index > 0 && " / "}
                      <PageLink href={`/thing-groups/${segment(groupName)}`}>{groupName}</PageLink>
                    </span>
                  )),
          },
          { label: "Made", value: <Moment at={metadata.creationDate * 1_000} /> },
          { label: "Version", value: String(version) },
          { label: "ARN", value: thingGroupArn },
          ...Object.entries(thingGroupProperties.attributePayload.attributes).map(([label, value]) => ({
            label,
            value: value || "–",
          })),
        ]}
      />
    </Container>
  );
}
