import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import { LogView } from "../../parts/logs/LogView";
import type { PageProps } from "../table";

/** The name of a group has slashes: it is all that follows. */
export default function LogGroupPage({ parameters }: PageProps) {
  const group = parameters["*"] ?? "";
  return (
    <ContentLayout header={<Header variant="h1">{group}</Header>}>
      <LogView key={group} group={group} />
    </ContentLayout>
  );
}
