// Lines to copy, for this host and device, one set for each kind of client.

export interface Place {
  host: string;
  port: number;
  name: string;
}

export interface Secrets {
  rootCertificatePem: string;
  certificatePem: string;
  privateKey: string;
}

export interface ClientLines {
  id: string;
  label: string;
  /** What must be there first. */
  before?: string;
  code: string;
  after?: string;
}

export function clientLines(place: Place, secrets?: Secrets): ClientLines[] {
  return [mosquitto(place), pythonAws(place), pythonPaho(place), node(place), esp32(place, secrets)];
}

function mosquitto({ host, port, name }: Place): ClientLines {
  const common = `-h ${host} -p ${port} --cafile root-ca.pem --cert certificate.pem --key private.key -q 1`;
  return {
    id: "mosquitto",
    label: "mosquitto",
    before: "sudo apt install mosquitto-clients",
    code: `mosquitto_pub ${common} -i ${name} -t ${name}/hello -m '{"hello": "from ${name}"}'`,
    after: `mosquitto_sub ${common} -i ${name} -t '${name}/#' -d`,
  };
}

function pythonAws({ host, port, name }: Place): ClientLines {
  return {
    id: "python-aws",
    label: "Python (AWS SDK)",
    before: "pip install awsiotsdk",
    code: `from awscrt import mqtt
from awsiot import mqtt_connection_builder

connection = mqtt_connection_builder.mtls_from_path(
    endpoint="${host}", port=${port}, client_id="${name}", ca_filepath="root-ca.pem",
    cert_filepath="certificate.pem", pri_key_filepath="private.key")
connection.connect().result(10)
connection.publish("${name}/hello", '{"hello": "from ${name}"}', mqtt.QoS.AT_LEAST_ONCE)[0].result(10)
connection.disconnect().result(10)`,
  };
}

function pythonPaho({ host, port, name }: Place): ClientLines {
  return {
    id: "python-paho",
    label: "Python (paho)",
    before: "pip install paho-mqtt",
    code: `import paho.mqtt.client as mqtt

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="${name}")
client.tls_set("root-ca.pem", "certificate.pem", "private.key")
client.connect("${host}", ${port})
client.loop_start()
client.publish("${name}/hello", '{"hello": "from ${name}"}', qos=1).wait_for_publish(10)
client.disconnect()
client.loop_stop()`,
  };
}

function node({ host, port, name }: Place): ClientLines {
  return {
    id: "node",
    label: "Node",
    before: "npm install mqtt",
    code: `const fs = require("fs"), mqtt = require("mqtt");

const client = mqtt.connect("mqtts://${host}:${port}", {
  clientId: "${name}",
  ca: fs.readFileSync("root-ca.pem"),
  cert: fs.readFileSync("certificate.pem"),
  key: fs.readFileSync("private.key"),
});
client.on("error", console.error);
client.on("connect", () =>
  client.publish("${name}/hello", '{"hello": "from ${name}"}', { qos: 1 }, () => client.end()));`,
  };
}

function esp32({ host, port, name }: Place, secrets?: Secrets): ClientLines {
  const raw = (pem: string | undefined, file: string) => `R"PEM(${pem?.trim() ?? `the text of ${file}`})PEM"`;
  return {
    id: "esp32",
    label: "ESP32 (Arduino)",
    before: "Library manager: PubSubClient",
    code: `#include <WiFi.h>
#include <WiFiClientSecure.h>
#include <PubSubClient.h>
#include <time.h>

const char* ROOT_CA = ${raw(secrets?.rootCertificatePem, "root-ca.pem")};
const char* CERTIFICATE = ${raw(secrets?.certificatePem, "certificate.pem")};
const char* PRIVATE_KEY = ${raw(secrets?.privateKey, "private.key")};

WiFiClientSecure net;
PubSubClient client(net);

void setup() {
  WiFi.begin("YOUR NETWORK", "ITS PASSWORD");
  while (WiFi.status() != WL_CONNECTED) delay(200);
  // Certificates have dates: without a clock nothing is valid.
  configTime(0, 0, "pool.ntp.org");
  while (time(nullptr) < 1700000000) delay(200);
  net.setCACert(ROOT_CA);
  net.setCertificate(CERTIFICATE);
  net.setPrivateKey(PRIVATE_KEY);
${isLoopback(host) ? "  // Not localhost, but the name of the server's machine in your network.\n" : ""}  client.setServer("${host}", ${port});
}

void loop() {
  if (!client.connected() && !client.connect("${name}")) { delay(2000); return; }
  client.loop();
  client.publish("${name}/hello", "{\\"hello\\": \\"from ${name}\\"}");
  delay(5000);
}`,
  };
}

/** What goes with the keys, to be read where they are unpacked. */
export function readme({ host, port, name }: Place): string {
  const lines = mosquitto({ host, port, name });
  return `# Connect ${name}

\`private.key\` is the device's secret: it is nowhere else, and no other device may use it.
The endpoint is \`${host}\`, port \`${port}\`; the client id is \`${name}\`.

    ${lines.code}
    ${lines.after}

If it does not work: the console's page "Denials" and \`thingstead explain\` say what was refused, why, and what to change.
`;
}

/** `127.0.0.1:8883`, `[::]:8883` */
export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

export function isLoopback(address: string): boolean {
  return /^(127\.|\[::1\]|localhost)/.test(address);
}
