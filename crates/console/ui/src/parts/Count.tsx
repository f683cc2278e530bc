import Box from "@cloudscape-design/components/box";

const COUNT = new Intl.NumberFormat();

/** A counter; of failures, in red if there are any. */
export function Count({ value, isBad }: { value: number | undefined; isBad?: boolean }) {
  if (value === undefined) return <>–</>;
  return (
    <Box color={isBad && value > 0 ? "text-status-error" : "inherit"} display="inline">
      {COUNT.format(value)}
    </Box>
  );
}
