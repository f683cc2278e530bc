// A template becomes a stack, or another one of it: what would change is shown before it is done.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FileInput from "@cloudscape-design/components/file-input";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { listOf } from "../../aws/xml";
import { CodeEditor } from "../../parts/CodeEditor";
import { prettyJson } from "../../parts/prettyJson";
import { useSettled } from "../../parts/useSettled";
import { problemText } from "../../shell/notices";
import { ChangeReview } from "./ChangeReview";
import { ParameterFields } from "./ParameterFields";
import { createChangeSet, summaryOf, templateOf } from "./calls";

export default function Deploy() {
  const [search] = useSearchParams();
  const updated = search.get("stack") ?? undefined;
  const [name, setName] = useState(updated ?? "");
  const [template, setTemplate] = useState("");
  const [values, setValues] = useState<Record<string, string>>({});
  const [isAllowed, setAllowed] = useState(false);
  const [changeSet, setChangeSet] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [, go] = useLocation();
  const settled = useSettled(template, 500);
  const held = useQuery({
    queryKey: ["stacks", "template", updated],
    queryFn: () => templateOf(updated ?? ""),
    enabled: updated !== undefined,
  });
  useEffect(() => {
    if (held.data) setTemplate((typed) => typed || prettyJson(held.data ?? ""));
  }, [held.data]);
  const summary = useQuery({
    queryKey: ["stacks", "summary", settled],
    queryFn: () => summaryOf(settled),
    enabled: settled.trim() !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const parameters = listOf(summary.data?.Parameters);
  const capabilities = listOf(summary.data?.Capabilities);
  const isReady =
    /^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name) && summary.isSuccess && (capabilities.length === 0 || isAllowed);

  async function review() {
    setBusy(true);
    setFailure(undefined);
    try {
      const wanted = { stack: name, isNew: updated === undefined, template, capabilities };
      setChangeSet(await createChangeSet({ ...wanted, parameters: chosenOf(parameters, values, updated !== undefined) }));
    } catch (error) {
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="What would change is shown before anything is done."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={() => go(updated ? `/stacks/${encodeURIComponent(updated)}` : "/stacks")}>
                Cancel
              </Button>
              <Button variant="primary" disabled={!isReady} loading={isBusy} onClick={() => void review()}>
                Show what would change
              </Button>
            </SpaceBetween>
          }
        >
          {updated ? `Update ${updated}` : "Deploy a template"}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {failure && <Alert type="error">{failure}</Alert>}
        <Container header={<Header variant="h2">Template</Header>}>
          <SpaceBetween size="m">
            {!updated && (
              <FormField label="Name of the stack" constraintText="Letters, digits and dashes; it begins with a letter.">
                <Input value={name} onChange={({ detail }) => setName(detail.value)} />
              </FormField>
            )}
            <FileInput
              value={[]}
              accept=".yaml,.yml,.json,.template"
              onChange={({ detail }) => void detail.value[0]?.text().then(setTemplate)}
            >
              Choose a file
            </FileInput>
            <FormField
              label="YAML or JSON"
              stretch
              errorText={summary.isError ? problemText(summary.error) : undefined}
              constraintText={summary.data?.Description}
            >
              <CodeEditor
                language={template.trimStart().startsWith("{") ? "json" : "text"}
                ariaLabel="Template"
                value={template}
                onChange={setTemplate}
                minLines={12}
              />
            </FormField>
          </SpaceBetween>
        </Container>
        {parameters.length > 0 && (
          <ParameterFields
            parameters={parameters}
            values={values}
            isUpdate={updated !== undefined}
            onChange={setValues}
          />
        )}
        {capabilities.length > 0 && (
          <Alert type="warning" header="It gives rights">
            <SpaceBetween size="xs">
              <div>{summary.data?.CapabilitiesReason}</div>
              <Checkbox checked={isAllowed} onChange={({ detail }) => setAllowed(detail.checked)}>
                I want it to ({capabilities.join(", ")})
              </Checkbox>
            </SpaceBetween>
          </Alert>
        )}
      </SpaceBetween>
      {changeSet && (
        <ChangeReview id={changeSet} stack={name} isNew={updated === undefined} onDismiss={() => setChangeSet(undefined)} />
      )}
    </ContentLayout>
  );
}

/** What was not filled in is as before, or as the template has it. */
function chosenOf(parameters: { ParameterKey: string }[], values: Record<string, string>, isUpdate: boolean) {
  return parameters.flatMap(({ ParameterKey: key }) => {
    if (values[key] !== undefined && values[key] !== "") return [{ key, value: values[key] }];
    return isUpdate ? [{ key }] : [];
  });
}
