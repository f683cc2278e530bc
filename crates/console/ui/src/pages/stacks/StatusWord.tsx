import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lookOf } from "./links";

export function StatusWord({ status }: { status: string }) {
  return <StatusIndicator type={lookOf(status)}>{status}</StatusIndicator>;
}
