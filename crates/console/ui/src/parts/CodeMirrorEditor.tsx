// CodeMirror in React's hands: the text is React's, everything else the editor's own.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Prec, type Text } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import type { CodeEditorProps, CodeMark } from "./CodeEditor";
import styles from "./code.module.css";
import { darkColours, lightColours } from "./codeColours";
import { useDark } from "./useDark";

const LINE_PX = 20;

/** Tab stays with the page: whoever has no mouse must get out of the editor again. */
const EDITING = [
  lineNumbers(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
];

export default function CodeMirrorEditor(props: CodeEditorProps) {
  const { value, language, ariaLabel, isReadOnly = false, minLines = 5, maxLines = 30, marks } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const looks = useRef(new Compartment());
  const isDark = useDark();

  // What may change later is told to the editor below.
  useEffect(() => {
    const editor = new EditorView({
      parent: place.current as HTMLDivElement,
      state: EditorState.create({
        doc: value,
        extensions: [
          Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => ran(latest.current) }])),
          EDITING,
          languageOf(language),
          lintGutter(),
          EditorView.lineWrapping,
          EditorState.readOnly.of(isReadOnly),
          EditorView.editable.of(!isReadOnly),
          EditorView.contentAttributes.of({
            "aria-label": ariaLabel,
            ...(isReadOnly ? { tabindex: "0", "aria-readonly": "true" } : {}),
          }),
          looks.current.of(looksOf(isDark, minLines, maxLines)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [language, isReadOnly]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: looks.current.reconfigure(looksOf(isDark, minLines, maxLines)) });
  }, [isDark, minLines, maxLines]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const found = (marks ?? []).map((mark) => diagnosticOf(editor.state.doc, mark));
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [marks]);

  return <div ref={place} className={isReadOnly ? `${styles.frame} ${styles.readOnly}` : styles.frame} />;
}

function ran({ onRun }: CodeEditorProps): boolean {
  onRun?.();
  return onRun !== undefined;
}

function languageOf(language: CodeEditorProps["language"]) {
  if (language === "sql") return sql({ upperCaseKeywords: true });
  return language === "json" ? json() : [];
}

function looksOf(isDark: boolean, minLines: number, maxLines: number) {
  const theme = EditorView.theme(
    {
      "&": { fontSize: "13px", backgroundColor: "transparent" },
      "&.cm-focused": { outline: "none" },
      ".cm-scroller": {
        fontFamily: 'Monaco, Menlo, Consolas, "Courier Prime", Courier, monospace',
        lineHeight: `${LINE_PX}px`,
        maxHeight: `${maxLines * LINE_PX + 12}px`,
        overflow: "auto",
      },
      ".cm-content, .cm-gutter": { minHeight: `${minLines * LINE_PX + 8}px` },
      ".cm-gutters": { backgroundColor: "transparent", border: "none" },
    },
    { dark: isDark },
  );
  return [theme, isDark ? darkColours : lightColours];
}

/** A place becomes a piece of text that can be underlined: the word there, or the letter. */
function diagnosticOf(doc: Text, { line, column, message }: CodeMark): Diagnostic {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const at = Math.min(found.from + Math.max(column - 1, 0), found.to);
  const word = /^\w+/.exec(found.text.slice(at - found.from))?.[0].length ?? 1;
  // At the end of a line there is nothing to underline but what stands before it.
  const from = at === found.to ? Math.max(found.from, at - 1) : at;
  return { from, to: Math.min(at + word, found.to), severity: "error", message };
}
