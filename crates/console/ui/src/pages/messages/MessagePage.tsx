import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { Loading } from "../../parts/Loading";
import { Moment } from "../../parts/Moment";
import { PageLink } from "../../parts/PageLink";
import { Problem } from "../../parts/Problem";
import type { PageProps } from "../table";
import { Way } from "./Way";
import { type Story, storiesOf } from "./calls";

const REFRESH_MILLIS = 3_000;

export default function MessagePage({ parameters: { id = "" } }: PageProps) {
  const story = useQuery({
    queryKey: ["stories", "one", id],
    queryFn: () => storiesOf(id),
    // Errands go on after the message was acknowledged.
    refetchInterval: REFRESH_MILLIS,
  });
  const [first] = story.data ?? [];
  if (first) return <Shown story={first} />;
  if (!story.isError) return <Loading />;
  return (
    <SpaceBetween size="m">
      <Problem what={`The message ${id}`} error={story.error} onRetry={() => void story.refetch()} />
      <div>
        The memory of messages is bounded: 8,192 of them, or 16 MiB, whichever is less. Older ones are gone.{" "}
        <PageLink href="/messages">The latest messages</PageLink>
      </div>
    </SpaceBetween>
  );
}

function Shown({ story }: { story: Story }) {
  const trace = useQuery({
    queryKey: ["stories", "trace", story.traceId],
    queryFn: () => storiesOf(story.traceId),
    refetchInterval: REFRESH_MILLIS,
  });
  const others = (trace.data ?? []).filter((other) => other.id !== story.id);
  const search = new URLSearchParams({ topic: story.topic, payload: story.payload ?? "" });
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={
            <>
              <Moment at={story.at} /> · trace {story.traceId}
            </>
          }
          actions={<PageLink href={`/rules/new?${search}`}>Make a rule from this</PageLink>}
        >
          {story.topic}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Way story={story} />
        {others.length > 0 && (
          <div>
            Of the same trace:{" "}
            {others.map((other) => (
              <span key={other.id}>
                <PageLink href={`/messages/${other.id}`}>{`${other.topic} (${other.id})`}</PageLink>{" "}
              </span>
            ))}
          </div>
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}
