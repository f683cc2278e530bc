import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { rest, segment } from "../../aws/rest";
import { PageLink } from "../../parts/PageLink";

async function thingsOf(principal: string): Promise<string[]> {
  const headers = { "x-amzn-principal": principal };
  return (await rest<{ things: string[] }>("iot", "GET", "/principals/things", { headers })).things;
}

/** The things that a certificate is attached to, asked when its row is shown. */
export function ThingsOfCertificate({ arn }: { arn: string }) {
  const things = useQuery({ queryKey: ["things-of", arn], queryFn: () => thingsOf(arn) });
  if (!things.data) return <>–</>;
  if (things.data.length === 0) return <>None</>;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {things.data.map((thing) => (
        <PageLink key={thing} href={`/things/${segment(thing)}`}>
          {thing}
        </PageLink>
      ))}
    </SpaceBetween>
  );
}
