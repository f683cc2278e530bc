//! Readings of a thousand devices at twenty sites, one a second: random walks of decimals.

use std::collections::BTreeMap;
use std::fmt::Write;

pub(super) const DEVICES: u64 = 1_000;
const SITES: u64 = 20;

/// Seconds of all devices in one body.
const SECONDS_OF_BODY: u64 = 5;

/// The same readings whenever it is asked for those of the same seconds.
#[derive(Debug)]
pub(super) struct Readings {
    /// The second of the first.
    start: u64,
    seconds: u64,
    /// The devices that are told: from this one on, in steps.
    devices: (u64, usize),
    at: u64,
    /// In tenths: temperature and humidity of each device.
    walks: Vec<(i64, i64)>,
    random: u64,
}

/// By site and minute: the sum of temperatures in tenths, and how many.
pub(super) type Means = BTreeMap<(u64, u64), (i64, u64)>;

impl Readings {
    /// Those of every `step`th device, from one on. Each walk is the same in any division.
    pub(super) fn new(start: u64, seconds: u64, from: u64, step: usize) -> Readings {
        let walks = (0..DEVICES).map(|device| (200 + device as i64 % 50, 500 + device as i64 % 30));
        let (at, random) = (0, 0x9e37_79b9_7f4a_7c15);
        Readings { start, seconds, devices: (from, step), at, walks: walks.collect(), random }
    }

    pub(super) fn site(device: u64) -> u64 {
        device % SITES
    }

    /// What a device said in the second that was reached last: temperature and humidity.
    pub(super) fn of(&self, device: u64) -> (f64, f64) {
        let (temperature, humidity) = self.walks[device as usize];
        (temperature as f64 / 10.0, humidity as f64 / 10.0)
    }

    /// Goes on to the next second.
    pub(super) fn second(&mut self) -> Option<u64> {
        if self.at == self.seconds {
            return None;
        }
        for walk in &mut self.walks {
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            walk.0 += (self.random % 5) as i64 - 2;
            walk.1 += ((self.random >> 32) % 7) as i64 - 3;
        }
        self.at += 1;
        Some(self.start + self.at - 1)
    }

    /// Lines of some seconds, and how many; nothing at the end.
    pub(super) fn body(&mut self, into: &mut String) -> u64 {
        let (from, step) = self.devices;
        let mut rows = 0;
        for _ in 0..SECONDS_OF_BODY {
            let Some(second) = self.second() else { break };
            for device in (from..DEVICES).step_by(step) {
                let (temperature, humidity) = self.walks[device as usize];
                let site = Readings::site(device);
                write!(into, "air,site=s{site:02},device=d{device:04} temperature=")
                    .and_then(|()| tenths(into, temperature))
                    .and_then(|()| write!(into, ",humidity="))
                    .and_then(|()| tenths(into, humidity))
                    .and_then(|()| writeln!(into, " {second}"))
                    .expect("a string takes everything");
                rows += 1;
            }
        }
        rows
    }

    /// What the mean of each site and minute is made of, from this second on.
    pub(super) fn means(mut self, from: u64) -> Means {
        let mut means = Means::new();
        while let Some(second) = self.second() {
            if second < from {
                continue;
            }
            for (device, (temperature, _)) in self.walks.iter().enumerate() {
                let of = means.entry((Readings::site(device as u64), second / 60)).or_default();
                of.0 += temperature;
                of.1 += 1;
            }
        }
        means
    }
}

fn tenths(into: &mut String, value: i64) -> std::fmt::Result {
    let sign = if value < 0 { "-" } else { "" };
    write!(into, "{sign}{}.{}", value.abs() / 10, value.abs() % 10)
}
