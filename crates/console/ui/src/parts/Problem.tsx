import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { problemText } from "../shell/notices";

/** What could not be read, why, and the next step. */
export function Problem({ what, error, onRetry }: { what: string; error: unknown; onRetry?: () => void }) {
  return (
    <Alert
      type="error"
      header={`${what} cannot be shown`}
      action={onRetry && <Button onClick={onRetry}>Try again</Button>}
    >
      {problemText(error)}
    </Alert>
  );
}
