import { expect, it } from "vitest";
import { linkOf, lookOf } from "./links";

it("leads from a resource to its page", () => {
  expect(linkOf("AWS::IoT::TopicRule", "hot")).toBe("/rules/hot");
  expect(linkOf("AWS::SQS::Queue", "http://127.0.0.1:1/000000000000/jobs")).toBe("/queues/jobs");
  expect(linkOf("AWS::Logs::LogGroup", "/aws/lambda/x")).toBe("/logs/%2Faws%2Flambda%2Fx");
  const stack = "arn:aws:cloudformation:us-east-1:000000000000:stack/house/8f75";
  expect(linkOf("AWS::CloudFormation::Stack", stack)).toBe("/stacks/house");
  expect(linkOf("AWS::IAM::Role", "r")).toBeUndefined();
  expect(linkOf("AWS::IoT::TopicRule", undefined)).toBeUndefined();
});

it("tells what went well from what did not", () => {
  const looks = ["CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "CREATE_FAILED", "UPDATE_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"];
  expect(looks.map(lookOf)).toEqual(["success", "in-progress", "error", "warning", "stopped"]);
});
