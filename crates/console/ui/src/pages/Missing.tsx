import Box from "@cloudscape-design/components/box";
import { PageLink } from "../parts/PageLink";

export function Missing() {
  return (
    <Box textAlign="center" padding="xxl">
      <Box variant="h1">There is no such page</Box>
      <PageLink href="/">Home</PageLink>
    </Box>
  );
}
