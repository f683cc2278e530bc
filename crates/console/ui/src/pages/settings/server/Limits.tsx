import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { useQuery } from "@tanstack/react-query";
import { Count } from "../../../parts/Count";
import { Loading } from "../../../parts/Loading";
import { Problem } from "../../../parts/Problem";
import { bytesText } from "../../../parts/bytesText";
import { accountSummary, codeLimits } from "./calls";

/** Those that an operation tells; all others are in the documentation of each feature. */
export function Limits() {
  const users = useQuery({ queryKey: ["limits", "users"], queryFn: accountSummary });
  const code = useQuery({ queryKey: ["limits", "code"], queryFn: codeLimits });
  const failed = [users, code].find(({ isError }) => isError);
  if (failed) return <Problem what="The limits" error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!users.data || !code.data) return <Loading />;
  const { AccountLimit: limit, AccountUsage: usage } = code.data;
  return (
    <Container header={<Header variant="h2">Limits</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: "Access keys of a user", value: <Count value={users.data.AccessKeysPerUserQuota} /> },
          { label: "Versions of a managed policy", value: <Count value={users.data.VersionsPerPolicyQuota} /> },
          { label: "Runs of functions at once", value: <Count value={limit.ConcurrentExecutions} /> },
          { label: "Code of a function, packed", value: bytesText(limit.CodeSizeZipped) },
          { label: "Code of a function, unpacked", value: bytesText(limit.CodeSizeUnzipped) },
          {
            label: "Code of all functions",
            value: (
              <>
                {bytesText(usage.TotalCodeSize)}{" "}
                <Box display="inline" color="text-body-secondary">
                  of {bytesText(limit.TotalCodeSize)}
                </Box>
              </>
            ),
          },
        ]}
      />
    </Container>
  );
}
