import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { showDevice } from "../../aws/own";

const FRESH_MILLIS = 10_000;

/** Whether a thing is connected, asked when its row is shown. */
export function Connected({ name }: { name: string }) {
  const device = useQuery({
    queryKey: ["device", name],
    queryFn: () => showDevice(name),
    staleTime: FRESH_MILLIS,
    refetchInterval: FRESH_MILLIS,
  });
  if (device.isPending) return <StatusIndicator type="loading">Asking</StatusIndicator>;
  if (device.isError) return <>–</>;
  return <ConnectedState isConnected={device.data.isConnected} />;
}

export function ConnectedState({ isConnected }: { isConnected: boolean }) {
  return isConnected ? (
    <StatusIndicator type="success">Connected</StatusIndicator>
  ) : (
    <StatusIndicator type="stopped">Not connected</StatusIndicator>
  );
}
