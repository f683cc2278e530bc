import { useCallback } from "react";
import { useSearchParams } from "wouter";

/** A value that stands in the address, so that a link leads to what the sender saw. */
export function useUrlState(name: string, otherwise = ""): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (value: string) =>
      setSearch(
        (held) => {
          const next = new URLSearchParams(held);
          if (value === otherwise) next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [name, otherwise, setSearch],
  );
  return [search.get(name) ?? otherwise, set];
}

/** The same, of several values that change at once. */
export function useUrlStates(): [URLSearchParams, (values: Record<string, string | undefined>) => void] {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (values: Record<string, string | undefined>) =>
      setSearch(
        (held) => {
          const next = new URLSearchParams(held);
          for (const [name, value] of Object.entries(values)) {
            if (value === undefined || value === "") next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return [search, set];
}
