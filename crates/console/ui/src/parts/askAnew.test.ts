import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { askAnew } from "./askAnew";

test("what is asked while a change is made is asked again after it", async () => {
  const queries = new QueryClient();
  const answers: (() => void)[] = [];
  let stored = "before";
  const queryFn = async () => {
    const read = stored;
    await new Promise<void>((resolve) => answers.push(resolve));
    return read;
  };
  const observer = new QueryObserver(queries, { queryKey: ["list"], queryFn });
  const stop = observer.subscribe(() => {});
  stored = "after";
  const asked = askAnew(queries, ["list"]);
  await vi.waitFor(() => {
    for (const answer of answers) answer();
    expect(observer.getCurrentResult().data).toBe("after");
  });
  await asked;
  stop();
});
