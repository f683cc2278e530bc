//! (a) QoS 0 from 50 publishers to 5 subscribers, flat out. Each message has one receiver; none may
//! be lost.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::broker::Broker;
use crate::load::{Client, Load, Script};
use crate::meter::{Mark, now};
use crate::packets::{self, PUBLISH, Packet};
use crate::phases::{PAYLOAD_BYTES, SETTLE, TURN, WARM_UP};
use crate::report::{Figure, Figures};

const SUBSCRIBERS: usize = 5;
const PUBLISHERS: usize = 50;

/// Messages that a publisher writes at once.
const BURST: u64 = 100;

/// Messages under way to one subscriber: far more than the kernel's buffers hold, and few enough
/// that a broker without bounds does not fill the memory.
const UNDER_WAY_MAX: u64 = 40_000;

struct FanIn {
    sent: [u64; SUBSCRIBERS],
    delivered: [u64; SUBSCRIBERS],
}

impl Script for FanIn {
    fn on_packet(&mut self, line: usize, packet: Packet<'_>, _: &mut Vec<u8>) {
        if packet.kind() == PUBLISH {
            self.delivered[line] += 1;
        }
    }
}

impl FanIn {
    fn all_delivered(&self) -> u64 {
        self.delivered.iter().sum()
    }

    fn publish(&mut self, load: &mut Load, bursts: &[Vec<u8>]) -> Result<()> {
        for (publisher, burst) in bursts.iter().enumerate() {
            let to = publisher % SUBSCRIBERS;
            let has_room = self.sent[to] - self.delivered[to] < UNDER_WAY_MAX;
            if has_room && load.is_drained(SUBSCRIBERS + publisher) {
                load.send(SUBSCRIBERS + publisher, |out| out.extend_from_slice(burst))?;
                self.sent[to] += BURST;
            }
        }
        Ok(())
    }
}

pub(crate) fn run(broker: &Broker, time: Duration) -> Result<Figures> {
    let mut load = Load::new()?;
    for number in 0..SUBSCRIBERS {
        let (id, filter) = (format!("sub{number}"), format!("in/{number}/#"));
        load.open(broker.address, Client::subscriber(&id, &filter, 0))?;
    }
    for number in 0..PUBLISHERS {
        load.open(broker.address, Client::publisher(&format!("pub{number}")))?;
    }
    let bursts: Vec<Vec<u8>> = (0..PUBLISHERS).map(burst).collect();
    let mut script = FanIn { sent: [0; SUBSCRIBERS], delivered: [0; SUBSCRIBERS] };
    let mut run_for = |time: Duration, script: &mut FanIn| -> Result<Mark> {
        let end = now() + time;
        while now() < end {
            script.publish(&mut load, &bursts)?;
            load.turn(script, TURN)?;
        }
        Mark::now(broker.pid(), script.all_delivered())
    };
    let begin = run_for(WARM_UP, &mut script)?;
    let end = run_for(time, &mut script)?;
    settle(&mut load, &mut script)?;
    let span = begin.until(end);
    Ok(Figures::of(span)
        .with(Figure::new("QoS 0 fan-in: CPU per delivery", "µs", span.cpu_micros_per_unit))
        .with(Figure::new("QoS 0 fan-in: deliveries", "/s", span.units_per_sec)))
}

/// Waits for what is under way, and fails if something is lost.
fn settle(load: &mut Load, script: &mut FanIn) -> Result<()> {
    let mut last_progress = now();
    while script.sent != script.delivered {
        let before = script.all_delivered();
        load.turn(script, TURN)?;
        if script.all_delivered() > before {
            last_progress = now();
        }
        let (sent, delivered) = (script.sent, script.delivered);
        ensure!(last_progress.elapsed() < SETTLE, "lost: sent {sent:?}, delivered {delivered:?}");
    }
    Ok(())
}

fn burst(publisher: usize) -> Vec<u8> {
    let topic = format!("in/{}/{publisher}", publisher % SUBSCRIBERS);
    let mut out = Vec::new();
    for _ in 0..BURST {
        packets::publish(&mut out, &topic, None, &[b'x'; PAYLOAD_BYTES]);
    }
    out
}
