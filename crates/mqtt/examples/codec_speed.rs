//! How long the codec takes for a QoS 1 PUBLISH with a topic of 37 bytes:
//! `cargo run --release -p thingstead-mqtt --example codec_speed`.
//!
//! Prints the best of many batches, for that is the one that nothing disturbed.

use std::hint::black_box;
use std::time::{Duration, Instant};

use model::Qos;
use mqtt::{Packet, Properties, Publish, PublishTemplate, Version, frame};

const TOPIC: &str = "factory/hall-7/line-2/robot-11/status";
const BATCH: u32 = 20_000;
const BATCHES: u32 = 200;

#[expect(clippy::print_stdout, reason = "its output is all that a benchmark is for")]
fn main() {
    for version in [Version::V311, Version::V5] {
        for size in [64, 1_024] {
            println!("{version:?}, {size} B: {}", measure(version, &vec![b'x'; size]));
        }
    }
}

fn measure(version: Version, payload: &[u8]) -> String {
    let (dup, retain, properties) = (false, false, Properties::NONE);
    let (qos, packet_id) = (Qos::AtLeastOnce, 1);
    let publish = Publish { dup, qos, retain, topic: TOPIC, packet_id, properties, payload };
    let mut bytes = Vec::new();
    publish.encode(version, &mut bytes).expect("fits");
    let template = PublishTemplate::new(&publish, version).expect("fits");
    let mut out = Vec::with_capacity(2 * bytes.len());

    let decode = best(|| {
        let frame = frame::split(black_box(&bytes), 1 << 20).expect("valid").expect("whole");
        black_box(Publish::decode(&frame, version).expect("valid"));
    });
    let decode_any = best(|| {
        let frame = frame::split(black_box(&bytes), 1 << 20).expect("valid").expect("whole");
        black_box(Packet::decode(&frame, version).expect("valid"));
    });
    let encode = best(|| {
        out.clear();
        black_box(&publish).encode(version, &mut out).expect("fits");
        black_box(&out);
    });
    let from_template = best(|| {
        out.clear();
        black_box(&template).write(false, 7, &mut out);
        out.extend_from_slice(payload);
        black_box(&out);
    });
    format!(
        "decode {decode:.1} ns, as any packet {decode_any:.1} ns, \
         encode {encode:.1} ns, from a template {from_template:.1} ns"
    )
}

/// Nanoseconds of one call, in the best batch.
fn best(mut run: impl FnMut()) -> f64 {
    let batch = |run: &mut dyn FnMut()| {
        let start = now();
        (0..BATCH).for_each(|_| run());
        start.elapsed()
    };
    let fastest = (0..BATCHES).map(|_| batch(&mut run)).min().unwrap_or(Duration::ZERO);
    fastest.as_secs_f64() * 1e9 / f64::from(BATCH)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the time that really passes")]
fn now() -> Instant {
    Instant::now()
}
