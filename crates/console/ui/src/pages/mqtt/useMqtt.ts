// The page's connection and the messages that came over it. What comes is shown a frame at a time, not a message at a
// time: thousands in a second must not draw the page thousands of times.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type MqttLink, type MqttState, type Qos, openMqtt } from "../../aws/mqtt";
import { MessageLog, Rate } from "./messageLog";

/** Between two drawings. */
const DRAW_MILLIS = 150;
/** So that the rate falls when nothing comes any more. */
const RATE_MILLIS = 1_000;

export interface Wanted {
  filter: string;
  qos: Qos;
}

export interface Mqtt {
  clientId: string;
  state: MqttState;
  log: MessageLog;
  /** Changes with each drawing of `log`. */
  version: number;
  perSecond: number;
  /** Of filters that were refused, why. */
  refused: Record<string, string>;
  publish: MqttLink["publish"];
  setPaused: (isPaused: boolean) => void;
  clear: () => void;
}

export function useMqtt(wanted: Wanted[]): Mqtt {
  const clientId = useMemo(() => `console-${crypto.randomUUID().slice(0, 8)}`, []);
  const log = useMemo(() => new MessageLog(), []);
  const { version, draw } = useFrames();
  const { link, state } = useLink(clientId, log, draw);
  const refused = useSubscriptions(link, state, wanted);
  const perSecond = useRate(log);
  const publish = useCallback<MqttLink["publish"]>(
    async (...message) => {
      if (!link) throw new Error("there is no connection yet");
      await link.publish(...message);
    },
    [link],
  );
  const setPaused = useCallback(
    (isPaused: boolean) => {
      log.isPaused = isPaused;
      if (!isPaused) log.skipped = 0;
      draw();
    },
    [log, draw],
  );
  const clear = useCallback(() => {
    log.clear();
    draw();
  }, [log, draw]);
  return { clientId, state, log, version, perSecond, refused, publish, setPaused, clear };
}

function useFrames(): { version: number; draw: () => void } {
  const [version, setVersion] = useState(0);
  const isAsked = useRef(false);
  const lastAt = useRef(0);
  const draw = useCallback(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    const frame = () =>
      requestAnimationFrame((now) => {
        isAsked.current = false;
        lastAt.current = now;
        setVersion((held) => held + 1);
      });
    window.setTimeout(frame, Math.max(0, lastAt.current + DRAW_MILLIS - performance.now()));
  }, []);
  return { version, draw };
}

function useLink(clientId: string, log: MessageLog, draw: () => void) {
  const [link, setLink] = useState<MqttLink>();
  const [state, setState] = useState<MqttState>({ is: "connecting" });
  useEffect(() => {
    let isOver = false;
    let opened: MqttLink | undefined;
    const listener = {
      onState: (now: MqttState) => !isOver && setState(now),
      onMessage: (message: Parameters<MessageLog["add"]>[0]) => {
        log.add(message, Date.now());
        draw();
      },
    };
    openMqtt(clientId, listener).then(
      (link) => {
        opened = link;
        if (isOver) link.close();
        else setLink(link);
      },
      (error: Error) => !isOver && setState({ is: "lost", why: error.message }),
    );
    return () => {
      isOver = true;
      opened?.close();
      setLink(undefined);
    };
  }, [clientId, log, draw]);
  return { link, state };
}

/** Keeps the subscriptions of a link as they are wanted. */
function useSubscriptions(link: MqttLink | undefined, state: MqttState, wanted: Wanted[]): Record<string, string> {
  const [refused, setRefused] = useState<Record<string, string>>({});
  const held = useRef(new Map<string, Qos>());
  const isConnected = state.is === "connected";
  useEffect(() => {
    // A new connection has no subscriptions yet.
    if (!link || !isConnected) {
      held.current.clear();
      return;
    }
    const filters = held.current;
    const told = (filter: string, why: string | undefined) =>
      setRefused(({ [filter]: _, ...others }) => (why === undefined ? others : { ...others, [filter]: why }));
    for (const filter of [...filters.keys()]) {
      if (wanted.some((other) => other.filter === filter)) continue;
      filters.delete(filter);
      told(filter, undefined);
      link.unsubscribe(filter).catch(() => {});
    }
    for (const { filter, qos } of wanted) {
      if (filters.get(filter) === qos) continue;
      filters.set(filter, qos);
      link.subscribe(filter, qos).then(
        () => told(filter, undefined),
        (error: Error) => told(filter, error.message),
      );
    }
  }, [link, isConnected, wanted]);
  return refused;
}

function useRate(log: MessageLog): number {
  const [perSecond, setPerSecond] = useState(0);
  useEffect(() => {
    const rate = new Rate();
    const timer = window.setInterval(() => setPerSecond(rate.at(Date.now(), log.received)), RATE_MILLIS);
    return () => window.clearInterval(timer);
  }, [log]);
  return perSecond;
}
