import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import styles from "./code.module.css";
import { prettyJson } from "./prettyJson";

/** JSON to read and to copy, in lines; other text as it is. */
export function JsonBlock({ value, label = "Copy" }: { value: unknown; label?: string }) {
  const text = prettyJson(value);
  return (
    <div className={styles.holder}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard. */}
      <pre className={styles.block} tabIndex={0}>
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
