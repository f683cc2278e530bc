import { CopyBlock } from "./CopyBlock";

/** Lines for a terminal or a file, to copy. */
export function CopyLine({ text, label }: { text: string; label?: string }) {
  return <CopyBlock text={text} label={label} keepsLines />;
}
