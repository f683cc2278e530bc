// The filters stand in the address, so that a link opens the client with them: `?f=sensor/%23&f1=alarm/%23`,
// `f` with QoS 0 and `f1` with QoS 1.

import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";
import type { Wanted } from "./useMqtt";

export function wantedOf(search: URLSearchParams): Wanted[] {
  const named = [...search].filter(([name, filter]) => (name === "f" || name === "f1") && filter !== "");
  const wanted = new Map(named.map(([name, filter]) => [filter, name === "f1" ? (1 as const) : (0 as const)]));
  return [...wanted].map(([filter, qos]) => ({ filter, qos }));
}

export function withWanted(search: URLSearchParams, wanted: Wanted[]): URLSearchParams {
  const next = new URLSearchParams(search);
  next.delete("f");
  next.delete("f1");
  for (const { filter, qos } of wanted) next.append(qos === 1 ? "f1" : "f", filter);
  return next;
}

export function useWanted(): [Wanted[], (wanted: Wanted[]) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  // The same list as long as the address says the same: subscriptions follow it.
  const wanted = useMemo(() => wantedOf(new URLSearchParams(text)), [text]);
  const set = useCallback(
    (next: Wanted[]) => setSearch((held) => withWanted(new URLSearchParams(held), next), { replace: true }),
    [setSearch],
  );
  return [wanted, set];
}
