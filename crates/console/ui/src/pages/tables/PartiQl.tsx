import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CodeEditor } from "../../parts/CodeEditor";
import { ResultView } from "../../parts/results/ResultView";
import type { Result } from "../../parts/results/result";
import { queryTable } from "../../parts/results/tableRows";
import { useUrlState } from "../../parts/useUrlState";
import { problemText } from "../../shell/notices";

const ROWS_MAX = 5_000;

/** A statement may write: it runs when somebody says so, never by itself. */
export function PartiQl({ first }: { first?: string }) {
  const [kept, keep] = useUrlState("q", first ?? "SELECT * FROM \"table\"");
  const [statement, setStatement] = useState(kept);
  const [result, setResult] = useState<Result>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  async function run() {
    if (isBusy) return;
    keep(statement);
    setBusy(true);
    setFailure(undefined);
    try {
      setResult(await queryTable(statement, ROWS_MAX));
    } catch (error) {
      setResult(undefined);
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description="SELECT, INSERT, UPDATE and DELETE. Ctrl-Enter runs it."
            actions={
              <Button variant="primary" iconName="play" loading={isBusy} onClick={() => void run()}>
                Run
              </Button>
            }
          >
            Statement
          </Header>
        }
      >
        <SpaceBetween size="s">
          <CodeEditor
            language="sql"
            ariaLabel="PartiQL statement"
            value={statement}
            onChange={setStatement}
            onRun={() => void run()}
            minLines={4}
          />
          {failure && <Alert type="error">{failure}</Alert>}
        </SpaceBetween>
      </Container>
      {result && <ResultView result={result} name="items" />}
    </SpaceBetween>
  );
}
