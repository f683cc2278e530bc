import { useSyncExternalStore } from "react";

/** Where Cloudscape's own layout becomes that of a phone. */
const narrow = window.matchMedia("(max-width: 688px)");

function subscribe(changed: () => void): () => void {
  narrow.addEventListener("change", changed);
  return () => narrow.removeEventListener("change", changed);
}

/** Whether the page is as narrow as a phone. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches);
}
