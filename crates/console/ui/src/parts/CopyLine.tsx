import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import styles from "./code.module.css";

/** Lines for a terminal or a file, to copy. */
export function CopyLine({ text, label = "Copy" }: { text: string; label?: string }) {
  return (
    <div className={styles.holder}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard. */}
      <pre className={`${styles.block} ${styles.oneLine}`} tabIndex={0}>
        {text}
      </pre>
      <div className={styles.copy}>
        <CopyToClipboard
          variant="icon"
          textToCopy={text}
          copyButtonAriaLabel={label}
          copySuccessText="Copied"
          copyErrorText="Not copied"
        />
      </div>
    </div>
  );
}
