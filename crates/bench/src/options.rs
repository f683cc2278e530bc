//! What can be typed.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::broker::Kind;

pub(crate) const USAGE: &str = "\
usage: cargo xtask bench mqtt [OPTIONS]

  --rounds N         how often the brokers take turns; figures are medians (3)
  --seconds S        how long each workload is measured (4)
  --only a,b,…       these workloads:
                       a  QoS 0 fan-in      b  QoS 1 pairs         c  fan-out to 1,000
                       d  idle connections  e  mutual TLS connects f  persistent sessions
                       g  start and rest
  --brokers A,B,…    these brokers: thingstead, mosquitto, rumqttd, nats-server
  --thingstead FILE  another build of the program
  --write            put the table into docs/benchmarks.md
";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) rounds: usize,
    pub(crate) time: Duration,
    pub(crate) workloads: Vec<String>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) thingstead: PathBuf,
    pub(crate) write: bool,
}

/// More would keep a machine busy for hours.
const ROUNDS_MAX: usize = 20;
const SECONDS_MAX: u64 = 60;

impl Options {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options {
            rounds: 3,
            time: Duration::from_secs(4),
            workloads: "abcdefg".chars().map(String::from).collect(),
            kinds: Kind::ALL.to_vec(),
            thingstead: PathBuf::from("target/release/thingstead"),
            write: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--rounds" => options.rounds = value()?.parse::<usize>()?.clamp(1, ROUNDS_MAX),
                "--seconds" => {
                    let seconds = value()?.parse::<u64>()?.clamp(1, SECONDS_MAX);
                    options.time = Duration::from_secs(seconds);
                }
                "--only" => options.workloads = value()?.split(',').map(str::to_owned).collect(),
                "--brokers" => {
                    options.kinds = value()?.split(',').map(Kind::named).collect::<Result<_>>()?;
                }
                "--thingstead" => options.thingstead = value()?.into(),
                "--write" => options.write = true,
                other => bail!("{other} is no option\n\n{USAGE}"),
            }
        }
        Ok(options)
    }
}
