import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { CodeEditor } from "../../parts/CodeEditor";
import { Loading } from "../../parts/Loading";
import { Problem } from "../../parts/Problem";
import { prettyJson } from "../../parts/prettyJson";
import { download } from "../../parts/download";
import { templateOf } from "./calls";

export function Template({ name }: { name: string }) {
  const template = useQuery({ queryKey: ["stacks", "template", name], queryFn: () => templateOf(name) });
  if (template.isError) return <Problem what="The template" error={template.error} />;
  if (!template.data) return <Loading />;
  const { data: text } = template;
  const isJson = text.trimStart().startsWith("{");
  return (
    <SpaceBetween size="s">
      <Button iconName="download" onClick={() => download(`${name}.${isJson ? "json" : "yaml"}`, text)}>
        Save
      </Button>
      <CodeEditor
        language={isJson ? "json" : "text"}
        ariaLabel="Template"
        value={prettyJson(text)}
        isReadOnly
        minLines={20}
        maxLines={60}
      />
    </SpaceBetween>
  );
}
