// What the pages tell about actions that are done, under way, or failed: in the shell's bar, on every page.

import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import { type ReactNode, createContext, useCallback, useContext, useMemo, useState } from "react";
import { AwsError } from "../aws/errors";

/** More than these would hide the page; the oldest goes. */
const NOTICES_MAX = 5;

interface Notices {
  items: FlashbarProps.MessageDefinition[];
  tell: (type: "success" | "info" | "warning" | "error", header: string, content?: ReactNode) => void;
  /** Runs what the reader asked for, and says how it went. The result is undefined if it failed. */
  attempt: <Result>(what: string, work: () => Promise<Result>) => Promise<Result | undefined>;
}

const NoticesContext = createContext<Notices | undefined>(undefined);

export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (!notices) throw new Error("no notices above");
  return notices;
}

let lastId = 0;

export function NoticesProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<FlashbarProps.MessageDefinition[]>([]);
  const remove = useCallback((id: string) => {
    setItems((held) => held.filter((item) => item.id !== id));
  }, []);
  const put = useCallback(
    (id: string, item: FlashbarProps.MessageDefinition) => {
      const whole = { dismissible: true, dismissLabel: "Dismiss", onDismiss: () => remove(id), ...item, id };
      setItems((held) => [whole, ...held.filter((other) => other.id !== id)].slice(0, NOTICES_MAX));
    },
    [remove],
  );
  const value = useMemo<Notices>(() => {
    const tell: Notices["tell"] = (type, header, content) => {
      lastId += 1;
      put(`notice-${lastId}`, { type, header, content });
    };
    const attempt: Notices["attempt"] = async (what, work) => {
      lastId += 1;
      const id = `notice-${lastId}`;
      put(id, { type: "info", loading: true, header: `${what} …`, dismissible: false });
      try {
        const result = await work();
        put(id, { type: "success", header: `${what}: done` });
        return result;
      } catch (error) {
        put(id, { type: "error", header: `${what}: failed`, content: problemText(error) });
        return undefined;
      }
    };
    return { items, tell, attempt };
  }, [items, put]);
  return <NoticesContext value={value}>{children}</NoticesContext>;
}

/** An error as a sentence for readers. */
export function problemText(error: unknown): string {
  if (error instanceof AwsError) {
    const hint = error.isDenied ? " Your user has no policy that allows it; an administrator can give one in Settings." : "";
    return `${error.message} (${error.code})${hint}`;
  }
  if (error instanceof TypeError) return `The server does not answer (${error.message}).`;
  return error instanceof Error ? error.message : String(error);
}
