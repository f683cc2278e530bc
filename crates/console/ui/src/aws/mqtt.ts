// MQTT over WebSocket, signed with the session's credentials. The library is loaded with the first connection.

import type { IClientPublishOptions, MqttClient } from "mqtt";
import { presigned } from "./signed";

/** The signature of a socket is looked at once, when it opens. */
const SIGNED_SECS = 60;
const KEEP_ALIVE_SECS = 30;
const CONNECT_MILLIS = 10_000;
/** Before another attempt; the pause doubles up to the longest. */
const PAUSE_MILLIS = 1_000;
const PAUSE_MILLIS_MAX = 15_000;

export type Qos = 0 | 1;

export interface MqttMessage {
  topic: string;
  payload: Uint8Array;
  qos: number;
  retain: boolean;
}

export type MqttState =
  | { is: "connecting" }
  | { is: "connected" }
  /** It tries again by itself. */
  | { is: "lost"; why: string };

export interface MqttListener {
  onState: (state: MqttState) => void;
  /** Called for each message: it must be quick. */
  onMessage: (message: MqttMessage) => void;
}

/** A connection that is made again whenever it is lost, until it is closed. */
export interface MqttLink {
  /** Holds as long as this one connection does: it is to be said again after the next `connected`. */
  subscribe: (filter: string, qos: Qos) => Promise<void>;
  unsubscribe: (filter: string) => Promise<void>;
  publish: (topic: string, payload: string, options: Pick<IClientPublishOptions, "qos" | "retain">) => Promise<void>;
  close: () => void;
}

export async function openMqtt(clientId: string, listener: MqttListener): Promise<MqttLink> {
  const { connect } = (await import("mqtt")).default;
  // What `transformWsUrl` answers, which cannot wait: so it is made before each attempt.
  let address = await signedAddress();
  const client = connect(address, {
    clientId,
    protocolVersion: 5,
    clean: true,
    keepalive: KEEP_ALIVE_SECS,
    connectTimeout: CONNECT_MILLIS,
    // The library would dial the same address again, whose signature is too old by then.
    reconnectPeriod: 0,
    // Whoever subscribed is told of each connection, and subscribes again.
    resubscribe: false,
    transformWsUrl: () => address,
    // What is published while there is no connection fails at once, and is not sent by surprise later.
    queueQoSZero: false,
    // The other kinds run from a blob: address, which the content security policy does not let in.
    timerVariant: "native",
  });
  let isClosed = false;
  let pauseMillis = PAUSE_MILLIS;
  let why = "the server did not take the connection";
  listener.onState({ is: "connecting" });
  client.on("connect", () => {
    pauseMillis = PAUSE_MILLIS;
    why = "the connection was lost";
    listener.onState({ is: "connected" });
  });
  client.on("message", (topic, payload, packet) => {
    listener.onMessage({ topic, payload, qos: packet.qos, retain: packet.retain });
  });
  client.on("disconnect", (packet) => {
    why = packet.properties?.reasonString ?? `the server ended it (${reasonText(packet.reasonCode ?? 0)})`;
  });
  client.on("error", (error) => {
    why = error.message || why;
  });
  client.on("close", () => {
    if (isClosed) return;
    listener.onState({ is: "lost", why });
    window.setTimeout(() => void again(), pauseMillis);
    pauseMillis = Math.min(pauseMillis * 2, PAUSE_MILLIS_MAX);
  });
  async function again() {
    if (isClosed) return;
    try {
      address = await signedAddress();
      if (!isClosed) client.reconnect();
    } catch (error) {
      listener.onState({ is: "lost", why: (error as Error).message });
      window.setTimeout(() => void again(), pauseMillis);
    }
  }
  return {
    subscribe: (filter, qos) => subscribe(client, filter, qos),
    unsubscribe: async (filter) => {
      await client.unsubscribeAsync(filter);
    },
    publish: async (topic, payload, options) => {
      if (!client.connected) throw new Error("there is no connection");
      await client.publishAsync(topic, payload, options);
    },
    close: () => {
      isClosed = true;
      client.end(true);
    },
  };
}

async function subscribe(client: MqttClient, filter: string, qos: Qos): Promise<void> {
  const granted = await client.subscribeAsync(filter, { qos });
  const refused = granted.find((grant) => grant.qos >= 128);
  if (refused) throw new Error(reasonText(refused.qos));
}

/** Reason codes of MQTT 5 that people meet. */
const REASONS: Record<number, string> = {
  135: "not authorized",
  139: "the server shuts down",
  141: "keep-alive timeout",
  142: "another client has the same id",
  143: "the filter is not valid",
  144: "the topic is not valid",
  149: "the packet is too large",
  150: "too many messages",
  151: "a quota is exceeded",
  152: "ended by an administrator",
  161: "this kind of subscription is not served",
};

function reasonText(code: number): string {
  return REASONS[code] ?? `reason ${code}`;
}

async function signedAddress(): Promise<string> {
  return (await presigned("iotdevicegateway", "/mqtt", SIGNED_SECS)).replace(/^http/, "ws");
}
