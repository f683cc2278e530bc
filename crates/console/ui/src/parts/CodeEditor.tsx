// The editor of SQL and JSON. Its library is loaded when the first one is shown.

import { Suspense, lazy } from "react";
import styles from "./code.module.css";

const Editor = lazy(() => import("./CodeMirrorEditor"));

export interface CodeMark {
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  message: string;
}

export interface CodeEditorProps {
  value: string;
  onChange?: (value: string) => void;
  language: "sql" | "json" | "text";
  /** What is wrong, and where. */
  marks?: CodeMark[];
  ariaLabel: string;
  isReadOnly?: boolean;
  minLines?: number;
  maxLines?: number;
  /** Ctrl-Enter, or Cmd-Enter. */
  onRun?: () => void;
}

const LINE_PX = 20;

export function CodeEditor(props: CodeEditorProps) {
  const { minLines = 5 } = props;
  return (
    <Suspense
      fallback={<div className={styles.waiting} style={{ minHeight: minLines * LINE_PX + 12 }} />}
    >
      <Editor {...props} />
    </Suspense>
  );
}
