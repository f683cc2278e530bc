//! How long an evaluation takes. Run by hand, released:
//! `cargo test --release -p thingstead-rules --test sql -- --ignored --nocapture`

use std::hint::black_box;

use rules::{Answers, Payload, Statement, Template, Variables, Version};
use stdx::clock::Clock;

use crate::told::event;

/// 200 bytes, as devices send them.
const PAYLOAD: &[u8] = br#"{"sensor_id":"b8:27:eb:12:34:56","zone":"a","temperature":41.5,"humidity":52,"battery":3.71,"location":{"lat":47.615694,"lon":-122.335997},"firmware":"1.4.2","uptime_secs":123456,"status":"ok","seq":90}"#;

const ROUNDS: u64 = 200_000;
/// The best of so many runs: other work on the machine only adds.
const RUNS: u32 = 7;

fn measure(name: &str, mut once: impl FnMut()) -> String {
    let clock = Clock::system();
    let mut best_ms = u64::MAX;
    for _ in 0..RUNS {
        let start = clock.now();
        for _ in 0..ROUNDS {
            once();
        }
        best_ms = best_ms.min(clock.now() - start);
    }
    format!("{:>6} ns  {name}", best_ms * 1_000_000 / ROUNDS)
}

#[test]
#[ignore = "a measurement, not a promise"]
fn evaluations() {
    let answers = Answers::new();
    let mut lines = vec![format!("payload of {} bytes", PAYLOAD.len())];
    lines.push(measure("scan alone", || {
        let payload = Payload::new(black_box(PAYLOAD));
        black_box(payload.json().is_ok());
    }));
    for sql in [
        "SELECT * FROM 't' WHERE temperature >= 40",
        "SELECT * FROM 't' WHERE temperature >= 50",
        "SELECT temperature AS t, sensor_id FROM 't' WHERE temperature >= 40 AND zone = 'a'",
        "SELECT *, timestamp() AS ts FROM 't' WHERE location.lat > 40",
        "SELECT topic(2) AS thing, upper(zone) AS zone, temperature * 9 / 5 + 32 AS f FROM 't'",
    ] {
        for version in [Version::V2015_10_08, Version::V2016_03_23] {
            let statement = Statement::parse(sql, version).expect("parses");
            lines.push(measure(&format!("{sql} ({})", version.as_str()), || {
                let payload = Payload::new(black_box(PAYLOAD));
                black_box(statement.evaluate(&event(&payload), &answers).is_ok());
            }));
        }
    }
    let whole = String::from_utf8_lossy(PAYLOAD).replace("41.5", "41.0").into_bytes();
    let statement = Statement::parse("SELECT *, 1 AS x FROM 't'", Version::V2016_03_23);
    let statement = statement.expect("parses");
    lines.push(measure("SELECT *, 1 AS x, where 41.0 becomes 41", || {
        let payload = Payload::new(black_box(&whole));
        black_box(statement.evaluate(&event(&payload), &answers).is_ok());
    }));
    let sql = "SELECT temperature AS t, sensor_id FROM 't' WHERE temperature >= 40 AND zone = 'a'";
    let statement = Statement::parse(sql, Version::V2016_03_23).expect("parses");
    let payload = Payload::new(PAYLOAD);
    lines.push(measure("the same, of a payload that another rule has scanned", || {
        black_box(statement.evaluate(&event(&payload), &answers).is_ok());
    }));
    let template = Template::parse("a/${sensor_id}/${timestamp()}", Version::V2016_03_23);
    let template = template.expect("parses");
    lines.push(measure("a template of two expressions", || {
        let variables = Variables::default();
        black_box(template.render(&event(&payload), &answers, &variables).is_ok());
    }));
    lines.iter().for_each(|line| println!("{line}"));
}
