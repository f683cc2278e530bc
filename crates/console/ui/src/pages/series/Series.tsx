import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useUrlStates } from "../../parts/useUrlState";
import { SeriesQuery } from "./SeriesQuery";
import { SeriesTables } from "./SeriesTables";
import { firstQuery } from "./calls";

/** The query and the time stand in the address: a link leads to the same answer. */
export default function Series() {
  const [search, setSearch] = useUrlStates();
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="What was measured, over time. Queries are Timestream's SQL.">
          Series
        </Header>
      }
    >
      <SpaceBetween size="l">
        <SeriesQuery search={search} onSearch={setSearch} />
        <SeriesTables onQuery={(table) => setSearch({ q: firstQuery(table) })} />
      </SpaceBetween>
    </ContentLayout>
  );
}
