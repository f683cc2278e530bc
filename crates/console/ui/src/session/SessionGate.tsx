import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, createContext, useContext, useEffect } from "react";
import { SignIn } from "./SignIn";
import { SessionError, type Who, currentSession, whenEnded } from "./session";

const SESSION = ["session"];

const WhoContext = createContext<Who | undefined>(undefined);

/** Who is signed in; only below the gate. */
export function useWho(): Who {
  const who = useContext(WhoContext);
  if (!who) throw new Error("nobody is signed in");
  return who;
}

/** Shows its children to those who are signed in, and the others how to sign in. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const session = useQuery({
    queryKey: SESSION,
    queryFn: currentSession,
    staleTime: Number.POSITIVE_INFINITY,
    retry: (failures, error) => !(error instanceof SessionError) && failures < 2,
  });
  useEffect(() => {
    whenEnded(() => {
      forgetAll(queries);
      void queries.resetQueries({ queryKey: SESSION });
    });
  }, [queries]);
  if (session.isPending) return null;
  if (session.data && !window.location.pathname.startsWith("/login")) {
    return <WhoContext value={session.data}>{children}</WhoContext>;
  }
  const signedIn = (who: Who) => {
    forgetAll(queries);
    queries.setQueryData(SESSION, who);
  };
  return <SignIn onSignedIn={signedIn} problem={session.error ?? undefined} />;
}

/** Nothing that one user saw may be shown to the next. The gate itself goes on watching its session. */
function forgetAll(queries: QueryClient): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
}
