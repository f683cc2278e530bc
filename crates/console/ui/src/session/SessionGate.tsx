import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, createContext, useContext, useEffect } from "react";
import { SignIn } from "./SignIn";
import { SessionError, type Who, currentSession, whenEnded } from "./session";

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
    queryKey: ["session"],
    queryFn: currentSession,
    staleTime: Number.POSITIVE_INFINITY,
    retry: (failures, error) => !(error instanceof SessionError) && failures < 2,
  });
  useEffect(() => {
    whenEnded(() => {
      // Nothing that one user saw may be shown to the next.
      queries.clear();
      void queries.invalidateQueries({ queryKey: ["session"] });
    });
  }, [queries]);
  if (session.isPending) return null;
  if (session.data && !window.location.pathname.startsWith("/login")) {
    return <WhoContext value={session.data}>{children}</WhoContext>;
  }
  const signedIn = (who: Who) => {
    queries.clear();
    queries.setQueryData(["session"], who);
  };
  return <SignIn onSignedIn={signedIn} problem={session.error ?? undefined} />;
}
