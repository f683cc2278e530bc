//! Publishers, whatever is between, and subscribers.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::load::{Client, Load, Script};
use crate::meter::{self, now};
use crate::packets::{self, PUBACK, PUBLISH, Packet};
use crate::phases::{SETTLE, TURN, WARM_UP};
use crate::report::percentile;

const PAIRS: usize = 50;

/// About 200 bytes, as a sensor with a few readings sends them.
const TELEMETRY: &str = r#"{"sensor_id":"sensor-0042","timestamp":1790000000123,"temperature":42.5,"humidity":51.25,"battery":3.71,"zone":"north-wing","status":"ok","firmware":"1.4.2","uptime":123456,"location":{"x":12,"y":7}}"#;

const FIRST_SENSOR: &str = "0042";

/// The telemetry's `timestamp`.
const FIRST_MS: u64 = 1_790_000_000_123;

/// What a message costs.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) cpu_micros: f64,
    pub(crate) per_sec: f64,
    pub(crate) note: String,
    /// All messages, also those before the measurement began and after it ended.
    pub(crate) sent: u64,
    /// At half of this rate, what all but one message in a hundred took at most, if that was looked at.
    pub(crate) half_load_p99_ms: Option<f64>,
}

pub(crate) struct Flow {
    pub(crate) broker: SocketAddr,
    /// The processes whose time counts.
    pub(crate) pids: Vec<u32>,
    pub(crate) is_republished: bool,
    pub(crate) is_delivered: bool,
    /// Messages that each publisher has under way.
    pub(crate) window: u16,
    pub(crate) next_after: NextAfter,
    /// Whether each publisher is a sensor of its own, and no two messages have the same time.
    pub(crate) is_timed: bool,
}

/// What a message waits for that takes another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextAfter {
    Acknowledgement,
    /// Where the acknowledgement does not wait for what the message leads to, and who publishes would soon
    /// be far ahead.
    Delivery,
}

struct Sending {
    topics: Vec<String>,
    last_ids: Vec<u16>,
    /// Nothing, when no more are to be sent.
    next_after: Option<NextAfter>,
    /// Pairs whose publishers' turn it is.
    to_publish: Vec<usize>,
    is_timed: bool,
    clock: Option<Clock>,
    sent: u64,
    acknowledged: u64,
    delivered: u64,
}

/// How long messages take from the publisher to its subscriber.
#[derive(Default)]
struct Clock {
    /// When each pair's messages set out that have not come; they come in order.
    under_way: Vec<VecDeque<Instant>>,
    took_ms: Vec<f64>,
}

impl Clock {
    fn set_out(&mut self, pair: usize) {
        self.under_way[pair].push_back(now());
    }

    fn came(&mut self, pair: usize) {
        let took = self.under_way[pair].pop_front().map(|since| since.elapsed());
        self.took_ms.extend(took.map(|took| took.as_secs_f64() * 1e3));
    }
}

impl Script for Sending {
    /// Even lines are subscribers; each is followed by its publisher.
    fn on_packet(&mut self, line: usize, packet: Packet<'_>, out: &mut Vec<u8>) {
        match packet.kind() {
            PUBLISH => {
                self.delivered += 1;
                if let Some(clock) = &mut self.clock {
                    clock.came(line / 2);
                }
                if let Some(id) = packet.id() {
                    packets::puback(out, id);
                }
                if self.next_after == Some(NextAfter::Delivery) {
                    self.to_publish.push(line / 2);
                }
            }
            PUBACK => {
                self.acknowledged += 1;
                if self.next_after == Some(NextAfter::Acknowledgement) {
                    self.publish(line / 2, out);
                }
            }
            _ => {}
        }
    }
}

impl Sending {
    fn publish(&mut self, pair: usize, out: &mut Vec<u8>) {
        let id = &mut self.last_ids[pair];
        *id = id.checked_add(1).unwrap_or(1);
        let timed = self.is_timed.then(|| timed(pair, self.sent));
        let payload = timed.as_deref().unwrap_or(TELEMETRY);
        packets::publish(out, &self.topics[pair], Some(*id), payload.as_bytes());
        self.sent += 1;
        if let Some(clock) = &mut self.clock {
            clock.set_out(pair);
        }
    }
}

/// The telemetry of another sensor, so many milliseconds later.
fn timed(sensor: usize, later_ms: u64) -> String {
    let time = (FIRST_MS + later_ms).to_string();
    TELEMETRY.replace(FIRST_SENSOR, &format!("{sensor:04}")).replace(&FIRST_MS.to_string(), &time)
}

impl Flow {
    pub(crate) fn run(&self, time: Duration) -> Result<Measured> {
        let (mut load, mut sending) = self.open()?;
        for pair in 0..PAIRS {
            load.send(2 * pair + 1, |out| {
                (0..self.window).for_each(|_| sending.publish(pair, out));
            })?;
        }
        self.turn(&mut load, &mut sending, WARM_UP)?;
        let (began, cpu, done) = (now(), self.cpu()?, self.done(&sending));
        let client = meter::cpu_time(std::process::id())?;
        self.turn(&mut load, &mut sending, time)?;
        let (secs, messages) = (began.elapsed().as_secs_f64(), self.done(&sending) - done);
        let used = (self.cpu()? - cpu).as_secs_f64();
        let client = (meter::cpu_time(std::process::id())? - client).as_secs_f64();
        sending.next_after = None;
        self.settle(&mut load, &mut sending)?;
        Ok(Measured {
            cpu_micros: used * 1e6 / messages as f64,
            per_sec: messages as f64 / secs,
            note: format!("server {:.2} cores, client {:.2}", used / secs, client / secs),
            sent: sending.sent,
            half_load_p99_ms: None,
        })
    }

    /// At a steady rate, each pair in turn: the messages that were sent, and the milliseconds that all but
    /// one in a hundred took at most.
    pub(crate) fn paced(&self, per_sec: f64, time: Duration) -> Result<(u64, f64)> {
        let (mut load, mut sending) = self.open()?;
        sending.next_after = None;
        let under_way = vec![VecDeque::new(); PAIRS];
        sending.clock = Some(Clock { under_way, ..Clock::default() });
        let pace = Duration::from_secs_f64(1.0 / per_sec);
        let (began, mut pair) = (now(), 0);
        let mut due = began;
        while began.elapsed() < time {
            while due <= now() {
                load.send(2 * pair + 1, |out| sending.publish(pair, out))?;
                pair = (pair + 1) % PAIRS;
                due += pace;
            }
            load.turn(&mut sending, due.saturating_duration_since(now()))?;
        }
        self.settle(&mut load, &mut sending)?;
        let mut clock = sending.clock.take().expect("it was set above");
        Ok((sending.sent, percentile(&mut clock.took_ms, 0.99)))
    }

    fn open(&self) -> Result<(Load, Sending)> {
        let mut load = Load::new()?;
        for pair in 0..PAIRS {
            let place = if self.is_republished { "out" } else { "in" };
            // Where nothing is delivered, all the same: who listens elsewhere hears nothing.
            let place = if self.is_delivered { place } else { "elsewhere" };
            let (id, filter) = (format!("sub{pair}"), format!("{place}/{pair}"));
            load.open(self.broker, Client::subscriber(&id, &filter, 1))?;
            load.open(self.broker, Client::publisher(&format!("pub{pair}")))?;
        }
        let sending = Sending {
            topics: (0..PAIRS).map(|pair| format!("in/{pair}")).collect(),
            last_ids: vec![0; PAIRS],
            next_after: Some(self.next_after),
            to_publish: Vec::new(),
            is_timed: self.is_timed,
            clock: None,
            sent: 0,
            acknowledged: 0,
            delivered: 0,
        };
        Ok((load, sending))
    }

    fn turn(&self, load: &mut Load, sending: &mut Sending, time: Duration) -> Result<()> {
        let end = now() + time;
        while now() < end {
            load.turn(sending, TURN)?;
            for pair in std::mem::take(&mut sending.to_publish) {
                load.send(2 * pair + 1, |out| sending.publish(pair, out))?;
            }
        }
        Ok(())
    }

    fn done(&self, sending: &Sending) -> u64 {
        if self.is_delivered { sending.delivered } else { sending.acknowledged }
    }

    fn cpu(&self) -> Result<Duration> {
        self.pids.iter().map(|&pid| meter::cpu_time(pid)).sum()
    }

    /// Waits until everything has come, and fails if something is lost.
    fn settle(&self, load: &mut Load, sending: &mut Sending) -> Result<()> {
        let mut last_progress = now();
        while sending.acknowledged < sending.sent || self.done(sending) < sending.sent {
            let before = sending.acknowledged + sending.delivered;
            load.turn(sending, TURN)?;
            if sending.acknowledged + sending.delivered > before {
                last_progress = now();
            }
            let Sending { sent, acknowledged, delivered, .. } = *sending;
            ensure!(
                last_progress.elapsed() < SETTLE,
                "lost: sent {sent}, acknowledged {acknowledged}, delivered {delivered}"
            );
        }
        Ok(())
    }
}
