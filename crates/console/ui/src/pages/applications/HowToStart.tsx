import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CopyLine } from "../../parts/CopyLine";
import type { Application } from "./application";

export function HowToStart({ application: { stack, start } }: { application: Application }) {
  return (
    <SpaceBetween size="s">
      <Box color="text-body-secondary">There is no stack {stack} yet. One of these brings it:</Box>
      {start.map((line) => (
        <CopyLine key={line} text={line} label={`Copy ${line}`} />
      ))}
    </SpaceBetween>
  );
}
