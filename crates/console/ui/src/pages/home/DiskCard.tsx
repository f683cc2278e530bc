import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { bytesText } from "../../parts/bytesText";
import type { Overview } from "./calls";
import styles from "./home.module.css";

/** What each folder of the data directory takes on disk. */
export function DiskCard({ disk, freeBytes }: { disk: Overview["disk"]; freeBytes: number }) {
  const used = disk.filter(({ bytes }) => bytes > 0).toSorted((one, other) => other.bytes - one.bytes);
  const most = Math.max(...used.map(({ bytes }) => bytes), 1);
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description={`${bytesText(freeBytes)} free`}>
          On disk
        </Header>
      }
    >
      <dl className={styles.disk}>
        {used.map(({ name, bytes }) => (
          <div key={name} className={styles.diskRow}>
            <dt>{name}</dt>
            <dd className={styles.bar}>
              <span style={{ width: `${Math.max((100 * bytes) / most, 1)}%` }} />
            </dd>
            <dd className={styles.bytes}>{bytesText(bytes)}</dd>
          </div>
        ))}
      </dl>
      {used.length === 0 && <Box color="text-body-secondary">Nothing.</Box>}
    </Container>
  );
}
