import { CopyBlock } from "./CopyBlock";
import { prettyJson } from "./prettyJson";

/** JSON to read and to copy, in lines; other text as it is. */
export function JsonBlock({ value, label }: { value: unknown; label?: string }) {
  return <CopyBlock text={prettyJson(value)} label={label} />;
}
