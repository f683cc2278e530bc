//! A table of a million items beside one of a thousand, after the program was killed.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::fleet::server::{Kind, Server};
use crate::meter::now;
use crate::tables::work::{Cost, GET, OPERATIONS, Operation, QUERY, Readings, ask_once, measure};

const SMALL: Readings = Readings { table: "Small", devices: 100, each: 10 };

/// What was measured.
#[derive(Debug)]
pub(crate) struct Large {
    pub(crate) items: u64,
    pub(crate) filled_per_sec: f64,
    /// From the start of the program until its first answer.
    pub(crate) restart_ms: f64,
    pub(crate) memory_mib: f64,
    /// Each operation, with what it costs in the small table and in the large one.
    pub(crate) costs: Vec<(&'static str, Cost, Cost)>,
}

pub(crate) fn run(
    program: &Path,
    folder: &Path,
    items: u64,
    callers: usize,
    time: Duration,
) -> Result<Large> {
    let large = Readings { table: "Large", devices: items / 100, each: 100 };
    let filled_per_sec = {
        let server = Server::start(Kind::Thingstead, program, folder)?;
        SMALL.create(&mut server.caller())?;
        SMALL.fill(&server, callers)?;
        large.create(&mut server.caller())?;
        let began = now();
        large.fill(&server, callers)?;
        items as f64 / began.elapsed().as_secs_f64()
        // And here it is killed, with whatever it was about to settle.
    };
    let began = now();
    let server = Server::start(Kind::Thingstead, program, folder)?;
    let is_read = |operation: &&Operation| [GET, QUERY].contains(&operation.name);
    let reads: Vec<&Operation> = OPERATIONS.iter().filter(is_read).collect();
    reads.iter().try_for_each(|read| ask_once(&server, &large, read))?;
    let restart_ms = began.elapsed().as_secs_f64() * 1e3;
    let mut costs = Vec::new();
    for read in reads {
        let cost = |readings| measure(&server, readings, read, callers, time);
        // Caches are filled by then.
        cost(&large)?;
        costs.push((read.name, cost(&SMALL)?, cost(&large)?));
    }
    let memory_mib = crate::meter::resident_kib(server.pid())? / 1_024.0;
    Ok(Large { items, filled_per_sec, restart_ms, memory_mib, costs })
}
