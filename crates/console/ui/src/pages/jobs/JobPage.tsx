import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { JsonBlock } from "../../parts/JsonBlock";
import { Loading } from "../../parts/Loading";
import { Ago } from "../../parts/Moment";
import { Problem } from "../../parts/Problem";
import { useNotices } from "../../shell/notices";
import type { PageProps } from "../table";
import { CancelJob } from "./CancelJob";
import { Executions } from "./Executions";
import { ExecutionStatus } from "./ExecutionStatus";
import { JobSettings } from "./JobSettings";
import { ProgressBar } from "./ProgressBar";
import { deleteJob, describeJob, showJob } from "./calls";
import { progressOf } from "./progress";

const LOOK_MILLIS = 3_000;

export default function JobPage({ parameters }: PageProps) {
  const id = parameters.id ?? "";
  const [, go] = useLocation();
  const queries = useQueryClient();
  const { attempt } = useNotices();
  const [asked, setAsked] = useState<"cancel" | "delete">();
  const job = useQuery({
    queryKey: ["job", id],
    queryFn: () => describeJob(id),
    refetchInterval: ({ state }) => (state.error ? false : LOOK_MILLIS),
  });
  const shown = useQuery({
    queryKey: ["job", id, "shown"],
    queryFn: () => showJob(id),
    refetchInterval: LOOK_MILLIS,
    enabled: job.isSuccess,
  });
  if (job.isPending) return <Loading />;
  if (!job.data) return <Problem what={`The job ${id}`} error={job.error} onRetry={() => void job.refetch()} />;
  const { status, description, comment, createdAt } = job.data;
  const progress = progressOf(job.data.jobProcessDetails);
  const isOpen = status === "IN_PROGRESS" || status === "SCHEDULED";
  const remove = async () => {
    const done = await attempt(`Delete the job ${id}`, async () => {
      await deleteJob(id, isOpen);
      return true;
    });
    if (!done) return;
    void queries.invalidateQueries({ queryKey: ["jobs"] });
    go("/jobs");
  };
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          info={<ExecutionStatus status={status} />}
          description={
            <>
              {description ? `${description} · ` : ""}made <Ago at={createdAt * 1_000} />
            </>
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button disabled={!isOpen} onClick={() => setAsked("cancel")}>
                Cancel
              </Button>
              <Button disabled={status === "DELETION_IN_PROGRESS"} onClick={() => setAsked("delete")}>
                Delete
              </Button>
            </SpaceBetween>
          }
        >
          {id}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {comment && <Alert type="info">{comment}</Alert>}
        <Container
          header={
            <Header
              variant="h2"
              description={progress.total === 0 ? "No thing has been told yet." : undefined}
              counter={progress.total > 0 ? `(${progress.over} of ${progress.total} over)` : undefined}
            >
              Rollout
            </Header>
          }
        >
          <ProgressBar progress={progress} />
        </Container>
        <Executions id={id} waiting={shown.data?.waiting ?? []} />
        <JobSettings job={job.data} />
        {shown.data && (
          <Container header={<Header variant="h2">Document</Header>}>
            <JsonBlock value={shown.data.document} />
          </Container>
        )}
      </SpaceBetween>
      {asked === "cancel" && (
        <CancelJob
          id={id}
          progress={progress}
          onDismiss={() => setAsked(undefined)}
          onDone={() => {
            setAsked(undefined);
            void queries.invalidateQueries({ queryKey: ["job", id] });
          }}
        />
      )}
      {asked === "delete" && (
        <ConfirmDelete
          kind="job"
          name={id}
          isTyped
          consequences={
            isOpen
              ? `It is not over. Its ${progress.total} executions go with it, also those in progress: devices that report on them are told that there is no such job.`
              : `Its ${progress.total} executions go with it, and what is known of how they ended.`
          }
          onConfirm={remove}
          onDismiss={() => setAsked(undefined)}
        />
      )}
    </ContentLayout>
  );
}
