//! (c) QoS 0 from one publisher to 1,000 subscribers, four messages under way at a time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::broker::Broker;
use crate::load::{Client, Load, Script};
use crate::meter::{Mark, now};
use crate::packets::{self, PUBLISH, Packet};
use crate::phases::{PAYLOAD_BYTES, SETTLE, TURN, WARM_UP};
use crate::report::{Figure, Figures, percentile};

const SUBSCRIBERS: usize = 1_000;
const UNDER_WAY: usize = 4;
const TOPIC: &str = "out/all";

#[derive(Default)]
struct FanOut {
    under_way: HashMap<u64, Copies>,
    last: u64,
    delivered: u64,
    last_copy_millis: Vec<f64>,
}

struct Copies {
    sent_at: Instant,
    left: usize,
}

impl Script for FanOut {
    fn on_packet(&mut self, _: usize, packet: Packet<'_>, _: &mut Vec<u8>) {
        if packet.kind() != PUBLISH {
            return;
        }
        self.delivered += 1;
        let number = packet.payload().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let Some(copies) = self.under_way.get_mut(&number) else { return };
        copies.left -= 1;
        if copies.left == 0 {
            self.last_copy_millis.push(copies.sent_at.elapsed().as_secs_f64() * 1e3);
            self.under_way.remove(&number);
        }
    }
}

impl FanOut {
    fn publish(&mut self, load: &mut Load) -> Result<()> {
        while self.under_way.len() < UNDER_WAY {
            self.last += 1;
            let mut payload = [b'x'; PAYLOAD_BYTES];
            payload[..8].copy_from_slice(&self.last.to_be_bytes());
            load.send(SUBSCRIBERS, |out| packets::publish(out, TOPIC, None, &payload))?;
            self.under_way.insert(self.last, Copies { sent_at: now(), left: SUBSCRIBERS });
        }
        Ok(())
    }
}

pub(crate) fn run(broker: &Broker, time: Duration) -> Result<Figures> {
    let mut load = Load::new()?;
    for number in 0..SUBSCRIBERS {
        load.open(broker.address, Client::subscriber(&format!("sub{number}"), TOPIC, 0))?;
    }
    load.open(broker.address, Client::publisher("pub"))?;
    let mut script = FanOut::default();
    let mut run_for = |time: Duration| -> Result<Mark> {
        let end = now() + time;
        let mut last_progress = (now(), script.delivered);
        while now() < end {
            script.publish(&mut load)?;
            load.turn(&mut script, TURN)?;
            if script.delivered > last_progress.1 {
                last_progress = (now(), script.delivered);
            }
            anyhow::ensure!(last_progress.0.elapsed() < SETTLE, "a copy is lost");
        }
        Mark::now(broker.pid(), script.delivered)
    };
    let begin = run_for(WARM_UP)?;
    let end = run_for(time)?;
    let span = begin.until(end);
    let last_copy = percentile(&mut script.last_copy_millis, 0.5);
    Ok(Figures::of(span)
        .with(Figure::new("fan-out to 1,000: CPU per delivery", "µs", span.cpu_micros_per_unit))
        .with(Figure::new("fan-out to 1,000: deliveries", "/s", span.units_per_sec))
        .with(Figure::new("fan-out to 1,000: last copy p50", "ms", last_copy)))
}
