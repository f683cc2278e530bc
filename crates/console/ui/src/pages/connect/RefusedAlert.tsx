import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useLocation } from "wouter";
import type { Refusal } from "../../aws/own";
import { Ago } from "../../parts/Moment";
import { sentence } from "../../parts/sentence";

const ASKED: Record<Refusal["kind"], string> = {
  handshake: "A TLS handshake failed",
  connection: "Its connection was ended",
  connect: "It was not let in",
  publish: "It may not publish this",
  retain: "It may not have this retained",
  subscribe: "It may not subscribe to this",
  receive: "It may not receive this",
  call: "A call was refused",
};

/** One refusal, with the next step. */
export function RefusedAlert({ refusal }: { refusal: Refusal }) {
  const [, go] = useLocation();
  const { kind, reason, advice, sourceIp, count, lastAt } = refusal;
  // A reason often ends with its advice.
  const next = advice && !reason.includes(advice) ? `: ${advice}` : "";
  return (
    <Alert
      type={kind === "handshake" ? "warning" : "error"}
      header={ASKED[kind]}
      action={<Button onClick={() => go(`/denials/${refusal.id}`)}>Why, and mend it</Button>}
    >
      {sentence(reason + next)}{" "}
      {kind === "handshake" && `It came from ${sourceIp ?? "an unknown address"}; it may be another device's. `}
      {count > 1 ? `${count} times, the last ` : "That was "}
      <Ago at={lastAt} />.
    </Alert>
  );
}
