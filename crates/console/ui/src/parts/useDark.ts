import { useSyncExternalStore } from "react";

const MARK = "awsui-dark-mode";

function subscribe(changed: () => void): () => void {
  const watch = new MutationObserver(changed);
  watch.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  return () => watch.disconnect();
}

/** Whether the page is dark now, for what draws by itself. */
export function useDark(): boolean {
  return useSyncExternalStore(subscribe, () => document.body.classList.contains(MARK));
}
