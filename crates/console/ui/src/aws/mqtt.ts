// MQTT over WebSocket, signed with the session's credentials. The library is loaded with the first connection.

import type { MqttClient } from "mqtt";
import { presigned } from "./signed";

/** The signature of a socket is looked at once, when it opens. */
const SIGNED_SECS = 60;

export async function connectMqtt(clientId: string): Promise<MqttClient> {
  const { connect } = (await import("mqtt")).default;
  const address = async () => (await presigned("iotdevicegateway", "/mqtt", SIGNED_SECS)).replace(/^http/, "ws");
  return connect(await address(), {
    clientId,
    protocolVersion: 5,
    reconnectPeriod: 2_000,
    // A signature is too old to connect with again: each attempt takes a new one.
    transformWsUrl: (url: string) => url,
  });
}
