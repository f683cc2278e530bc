import { useQuery } from "@tanstack/react-query";
import { Loading } from "../../parts/Loading";
import { Problem } from "../../parts/Problem";
import type { PageProps } from "../table";
import { Dashboard } from "./Dashboard";
import { readBody } from "./body";
import { getDashboard } from "./calls";

export default function DashboardPage({ parameters: { name = "" } }: PageProps) {
  const dashboard = useQuery({
    queryKey: ["dashboards", "one", name],
    queryFn: async () => {
      const stored = await getDashboard(name);
      return { ...stored, read: readBody(stored.body) };
    },
    // What somebody else saves meanwhile is not put below the reader's hands.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: "always",
  });
  if (dashboard.isError) {
    return <Problem what={`The dashboard ${name}`} error={dashboard.error} onRetry={() => void dashboard.refetch()} />;
  }
  if (!dashboard.data || (dashboard.isFetching && dashboard.isStale)) return <Loading />;
  return <Dashboard key={dashboard.data.updatedAt} stored={dashboard.data} body={dashboard.data.read} />;
}
