import { expect, it } from "vitest";
import { clientLines, isLoopback, portOf, readme } from "./lines";

const PLACE = { host: "barn.local", port: 8883, name: "lamp" };

it("names host, port and device for every client", () => {
  for (const { label, code } of clientLines(PLACE)) {
    expect(code, label).toContain("barn.local");
    expect(code, label).toContain("8883");
    expect(code, label).toContain("lamp/hello");
  }
  expect(readme(PLACE)).toContain("-h barn.local -p 8883");
});

it("puts the secrets where a program holds them itself", () => {
  const secrets = { rootCertificatePem: "ROOT\n", certificatePem: "OWN\n", privateKey: "KEY\n" };
  const esp32 = (given?: typeof secrets) => clientLines(PLACE, given).find(({ id }) => id === "esp32")?.code;
  expect(esp32(secrets)).toContain('PRIVATE_KEY = R"PEM(KEY)PEM"');
  expect(esp32()).toContain("the text of private.key");
});

it("reads the addresses of doors", () => {
  expect(portOf("127.0.0.1:8883")).toBe(8883);
  expect(portOf("[::]:1")).toBe(1);
  expect(isLoopback("127.0.0.1:8883")).toBe(true);
  expect(isLoopback("[::1]:8883")).toBe(true);
  expect(isLoopback("0.0.0.0:8883")).toBe(false);
});
