import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import styles from "./code.module.css";

interface CopyBlockProps {
  text: string;
  label?: string;
  /** Long lines scroll, as in a terminal, instead of going on below. */
  keepsLines?: boolean;
}

/** Text as it is written, to read and to copy. */
export function CopyBlock({ text, label = "Copy", keepsLines = false }: CopyBlockProps) {
  return (
    <div className={styles.holder}>
      {/* What scrolls must be reachable by the keyboard. */}
      <pre className={keepsLines ? `${styles.block} ${styles.oneLine}` : styles.block} tabIndex={0}>
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
