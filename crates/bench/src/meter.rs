//! What a process has used: CPU time and memory, as the kernel counts them, and the time.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The kernel's unit of CPU time in /proc, which is a hundredth of a second on every Linux.
const TICK: Duration = Duration::from_millis(10);

#[allow(clippy::disallowed_methods, reason = "a benchmark measures the time that it really takes")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// User and system time of all threads of a process.
pub(crate) fn cpu_time(pid: u32) -> Result<Duration> {
    // `utime` is the 12th field after the name.
    fields_of_time(pid, 11)
}

/// The same of those of its children that ended.
pub(crate) fn cpu_time_of_ended(pid: u32) -> Result<Duration> {
    fields_of_time(pid, 13)
}

fn fields_of_time(pid: u32, first: usize) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("the process ended")?;
    // The name, in parentheses, may hold spaces.
    let (_, fields) = stat.rsplit_once(')').context("stat has a name")?;
    let ticks = fields.split_whitespace().skip(first).take(2).map(str::parse::<u32>);
    let ticks = ticks.sum::<Result<u32, _>>().context("stat holds numbers")?;
    Ok(TICK * ticks)
}

/// Resident memory of a process in KiB.
pub(crate) fn resident_kib(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
    let number = line.split_whitespace().nth(1).context("VmRSS has a number")?;
    Ok(number.parse()?)
}

/// A moment of a run: what time it was and what had been used and done until then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    at: Instant,
    broker: Duration,
    client: Duration,
    units: u64,
}

/// What happened between two marks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) units_per_sec: f64,
    pub(crate) cpu_micros_per_unit: f64,
    /// The share of one core that the load client used.
    pub(crate) client_cores: f64,
    pub(crate) broker_cores: f64,
}

impl Mark {
    pub(crate) fn now(broker_pid: u32, units: u64) -> Result<Mark> {
        let (broker, client) = (cpu_time(broker_pid)?, cpu_time(std::process::id())?);
        Ok(Mark { at: now(), broker, client, units })
    }

    pub(crate) fn until(self, later: Mark) -> Span {
        let secs = (later.at - self.at).as_secs_f64();
        let units = (later.units - self.units).max(1) as f64;
        let broker = (later.broker - self.broker).as_secs_f64();
        let client = (later.client - self.client).as_secs_f64();
        Span {
            units_per_sec: units / secs,
            cpu_micros_per_unit: broker * 1e6 / units,
            client_cores: client / secs,
            broker_cores: broker / secs,
        }
    }
}

/// The load of the machine over the last minute.
pub(crate) fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

pub(crate) fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| "an unnamed processor".to_owned(), |(_, name)| name.to_owned())
}
