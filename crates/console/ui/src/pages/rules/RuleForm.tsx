// What a rule says: its statement, what it does, and what it does when that fails.

import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { AwsError } from "../../aws/errors";
import { CodeEditor } from "../../parts/CodeEditor";
import { base64OfText } from "../../parts/base64";
import { useSettled } from "../../parts/useSettled";
import { ActionsField } from "./ActionsField";
import { testRule } from "./calls";
import { type Draft, SQL_VERSIONS, sqlMark, triedOf } from "./draft";

export interface RuleFormProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
}

export function RuleForm({ draft, onChange }: RuleFormProps) {
  const wrong = useWrong(draft);
  const mark = wrong?.isInSql ? sqlMark(draft.sql, wrong.message) : undefined;
  const change = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Statement</Header>}>
        <SpaceBetween size="m">
          <FormField
            stretch
            label="SQL"
            errorText={wrong?.isInSql ? (mark ? placed(mark) : wrong.message) : undefined}
          >
            <CodeEditor
              language="sql"
              ariaLabel="SQL of the rule"
              value={draft.sql}
              onChange={(sql) => change({ sql })}
              marks={mark ? [mark] : []}
              minLines={4}
            />
          </FormField>
          <ColumnLayout columns={3}>
            <FormField label="Description" stretch>
              <Input value={draft.description} onChange={({ detail }) => change({ description: detail.value })} />
            </FormField>
            <FormField label="Version of the language" stretch>
              <Select
                selectedOption={{ value: draft.sqlVersion }}
                options={SQL_VERSIONS.map((value) => ({ value }))}
                onChange={({ detail }) => change({ sqlVersion: detail.selectedOption.value })}
              />
            </FormField>
            <FormField label="State">
              <Checkbox
                checked={!draft.isDisabled}
                onChange={({ detail }) => change({ isDisabled: !detail.checked })}
              >
                Enabled
              </Checkbox>
            </FormField>
          </ColumnLayout>
        </SpaceBetween>
      </Container>
      <ActionsField
        title="Actions"
        description="Each acts by itself: if one fails, the others stand."
        actions={draft.actions}
        onChange={(actions) => change({ actions })}
        problem={wrong && !wrong.isInSql ? wrong.message : undefined}
      />
      <ActionsField
        title="Error action"
        description="Is told what failed, and why."
        most={1}
        actions={draft.errorAction ? [draft.errorAction] : []}
        onChange={([errorAction]) => change({ errorAction })}
      />
    </SpaceBetween>
  );
}

/** What the server would not take, as it is typed. */
function useWrong(draft: Draft): { isInSql: boolean; message: string } | undefined {
  const tried = useSettled(JSON.stringify(triedOf(draft)), 400);
  const asked = useQuery({
    queryKey: ["rules", "check", tried],
    queryFn: async ({ signal }) => {
      const sample = { topic: "a", payloadBase64: base64OfText("{}") };
      try {
        await testRule(JSON.parse(tried), sample, signal);
        return null;
      } catch (error) {
        if (!(error instanceof AwsError) || error.status !== 400) throw error;
        return { isInSql: error.code === "SqlParseException", message: error.message };
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (held) => held,
  });
  return asked.data ?? undefined;
}

function placed({ line, column, message }: { line: number; column: number; message: string }): string {
  return `Line ${line}, column ${column}: ${message}`;
}
