import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useState } from "react";
import packages, { type Licensed } from "virtual:licences";
import { CopyLine } from "../../parts/CopyLine";
import { useUrlState } from "../../parts/useUrlState";

/** Of the packages that these pages are built from. */
export default function Licences() {
  const [search, setSearch] = useUrlState("search");
  const isWanted = ({ name, licence }: Licensed) => `${name} ${licence}`.toLowerCase().includes(search.toLowerCase());
  const shown = packages.filter(isWanted);
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${packages.length})`}
          description="The packages that the pages of this console are built from. Thingstead itself is under the Apache License 2.0."
        >
          Licences
        </Header>
      }
    >
      <SpaceBetween size="s">
        <TextFilter
          filteringText={search}
          filteringPlaceholder="Package or licence"
          filteringAriaLabel="Filter packages"
          filteringClearAriaLabel="Clear the filter"
          countText={search ? `${shown.length} of ${packages.length}` : undefined}
          onChange={({ detail }) => setSearch(detail.filteringText)}
        />
        {shown.map((one) => (
          <OfPackage key={`${one.name} ${one.version}`} licensed={one} />
        ))}
        {shown.length === 0 && <Box color="text-body-secondary">No packages match the filter.</Box>}
      </SpaceBetween>
    </Container>
  );
}

/** Its text is drawn when it is opened: there are many. */
function OfPackage({ licensed: { name, version, licence, text } }: { licensed: Licensed }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <ExpandableSection
      headerText={`${name} ${version}`}
      headerDescription={licence}
      headingTagOverride="h3"
      expanded={isOpen}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {isOpen && (text ? <CopyLine text={text} label="Copy the licence" /> : <Box>The package brings no text of it.</Box>)}
    </ExpandableSection>
  );
}
