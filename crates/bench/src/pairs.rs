//! (b) QoS 1, 50 publishers with a subscriber each: flat out with a window of 100, then at a steady
//! 2,000 messages per second for the latency. (f) the same towards persistent sessions.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::broker::Broker;
use crate::load::{Client, Load, Script};
use crate::meter::{Mark, now};
use crate::packets::{self, PUBACK, PUBLISH, Packet};
use crate::phases::{PAYLOAD_BYTES, SETTLE, TURN, WARM_UP};
use crate::report::{Figure, Figures, percentile};

const PAIRS: usize = 50;
const WINDOW: u16 = 100;
const PACE: Duration = Duration::from_micros(500);

struct Pairs {
    publishers: Vec<Publisher>,
    topics: Vec<String>,
    epoch: Instant,
    /// Whether a publisher answers an acknowledgement with its next message.
    refill: bool,
    sent: u64,
    acknowledged: u64,
    delivered: u64,
    latencies_nanos: Vec<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Publisher {
    last_id: u16,
}

impl Script for Pairs {
    /// Even lines are subscribers; each is followed by its publisher.
    fn on_packet(&mut self, line: usize, packet: Packet<'_>, out: &mut Vec<u8>) {
        match packet.kind() {
            PUBLISH => {
                self.delivered += 1;
                if !self.refill {
                    self.note_latency(packet.payload());
                }
                if let Some(id) = packet.id() {
                    packets::puback(out, id);
                }
            }
            PUBACK => {
                self.acknowledged += 1;
                if self.refill {
                    self.publish(line / 2, out);
                }
            }
            _ => {}
        }
    }
}

impl Pairs {
    fn new() -> Pairs {
        Pairs {
            publishers: vec![Publisher::default(); PAIRS],
            topics: (0..PAIRS).map(|pair| format!("pair/{pair}")).collect(),
            epoch: now(),
            refill: true,
            sent: 0,
            acknowledged: 0,
            delivered: 0,
            latencies_nanos: Vec::new(),
        }
    }

    fn publish(&mut self, pair: usize, out: &mut Vec<u8>) {
        let mut payload = [b'x'; PAYLOAD_BYTES];
        if !self.refill {
            payload[..8].copy_from_slice(&self.nanos().to_be_bytes());
        }
        let id = &mut self.publishers[pair].last_id;
        *id = id.checked_add(1).unwrap_or(1);
        packets::publish(out, &self.topics[pair], Some(*id), &payload);
        self.sent += 1;
    }

    fn nanos(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).expect("a run is shorter than a century")
    }

    fn note_latency(&mut self, payload: &[u8]) {
        let stamp = payload.first_chunk().map_or(0, |stamp| u64::from_be_bytes(*stamp));
        self.latencies_nanos.push(self.nanos().saturating_sub(stamp));
    }

    fn fill_windows(&mut self, load: &mut Load) -> Result<()> {
        for pair in 0..PAIRS {
            load.send(2 * pair + 1, |out| {
                for _ in 0..WINDOW {
                    self.publish(pair, out);
                }
            })?;
        }
        Ok(())
    }
}

pub(crate) fn run(broker: &Broker, time: Duration) -> Result<Figures> {
    let mut load = open(broker, true)?;
    let mut script = Pairs::new();
    let span = flat_out(broker, &mut load, &mut script, time)?;
    let (p50, p99) = paced(&mut load, &mut script, time)?;
    Ok(Figures::of(span)
        .with(Figure::new("QoS 1 pairs: CPU per message", "µs", span.cpu_micros_per_unit))
        .with(Figure::new("QoS 1 pairs: messages", "/s", span.units_per_sec))
        .with(Figure::new("QoS 1 at 2,000/s: p50", "µs", p50))
        .with(Figure::new("QoS 1 at 2,000/s: p99", "µs", p99)))
}

pub(crate) fn run_persistent(broker: &Broker, time: Duration) -> Result<Figures> {
    let mut load = open(broker, false)?;
    let span = flat_out(broker, &mut load, &mut Pairs::new(), time)?;
    Ok(Figures::of(span)
        .with(Figure::new("QoS 1 persistent: CPU per message", "µs", span.cpu_micros_per_unit))
        .with(Figure::new("QoS 1 persistent: messages", "/s", span.units_per_sec)))
}

fn open(broker: &Broker, clean_session: bool) -> Result<Load> {
    let mut load = Load::new()?;
    for pair in 0..PAIRS {
        let (id, filter) = (format!("sub{pair}"), format!("pair/{pair}"));
        let subscriber = Client { clean_session, ..Client::subscriber(&id, &filter, 1) };
        load.open(broker.address, subscriber)?;
        load.open(broker.address, Client::publisher(&format!("pub{pair}")))?;
    }
    Ok(load)
}

fn flat_out(
    broker: &Broker,
    load: &mut Load,
    script: &mut Pairs,
    time: Duration,
) -> Result<crate::meter::Span> {
    script.fill_windows(load)?;
    let mut run_for = |time: Duration| -> Result<Mark> {
        let end = now() + time;
        while now() < end {
            load.turn(script, TURN)?;
        }
        Mark::now(broker.pid(), script.delivered)
    };
    let begin = run_for(WARM_UP)?;
    let end = run_for(time)?;
    script.refill = false;
    settle(load, script)?;
    Ok(begin.until(end))
}

/// One message every half millisecond, each pair in turn.
fn paced(load: &mut Load, script: &mut Pairs, time: Duration) -> Result<(f64, f64)> {
    script.latencies_nanos.clear();
    let begin = now();
    let mut due = begin;
    let mut pair = 0;
    while begin.elapsed() < time {
        while due <= now() {
            load.send(2 * pair + 1, |out| script.publish(pair, out))?;
            pair = (pair + 1) % PAIRS;
            due += PACE;
        }
        load.turn(script, due.saturating_duration_since(now()))?;
    }
    settle(load, script)?;
    let mut micros: Vec<f64> =
        script.latencies_nanos.iter().map(|&nanos| nanos as f64 / 1e3).collect();
    Ok((percentile(&mut micros, 0.5), percentile(&mut micros, 0.99)))
}

/// Waits until everything is acknowledged and delivered, and fails if something is lost.
fn settle(load: &mut Load, script: &mut Pairs) -> Result<()> {
    let mut last_progress = now();
    while script.acknowledged < script.sent || script.delivered < script.sent {
        let before = script.acknowledged + script.delivered;
        load.turn(script, TURN)?;
        if script.acknowledged + script.delivered > before {
            last_progress = now();
        }
        let Pairs { sent, acknowledged, delivered, .. } = *script;
        ensure!(
            last_progress.elapsed() < SETTLE,
            "lost: sent {sent}, acknowledged {acknowledged}, delivered {delivered}"
        );
    }
    Ok(())
}
