// What was and what is to be, in one text.

import styles from "./diff.module.css";
import { diffLines, folded } from "./diff";

const SIGN = { same: " ", gone: "−", new: "+", folded: " " };

/** What is far from every change is left out. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  return (
    <pre className={styles.diff} aria-label={label} role="group">
      {folded(diffLines(before, after)).map(({ kind, text }, at) => (
        // Lines have no names.
        <div key={at} className={styles[kind]}>
          {SIGN[kind]} {text}
        </div>
      ))}
    </pre>
  );
}
