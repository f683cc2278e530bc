//! The stores that take lines: how each is started, written to and asked.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::broker::{Process, free_address, in_path, mortal};
use crate::fleet::server::{self, Server};
use crate::meter::{self, now};
use crate::series::data::Means;
use crate::series::http::Http;

const START_TIMEOUT: Duration = Duration::from_secs(30);
const START_POLL: Duration = Duration::from_millis(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Thingstead,
    VictoriaMetrics,
    Influx,
}

impl Kind {
    pub(super) const ALL: [Kind; 3] = [Kind::Thingstead, Kind::VictoriaMetrics, Kind::Influx];

    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Thingstead => "thingstead",
            Kind::VictoriaMetrics => "VictoriaMetrics",
            Kind::Influx => "InfluxDB 1.6",
        }
    }

    /// What an answered write is.
    pub(super) fn durability(self) -> &'static str {
        match self {
            Kind::Thingstead | Kind::Influx => "in a synced log",
            Kind::VictoriaMetrics => "in memory",
        }
    }

    pub(super) fn program(self, thingstead: &Path) -> Option<PathBuf> {
        match self {
            Kind::Thingstead => thingstead.is_file().then(|| thingstead.to_owned()),
            Kind::VictoriaMetrics => in_path("victoria-metrics"),
            Kind::Influx => in_path("influxd"),
        }
    }
}

/// A store that runs. It ends with this value.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(super) kind: Kind,
    address: SocketAddr,
    authorization: Option<String>,
    /// Ours is also asked as AWS's clients ask.
    ours: Option<Server>,
    process: Option<Process>,
    data: PathBuf,
}

impl Peer {
    pub(crate) fn start(kind: Kind, program: &Path, folder: &Path) -> Result<Peer> {
        let data = folder.join("data");
        if kind == Kind::Thingstead {
            let ours = Server::start(server::Kind::Thingstead, program, folder)?;
            let key = ours.credentials();
            let authorization = Some(format!("Token {}:{}", key.access_key, key.secret));
            let target = "Timestream_20181101.CreateDatabase";
            let made = r#"{"DatabaseName":"lab"}"#;
            ours.caller().call_target("timestream", target, made).ok();
            let address = ours.address();
            return Ok(Peer {
                kind,
                address,
                authorization,
                ours: Some(ours),
                process: None,
                data,
            });
        }
        std::fs::create_dir_all(&data)?;
        let address = free_address()?;
        let mut command = mortal(program);
        if kind == Kind::VictoriaMetrics {
            command.arg(format!("-storageDataPath={}", data.display()));
            command.arg(format!("-httpListenAddr={address}"));
            command.args(["-retentionPeriod=10y", "-search.latencyOffset=0s"]);
        } else {
            let config = folder.join("influxdb.conf");
            std::fs::write(&config, influx_config(&data, address))?;
            command.arg("-config").arg(&config).env("INFLUXDB_REPORTING_DISABLED", "true");
        }
        let log = std::fs::File::create(folder.join("peer.log"))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let process = Some(Process::new(command.spawn()?));
        let peer = Peer { kind, address, authorization: None, ours: None, process, data };
        let began = now();
        let ready = if kind == Kind::Influx { "/ping" } else { "/health" };
        while peer.http().and_then(|mut http| http.ask("GET", ready, "")).is_err() {
            ensure!(began.elapsed() < START_TIMEOUT, "{} did not become ready", kind.name());
            std::thread::sleep(START_POLL);
        }
        if kind == Kind::Influx {
            peer.http()?.ask("POST", "/query?q=CREATE%20DATABASE%20lab", "")?;
        }
        Ok(peer)
    }

    /// Ours is killed and started again in its folder.
    pub(super) fn restart(&mut self, program: &Path, folder: &Path) -> Result<()> {
        drop(self.ours.take());
        let ours = Server::start(server::Kind::Thingstead, program, folder)?;
        self.address = ours.address();
        self.ours = Some(ours);
        Ok(())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn http(&self) -> Result<Http> {
        Http::connect(self.address, self.authorization.clone())
    }

    pub(super) fn write(&self, http: &mut Http, body: &str) -> Result<()> {
        let path = match self.kind {
            Kind::Thingstead => "/api/v2/write?bucket=lab&precision=s",
            Kind::VictoriaMetrics => "/write?precision=s",
            Kind::Influx => "/write?db=lab&precision=s",
        };
        let (status, said) = http.ask("POST", path, body)?;
        ensure!(status == 204, "{}: {status} {said}", self.kind.name());
        Ok(())
    }

    /// What was written and cannot be found yet becomes so.
    pub(super) fn flush(&self) -> Result<()> {
        if self.kind == Kind::VictoriaMetrics {
            self.http()?.ask("GET", "/internal/force_flush", "")?;
        }
        Ok(())
    }

    pub(crate) fn pid(&self) -> Result<u32> {
        let ours = self.ours.as_ref().map(Server::pid);
        ours.or_else(|| self.process.as_ref().map(Process::id)).context("it runs")
    }

    pub(super) fn cpu(&self) -> Result<Duration> {
        meter::cpu_time(self.pid()?)
    }

    pub(super) fn resident_mib(&self) -> Result<f64> {
        Ok(meter::resident_kib(self.pid()?)? / 1024.0)
    }

    /// What its segments take; of ours the journal is left out, which is as large when nothing is in it.
    pub(super) fn disk_bytes(&self) -> Result<u64> {
        let folder = match self.kind {
            Kind::Thingstead => self.data.join("series"),
            Kind::VictoriaMetrics | Kind::Influx => self.data.clone(),
        };
        bytes_below(&folder)
    }

    /// The mean temperature of each site and minute.
    pub(super) fn means(&self, from: u64, until: u64) -> Result<Vec<((u64, u64), f64)>> {
        match self.kind {
            Kind::Thingstead => self.ours_means(from, until),
            Kind::VictoriaMetrics => self.victoria_means(from, until),
            Kind::Influx => self.influx_means(from, until),
        }
    }

    fn ours_means(&self, from: u64, until: u64) -> Result<Vec<((u64, u64), f64)>> {
        let ours = self.ours.as_ref().context("it is ours")?;
        let query = format!(
            "SELECT site, to_milliseconds(bin(time, 1m)) / 60000 AS minute, avg(temperature) \
             FROM \"lab\".\"air\" WHERE time >= from_milliseconds({from}000) \
             AND time < from_milliseconds({until}000) GROUP BY site, bin(time, 1m)"
        );
        let (mut means, mut token) = (Vec::new(), None);
        loop {
            let input = match &token {
                None => serde_json::json!({ "QueryString": query }),
                Some(token) => serde_json::json!({ "QueryString": query, "NextToken": token }),
            };
            let target = "Timestream_20181101.Query";
            let answer = ours.caller().call_target("timestream", target, &input.to_string())?;
            for row in answer["Rows"].as_array().context("rows")? {
                let text = |at: usize| row["Data"][at]["ScalarValue"].as_str().context("a value");
                let site = text(0)?.trim_start_matches('s').parse()?;
                means.push(((site, text(1)?.parse()?), text(2)?.parse()?));
            }
            match answer["NextToken"].as_str() {
                Some(next) => token = Some(next.to_owned()),
                None => return Ok(means),
            }
        }
    }

    /// Its windows end at their time and hold that second.
    fn victoria_means(&self, from: u64, until: u64) -> Result<Vec<((u64, u64), f64)>> {
        let query = "sum(sum_over_time(air_temperature[1m]))by(site)\
                     /sum(count_over_time(air_temperature[1m]))by(site)";
        let (start, end) = (from + 59, until - 1);
        let path =
            format!("/api/v1/query_range?nocache=1&start={start}&end={end}&step=60&query={query}");
        let (status, said) = self.http()?.ask("GET", &path, "")?;
        ensure!(status == 200, "{said}");
        let answer: Value = serde_json::from_str(&said)?;
        let mut means = Vec::new();
        for series in answer["data"]["result"].as_array().context("result")? {
            let site = series["metric"]["site"].as_str().context("site")?;
            let site = site.trim_start_matches('s').parse()?;
            for value in series["values"].as_array().context("values")? {
                let second = value[0].as_u64().context("a time")?;
                means.push(((site, second / 60), value[1].as_str().context("a value")?.parse()?));
            }
        }
        Ok(means)
    }

    fn influx_means(&self, from: u64, until: u64) -> Result<Vec<((u64, u64), f64)>> {
        let query = format!(
            "SELECT%20mean(temperature)%20FROM%20air%20WHERE%20time%3E%3D{from}s%20AND%20\
             time%3C{until}s%20GROUP%20BY%20time(1m),site"
        );
        let path = format!("/query?db=lab&epoch=s&q={query}");
        let (status, said) = self.http()?.ask("GET", &path, "")?;
        ensure!(status == 200, "{said}");
        let answer: Value = serde_json::from_str(&said)?;
        let mut means = Vec::new();
        for series in answer["results"][0]["series"].as_array().context("series")? {
            let site = series["tags"]["site"].as_str().context("site")?;
            let site = site.trim_start_matches('s').parse()?;
            for value in series["values"].as_array().context("values")? {
                let second = value[0].as_u64().context("a time")?;
                means.push(((site, second / 60), value[1].as_f64().context("a mean")?));
            }
        }
        Ok(means)
    }
}

/// Fails unless the answer is the truth.
pub(super) fn check(who: &str, found: &[((u64, u64), f64)], truth: &Means) -> Result<()> {
    ensure!(found.len() == truth.len(), "{who}: {} groups, not {}", found.len(), truth.len());
    for (of, mean) in found {
        let (sum, count) = truth.get(of).with_context(|| format!("{who} knows {of:?}"))?;
        let expected = *sum as f64 / 10.0 / *count as f64;
        ensure!((mean - expected).abs() < 1e-9, "{who}: {of:?} {mean} {expected}");
    }
    Ok(())
}

fn bytes_below(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { bytes_below(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}

fn influx_config(data: &Path, address: SocketAddr) -> String {
    let data = data.display();
    let rpc = free_address().map_or_else(|_| "127.0.0.1:0".to_owned(), |rpc| rpc.to_string());
    format!(
        "reporting-disabled = true\nbind-address = \"{rpc}\"\n[meta]\ndir = \"{data}/meta\"\n\
         [data]\ndir = \"{data}/data\"\nwal-dir = \"{data}/wal\"\nquery-log-enabled = false\n\
         [http]\nbind-address = \"{address}\"\nlog-enabled = false\n[monitor]\nstore-enabled = false\n"
    )
}
