import "@cloudscape-design/global-styles/index.css";
import I18nProvider from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { SessionGate } from "./session/SessionGate";
import { Shell } from "./shell/Shell";
import { applyAppearance } from "./shell/appearance";
import { NoticesProvider } from "./shell/notices";
import { AwsError } from "./aws/errors";

applyAppearance();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refused it refuses again; what did not reach it may do so the next time.
      retry: (failures, error) => !(error instanceof AwsError) && failures < 2,
      staleTime: 2_000,
    },
  },
});

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    {/* What components say to those who cannot see them. */}
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={queries}>
        <SessionGate>
          <NoticesProvider>
            <Shell />
          </NoticesProvider>
        </SessionGate>
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
