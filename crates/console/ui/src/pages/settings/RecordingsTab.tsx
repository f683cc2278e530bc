import Container from "@cloudscape-design/components/container";
import { Recordings } from "../rules/Recordings";

/** Rules are tried on them, and they take room: so they are here, too. */
export function RecordingsTab() {
  return (
    <Container>
      <Recordings filter={undefined} />
    </Container>
  );
}
