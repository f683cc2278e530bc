import { ask } from "../../aws/json";

export interface TestCase {
  topic: string;
  payload: string;
}

export async function saveTestCase(name: string, value: TestCase, isReplacing: boolean): Promise<void> {
  await ask("ssm", "PutParameter", {
    Name: `/thingstead/test-cases/${name}`,
    Type: "String",
    Value: JSON.stringify(value),
    Overwrite: isReplacing,
  });
}
