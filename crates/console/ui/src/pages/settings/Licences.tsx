import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useState } from "react";
import licensed, { type Licensed, texts } from "virtual:licences";
import { CopyLine } from "../../parts/CopyLine";
import { useUrlState } from "../../parts/useUrlState";

/** Of what this program is made of that others wrote. */
export default function Licences() {
  const [search, setSearch] = useUrlState("search");
  const isWanted = ({ name, licence }: Licensed) => `${name} ${licence}`.toLowerCase().includes(search.toLowerCase());
  const shown = licensed.filter(isWanted);
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${licensed.length})`}
          description="The crates that the program is linked from, and the packages of its pages. Thingstead itself is under the Apache License 2.0."
        >
          Licences
        </Header>
      }
    >
      <SpaceBetween size="s">
        <TextFilter
          filteringText={search}
          filteringPlaceholder="Name or licence"
          filteringAriaLabel="Filter licences"
          filteringClearAriaLabel="Clear the filter"
          countText={search ? `${shown.length} of ${licensed.length}` : undefined}
          onChange={({ detail }) => setSearch(detail.filteringText)}
        />
        {shown.map((one) => (
          <OfOne key={`${one.kind} ${one.name} ${one.version}`} licensed={one} />
        ))}
        {shown.length === 0 && <Box color="text-body-secondary">Nothing matches the filter.</Box>}
      </SpaceBetween>
    </Container>
  );
}

/** Its text is drawn when it is opened: there are many. */
function OfOne({ licensed: { kind, name, version, licence, texts: own } }: { licensed: Licensed }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <ExpandableSection
      headerText={`${name} ${version}`}
      headerDescription={`${kind}, ${licence}`}
      headingTagOverride="h3"
      expanded={isOpen}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {isOpen && <SpaceBetween size="s">{own.map((place) => <CopyLine key={place} text={texts[place] ?? ""} label="Copy the licence" />)}</SpaceBetween>}
      {isOpen && own.length === 0 && <Box>It brings no text of it.</Box>}
    </ExpandableSection>
  );
}
