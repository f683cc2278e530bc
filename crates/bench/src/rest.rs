//! (g) From the start of the process until it takes a connection, and its memory with nothing to
//! do.

use std::time::Duration;

use anyhow::Result;

use crate::broker::Broker;
use crate::report::{Figure, Figures};

/// For what a broker still does after it opened its doors.
const REST: Duration = Duration::from_secs(1);

pub(crate) fn run(broker: &Broker) -> Result<Figures> {
    let millis = broker.started_in.as_secs_f64() * 1e3;
    std::thread::sleep(REST);
    let mib = broker.resident_kib()? / 1024.0;
    Ok(Figures::default()
        .with(Figure::new("first start until it takes a connection", "ms", millis))
        .with(Figure::new("resident memory at rest", "MiB", mib)))
}
