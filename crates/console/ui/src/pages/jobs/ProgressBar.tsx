import { EXECUTION_STATUSES, statusText } from "./statuses";
import styles from "./jobs.module.css";
import type { Progress } from "./progress";

/** A rollout in one line, by status; with words below it if there is room. */
export function ProgressBar({ progress, isSmall = false }: { progress: Progress; isSmall?: boolean }) {
  const { shares, total, over } = progress;
  const said = shares.map(({ status, count }) => `${count} ${statusText(status).toLowerCase()}`).join(", ");
  return (
    <div className={isSmall ? styles.small : undefined}>
      <div className={styles.bar} role="img" aria-label={said || "No executions"}>
        {shares.map(({ status, percent }) => (
          <span
            key={status}
            className={styles[status]}
            style={{ width: `${percent}%` }}
            title={statusText(status)}
          />
        ))}
      </div>
      {isSmall ? (
        <span className={styles.count}>
          {over} of {total}
        </span>
      ) : (
        <ul className={styles.legend}>
          {EXECUTION_STATUSES.flatMap((status) => shares.filter((share) => share.status === status)).map((share) => (
            <li key={share.status}>
              <span className={`${styles.swatch} ${styles[share.status]}`} />
              {statusText(share.status)} <b>{share.count.toLocaleString("en")}</b>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
