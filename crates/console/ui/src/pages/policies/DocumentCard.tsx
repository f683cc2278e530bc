import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Policy, listVersions, savePolicyVersion, versionToDrop } from "../../aws/iot/policies";
import { CodeEditor } from "../../parts/CodeEditor";
import { Diff } from "../../parts/Diff";
import { jsonMistake, prettyJson } from "../../parts/prettyJson";
import { problemText, useNotices } from "../../shell/notices";

/** The document in force; what is saved becomes another version. */
export function DocumentCard({ policy }: { policy: Policy }) {
  const name = policy.policyName;
  const held = prettyJson(policy.policyDocument);
  const queries = useQueryClient();
  const { tell } = useNotices();
  const [text, setText] = useState(held);
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const versions = useQuery({ queryKey: ["policy-versions", name], queryFn: () => listVersions(name) });
  const dropped = versionToDrop(versions.data ?? []);
  const mistake = jsonMistake(text);
  const isChanged = text !== held;

  async function save(setAsDefault: boolean) {
    setBusy(true);
    setFailure(undefined);
    try {
      const version = await savePolicyVersion(name, text, setAsDefault);
      tell("success", `${name} has the version ${version}`, setAsDefault ? "It is in force now." : "It is not in force yet.");
      await queries.invalidateQueries({ queryKey: ["policy-versions", name] });
      await queries.invalidateQueries({ queryKey: ["policy", name] });
    } catch (error) {
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            dropped
              ? `There are as many versions as can be: with the next one the oldest, ${dropped.versionId}, goes.`
              : "What you save becomes another version."
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" disabled={!isChanged} onClick={() => setText(held)}>
                Undo
              </Button>
              <Button disabled={!isChanged || Boolean(mistake)} loading={isBusy} onClick={() => void save(false)}>
                Save as a version
              </Button>
              <Button
                variant="primary"
                disabled={!isChanged || Boolean(mistake)}
                loading={isBusy}
                onClick={() => void save(true)}
              >
                Save and put in force
              </Button>
            </SpaceBetween>
          }
        >
          Document
        </Header>
      }
    >
      <SpaceBetween size="s">
        {failure && <Alert type="error">{failure}</Alert>}
        <CodeEditor
          language="json"
          value={text}
          onChange={setText}
          marks={mistake && [mistake]}
          ariaLabel="Policy document"
          minLines={10}
          maxLines={40}
        />
        {isChanged && (
          <FormField label="What changes" description={`Beside version ${policy.defaultVersionId}, which is in force.`} stretch>
            <Diff before={held} after={text} label="What changes" />
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  );
}
