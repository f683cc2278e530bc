import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import Toggle from "@cloudscape-design/components/toggle";
import { useState } from "react";
import { useLocation } from "wouter";
import { describeThing, describeThingGroup } from "../../aws/iot/things";
import { segment } from "../../aws/rest";
import { CodeEditor } from "../../parts/CodeEditor";
import { nameMistake } from "../../parts/names";
import { jsonMistake } from "../../parts/prettyJson";
import { useUrlStates } from "../../parts/useUrlState";
import { problemText } from "../../shell/notices";
import { GroupSelect } from "../groups/GroupSelect";
import { createJob } from "./calls";
import { NumberField, numberMistake } from "./NumberField";

/** `?group=NAME` or `?thing=NAME` chooses the targets. */
export default function NewJob() {
  const [, go] = useLocation();
  const [search] = useUrlStates();
  const [id, setId] = useState("");
  const [things, setThings] = useState(search.get("thing") ?? "");
  const [group, setGroup] = useState(search.get("group") ?? "");
  const [document, setDocument] = useState('{\n  "operation": "reboot"\n}');
  const [description, setDescription] = useState("");
  const [isContinuous, setContinuous] = useState(false);
  const [numbers, setNumbers] = useState({ perMinute: "", timeoutMinutes: "", retries: "", abortPercent: "" });
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const names = things.split(/[\s,]+/).filter(Boolean);
  const idMistake = id === "" ? "Give the job an id." : id.length > 64 ? "An id has at most 64 letters." : nameMistake(id, "_-");
  const targetMistake = names.length === 0 && group === "" ? "Name things, or choose a group." : undefined;
  const documentMistake = jsonMistake(document);
  const number = (name: keyof typeof numbers) => ({
    value: numbers[name],
    onChange: (value: string) => setNumbers({ ...numbers, [name]: value }),
  });
  const isWrong = Boolean(idMistake || targetMistake || documentMistake) || Object.values(numbers).some(numberMistake);

  async function create() {
    setTried(true);
    if (isWrong || isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const targets = await targetsOf(names, group);
      const given = Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, text ? Number(text) : undefined]));
      await createJob({ id, targets, document, description, isContinuous, ...given });
      go(`/jobs/${segment(id)}`);
    } catch (error) {
      setFailure(problemText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <ContentLayout header={<Header variant="h1">Create a job</Header>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <SpaceBetween size="l">
          {failure && <Alert type="error">{failure}</Alert>}
          <Container header={<Header variant="h2">What</Header>}>
            <SpaceBetween size="m">
              <FormField label="Id" errorText={isTried ? idMistake : undefined}>
                <Input value={id} onChange={({ detail }) => setId(detail.value)} placeholder="reboot-1" autoComplete={false} />
              </FormField>
              <FormField label="Description">
                <Input value={description} onChange={({ detail }) => setDescription(detail.value)} autoComplete={false} />
              </FormField>
              <FormField label="Document" description="What the devices are told, as JSON." stretch>
                <CodeEditor
                  language="json"
                  value={document}
                  onChange={setDocument}
                  marks={documentMistake && [documentMistake]}
                  ariaLabel="Document"
                />
              </FormField>
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">For whom</Header>}>
            <SpaceBetween size="m">
              <FormField
                label="Things"
                description="Names, with spaces or commas or on lines."
                errorText={isTried ? targetMistake : undefined}
              >
                <Textarea value={things} onChange={({ detail }) => setThings(detail.value)} rows={3} spellcheck={false} />
              </FormField>
              <GroupSelect value={group} onChange={setGroup} label="Group" nothing="None" />
              <Toggle checked={isContinuous} onChange={({ detail }) => setContinuous(detail.checked)}>
                Also for things that join the group later
              </Toggle>
            </SpaceBetween>
          </Container>
          <ExpandableSection variant="container" headerText="How fast, and what if it fails">
            <SpaceBetween size="m">
              <NumberField label="Things told in a minute" placeholder="1000" {...number("perMinute")} />
              <NumberField label="Minutes for one thing" placeholder="As long as it takes" {...number("timeoutMinutes")} />
              <NumberField label="Retries after a failure" placeholder="None" {...number("retries")} />
              <NumberField label="Stop when so many percent fail" placeholder="Never" {...number("abortPercent")} />
            </SpaceBetween>
          </ExpandableSection>
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={() => go("/jobs")}>
              Cancel
            </Button>
            <Button variant="primary" formAction="submit" loading={isBusy}>
              Create the job
            </Button>
          </SpaceBetween>
        </SpaceBetween>
      </form>
    </ContentLayout>
  );
}

/** A name that there is not is said before the job is made. */
async function targetsOf(names: string[], group: string): Promise<string[]> {
  const things = await Promise.all(names.map(describeThing));
  const groups = group ? [await describeThingGroup(group)] : [];
  return [...things.map(({ thingArn }) => thingArn), ...groups.map(({ thingGroupArn }) => thingGroupArn)];
}
