//! The configuration: defaults of the profile, then the file, then the command line. Everything
//! that is wrong with it is said at once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use broker::{Limits, Profile, Settings};
use model::Home;
use schedules::Missed;
use serde::Deserialize;

use crate::cli::{Door, UpArgs};
use crate::functions_config::FunctionsConfig;
use crate::memory;

/// What the server runs with.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) doors: Doors,
    pub(crate) home: Home,
    pub(crate) names: Vec<String>,
    pub(crate) anonymous_policy: Option<PathBuf>,
    pub(crate) settings: Settings,
    /// What becomes of moments of schedules that passed while the server was down.
    pub(crate) missed_schedules: Missed,
    pub(crate) functions: FunctionsConfig,
    /// Memory for what was read from the store, in MiB.
    pub(crate) cache_mib: u64,
    /// Where each value comes from; what is not named is a default.
    sources: BTreeMap<&'static str, Source>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doors {
    pub(crate) mqtt: Door,
    pub(crate) mqtts: Door,
    pub(crate) https: Door,
    pub(crate) aws: Door,
    pub(crate) console: Door,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    File,
    CommandLine,
}

/// A configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    profile: Option<String>,
    account: Option<String>,
    region: Option<String>,
    #[serde(default)]
    names: Vec<String>,
    anonymous_policy: Option<PathBuf>,
    plain_subscribe_failures: Option<bool>,
    missed_schedules: Option<String>,
    cache_mib: Option<u64>,
    #[serde(default)]
    doors: BTreeMap<String, String>,
    #[serde(default)]
    limits: BTreeMap<String, u64>,
    functions: Option<FunctionsConfig>,
}

/// A quota that can be set: its key, how it is read, and how it is set.
struct Limit {
    key: &'static str,
    get: fn(&Limits) -> u64,
    set: fn(&mut Limits, u64) -> Option<()>,
}

macro_rules! limit {
    ($key:literal, $($field:ident).+) => {
        Limit {
            key: $key,
            get: |limits| limits.$($field).+ as u64,
            set: |limits, value| {
                limits.$($field).+ = value.try_into().ok()?;
                Some(())
            },
        }
    };
}

const LIMITS: &[Limit] = &[
    Limit {
        key: "max_packet_bytes",
        get: |limits| limits.announced.packet_size_max.get().into(),
        set: |limits, value| {
            limits.announced.packet_size_max = u32::try_from(value).ok()?.try_into().ok()?;
            Some(())
        },
    },
    Limit {
        key: "receive_maximum",
        get: |limits| limits.announced.receive_maximum.get().into(),
        set: |limits, value| {
            limits.announced.receive_maximum = u16::try_from(value).ok()?.try_into().ok()?;
            Some(())
        },
    },
    Limit {
        key: "max_keep_alive_secs",
        get: |limits| limits.announced.keep_alive_max_secs.map_or(0, |secs| secs.get().into()),
        set: |limits, value| {
            limits.announced.keep_alive_max_secs = u16::try_from(value).ok()?.try_into().ok();
            Some(())
        },
    },
    limit!("topic_alias_maximum", announced.topic_alias_maximum),
    limit!("max_session_expiry_secs", announced.session_expiry_max_secs),
    limit!("max_payload_bytes", max_payload_bytes),
    limit!("max_topic_bytes", max_topic_bytes),
    limit!("max_topic_slashes", max_topic_slashes),
    limit!("max_client_id_bytes", max_client_id_bytes),
    limit!("max_filters_per_subscribe", max_filters_per_subscribe),
    limit!("max_subscriptions", max_subscriptions),
    limit!("max_inflight", max_inflight),
    limit!("max_queued_messages", max_queued_messages),
    limit!("max_queued_bytes", max_queued_bytes),
    limit!("max_connections", max_connections),
    limit!("connect_timeout_secs", connect_timeout_secs),
];

/// Up to a terabyte; a cache of nothing would read the same block for each of its items.
const CACHE_MIB: RangeInclusive<u64> = 1..=1024 * 1024;

const MISSED: &[(&str, Missed)] = &[("run-once", Missed::RunOnce), ("skip", Missed::Skip)];

impl Config {
    /// The configuration that a file makes.
    pub(crate) fn from_file(path: Option<&Path>) -> Result<Config> {
        let file = path.map_or_else(|| Ok(File::default()), read)?;
        let mut wrong = Vec::new();
        let mut config = Config::defaults(&file, &mut wrong);
        config.take_doors(&file, &mut wrong);
        config.take_limits(&file, &mut wrong);
        config.take_rest(file, &mut wrong);
        if let Some(path) = path.filter(|_| !wrong.is_empty()) {
            bail!("{} is wrong:\n  {}", path.display(), wrong.join("\n  "));
        }
        Ok(config)
    }

    /// The configuration of `thingstead up`.
    pub(crate) fn from_up(args: &UpArgs) -> Result<Config> {
        let mut config = Config::from_file(args.config.config.as_deref())?;
        for (key, door, given) in [
            ("doors.mqtt", &mut config.doors.mqtt, args.mqtt),
            ("doors.mqtts", &mut config.doors.mqtts, args.mqtts),
            ("doors.https", &mut config.doors.https, args.https),
            ("doors.aws", &mut config.doors.aws, args.aws),
            ("doors.console", &mut config.doors.console, args.console),
        ] {
            if let Some(given) = given {
                *door = given;
                config.sources.insert(key, Source::CommandLine);
            }
        }
        config.names.extend(args.name.iter().cloned());
        if let Some(path) = &args.anonymous_policy {
            config.anonymous_policy = Some(path.clone());
            config.sources.insert("anonymous_policy", Source::CommandLine);
        }
        Ok(config)
    }

    fn defaults(file: &File, wrong: &mut Vec<String>) -> Config {
        let profile = match file.profile.as_deref() {
            None | Some("standard") => Profile::Standard,
            Some("aws") => Profile::Aws,
            Some(other) => {
                wrong.push(format!("profile must be \"standard\" or \"aws\", not {other:?}"));
                Profile::Standard
            }
        };
        let loopback = |port| Door::At(SocketAddr::from(([127, 0, 0, 1], port)));
        Config {
            doors: Doors {
                mqtt: loopback(1883),
                mqtts: Door::At(SocketAddr::from(([0, 0, 0, 0], 8883))),
                https: Door::At(SocketAddr::from(([0, 0, 0, 0], 8443))),
                aws: loopback(4566),
                console: loopback(8080),
            },
            home: Home::default(),
            names: Vec::new(),
            anonymous_policy: None,
            settings: Settings::of(profile),
            missed_schedules: Missed::default(),
            functions: FunctionsConfig::default(),
            cache_mib: default_cache_mib(memory::bytes()),
            sources: BTreeMap::new(),
        }
    }

    fn take_doors(&mut self, file: &File, wrong: &mut Vec<String>) {
        for (name, text) in &file.doors {
            let (key, door) = match name.as_str() {
                "mqtt" => ("doors.mqtt", &mut self.doors.mqtt),
                "mqtts" => ("doors.mqtts", &mut self.doors.mqtts),
                "https" => ("doors.https", &mut self.doors.https),
                "aws" => ("doors.aws", &mut self.doors.aws),
                "console" => ("doors.console", &mut self.doors.console),
                _ => {
                    wrong.push(format!(
                        "doors.{name} is not known: doors are mqtt, mqtts, https, aws and console"
                    ));
                    continue;
                }
            };
            match text.parse() {
                Ok(given) => {
                    *door = given;
                    self.sources.insert(key, Source::File);
                }
                Err(why) => wrong.push(format!("doors.{name} {why}")),
            }
        }
    }

    fn take_limits(&mut self, file: &File, wrong: &mut Vec<String>) {
        for (name, value) in &file.limits {
            let Some(limit) = LIMITS.iter().find(|limit| limit.key == name) else {
                let known: Vec<&str> = LIMITS.iter().map(|limit| limit.key).collect();
                wrong.push(format!("limits.{name} is not known: limits are {}", known.join(", ")));
                continue;
            };
            match (limit.set)(&mut self.settings.limits, *value) {
                Some(()) => {
                    self.sources.insert(limit.key, Source::File);
                }
                None => wrong.push(format!("limits.{name} cannot be {value}")),
            }
        }
    }

    fn take_rest(&mut self, file: File, wrong: &mut Vec<String>) {
        if let Some(account) = file.account {
            if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
                wrong.push(format!("account must have twelve digits, {account:?} has not"));
            }
            self.home.account = account;
            self.sources.insert("account", Source::File);
        }
        if let Some(region) = file.region {
            self.home.region = region;
            self.sources.insert("region", Source::File);
        }
        if let Some(plain) = file.plain_subscribe_failures {
            self.settings.plain_subscribe_failures = plain;
            self.sources.insert("plain_subscribe_failures", Source::File);
        }
        if let Some(missed) = file.missed_schedules {
            match MISSED.iter().find(|(name, _)| *name == missed) {
                Some((_, missed)) => self.missed_schedules = *missed,
                None => wrong.push(format!(
                    "missed_schedules must be \"run-once\" or \"skip\", not {missed:?}"
                )),
            }
            self.sources.insert("missed_schedules", Source::File);
        }
        if file.anonymous_policy.is_some() {
            self.anonymous_policy = file.anonymous_policy;
            self.sources.insert("anonymous_policy", Source::File);
        }
        if let Some(cache_mib) = file.cache_mib {
            if !CACHE_MIB.contains(&cache_mib) {
                let (least, most) = (CACHE_MIB.start(), CACHE_MIB.end());
                wrong.push(format!("cache_mib must be from {least} to {most}, not {cache_mib}"));
            }
            self.cache_mib = cache_mib;
            self.sources.insert("cache_mib", Source::File);
        }
        if let Some(functions) = file.functions {
            functions.check(wrong);
            self.functions = functions;
            self.sources.insert("functions", Source::File);
        }
        if file.profile.is_some() {
            self.sources.insert("profile", Source::File);
        }
        if !file.names.is_empty() {
            self.sources.insert("names", Source::File);
        }
        self.names = file.names;
    }

    /// Every value and where it comes from, as TOML that can be used as a file.
    pub(crate) fn show(&self) -> String {
        let mut text = String::new();
        let mut line = |key: &str, source: &'static str, value: String| {
            let from = match self.sources.get(source) {
                None => "default",
                Some(Source::File) => "file",
                Some(Source::CommandLine) => "command line",
            };
            let _infallible = writeln!(text, "{key} = {value:<24} # {from}");
        };
        let profile = match self.settings.profile {
            Profile::Standard => "standard",
            Profile::Aws => "aws",
        };
        line("profile", "profile", format!("{profile:?}"));
        line("account", "account", format!("{:?}", self.home.account));
        line("region", "region", format!("{:?}", self.home.region));
        line("names", "names", format!("{:?}", self.names));
        if let Some(path) = &self.anonymous_policy {
            line("anonymous_policy", "anonymous_policy", format!("{path:?}"));
        }
        let plain = self.settings.plain_subscribe_failures;
        line("plain_subscribe_failures", "plain_subscribe_failures", plain.to_string());
        for (name, missed) in MISSED {
            if *missed == self.missed_schedules {
                line("missed_schedules", "missed_schedules", format!("{name:?}"));
            }
        }
        line("cache_mib", "cache_mib", self.cache_mib.to_string());
        let Doors { mqtt, mqtts, https, aws, console } = self.doors;
        for (key, door) in [
            ("doors.mqtt", mqtt),
            ("doors.mqtts", mqtts),
            ("doors.https", https),
            ("doors.aws", aws),
            ("doors.console", console),
        ] {
            line(key, key, format!("{:?}", door.to_string()));
        }
        for (key, value) in self.functions.lines() {
            line(&key, "functions", value);
        }
        for limit in LIMITS {
            let value = (limit.get)(&self.settings.limits);
            line(&format!("limits.{}", limit.key), limit.key, value.to_string());
        }
        text
    }
}

/// A sixteenth of the memory that there is, which leaves most to the system's own cache and to others; on
/// a small machine 64 MiB, which a few busy tables need.
fn default_cache_mib(memory_bytes: u64) -> u64 {
    (memory_bytes / 16 / 1024 / 1024).max(64)
}

impl std::fmt::Display for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Door::At(address) => address.fmt(f),
            Door::Off => f.write_str("off"),
        }
    }
}

fn read(path: &Path) -> Result<File> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the configuration {} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("the configuration {} is wrong", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("thingstead.toml");
        std::fs::write(&path, text)?;
        Config::from_file(Some(&path))
    }

    #[test]
    fn what_is_shown_is_a_file_that_means_the_same() {
        let config = load("profile = \"aws\"\nmissed_schedules = \"skip\"\ncache_mib = 96\nlimits.max_inflight = 7\ndoors.mqtt = \"off\"")
            .expect("right");
        let shown = config.show();
        assert!(shown.contains("limits.max_inflight = 7"), "{shown}");
        let again = load(&shown).expect("what is shown can be read");
        assert_eq!(again.settings, config.settings);
        assert_eq!(again.doors, config.doors);
        assert_eq!(again.missed_schedules, Missed::Skip);
        assert_eq!(again.cache_mib, 96);
        assert_eq!(again.functions, config.functions);
    }

    #[test]
    fn a_large_machine_gives_more_to_the_cache() {
        const GIB: u64 = 1024 * 1024 * 1024;
        assert_eq!(default_cache_mib(GIB / 2), 64);
        assert_eq!(default_cache_mib(24 * GIB), 1536);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = "profile = \"azure\"\ncache_mib = 0\naccount = \"1\"\n[limits]\nmax_inflight = 70000\nx = 1";
        let said = format!("{:#}", load(wrong).expect_err("wrong"));
        for word in
            ["profile", "account", "cache_mib", "max_inflight cannot be 70000", "limits.x is not"]
        {
            assert!(said.contains(word), "{said}");
        }
        let said = format!("{:#}", load("nonsense = 1").expect_err("wrong"));
        assert!(said.contains("nonsense"), "{said}");
    }
}
