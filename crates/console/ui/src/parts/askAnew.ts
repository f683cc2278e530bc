import type { QueryClient, QueryKey } from "@tanstack/react-query";

/** After a change: an answer that is on its way already may have been read before it, so it is not waited for. */
export async function askAnew(queries: QueryClient, queryKey: QueryKey): Promise<void> {
  await queries.cancelQueries({ queryKey });
  await queries.invalidateQueries({ queryKey });
}
