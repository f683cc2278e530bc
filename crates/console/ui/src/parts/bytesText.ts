const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** `1.4 MB`: powers of 1,000, as disks are sold. */
export function bytesText(bytes: number | undefined | null): string {
  if (bytes === undefined || bytes === null) return "–";
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`;
}
