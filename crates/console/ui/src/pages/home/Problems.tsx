import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useLocation } from "wouter";
import { sentence } from "../../parts/sentence";
import type { Overview } from "./calls";

/** What is wrong now: errors before warnings, each with the next step. */
export function Problems({ problems }: { problems: Overview["problems"] }) {
  const [, go] = useLocation();
  if (problems.length === 0) return null;
  const errorsFirst = problems.toSorted((one, other) => one.severity.localeCompare(other.severity));
  return (
    <SpaceBetween size="xs">
      {errorsFirst.map(({ severity, what, next, page }) => (
        <Alert
          key={what}
          type={severity}
          header={sentence(what)}
          action={page && <Button onClick={() => go(page)}>Open</Button>}
        >
          {sentence(next)}
        </Alert>
      ))}
    </SpaceBetween>
  );
}
