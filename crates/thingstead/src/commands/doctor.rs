//! `thingstead doctor`: is everything in order, and if not, what to do.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};
use stdx::clock::Clock;
use tokio::net::TcpStream;

use crate::client::Client;
use crate::commands::{say, say_json, text};
use crate::data::Data;

/// Clocks that differ by more make signatures fail.
const CLOCK_SKEW_MAX_MS: u64 = 5 * 60 * 1_000;

/// Less free disk than this is soon none.
const FREE_BYTES_MIN: u64 = 1 << 30;

/// What was looked at, and what came of it.
struct Check {
    what: &'static str,
    finding: String,
    /// What to do, if something is to be done.
    remedy: Option<String>,
}

impl Check {
    fn good(what: &'static str, finding: impl Into<String>) -> Check {
        Check { what, finding: finding.into(), remedy: None }
    }

    fn bad(what: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Check {
        Check { what, finding: finding.into(), remedy: Some(remedy.into()) }
    }
}

pub(crate) async fn run(data: &Data, as_json: bool) -> Result<()> {
    let mut checks = vec![disk(data), permissions(data), server_certificate(data)];
    match Client::new(data) {
        Err(error) => checks.push(Check::bad("server", format!("{error:#}"), "thingstead up")),
        Ok(client) => checks.extend(running(&client).await),
    }
    let is_well = checks.iter().all(|check| check.remedy.is_none());
    if as_json {
        let rows: Vec<Value> = checks.iter().map(as_value).collect();
        say_json(&rows.into())?;
    } else {
        for check in &checks {
            let mark = if check.remedy.is_none() { "ok " } else { "BAD" };
            say(format!("{mark}  {:<12} {}", check.what, check.finding))?;
            if let Some(remedy) = &check.remedy {
                say(format!("     {:<12} {remedy}", ""))?;
            }
        }
    }
    anyhow::ensure!(is_well, "something is to be done");
    Ok(())
}

fn as_value(check: &Check) -> Value {
    let is_well = check.remedy.is_none();
    json!({ "check": check.what, "ok": is_well, "finding": check.finding, "remedy": check.remedy })
}

fn disk(data: &Data) -> Check {
    let Ok(stat) = rustix::fs::statvfs(data.root()) else {
        let finding = format!("{} is not there", data.root().display());
        return Check::bad("disk", finding, "name the data directory with --data");
    };
    let free = stat.f_bavail * stat.f_frsize;
    let finding = format!("{} MiB free", free >> 20);
    if free < FREE_BYTES_MIN {
        Check::bad("disk", finding, "make room: a full disk stops all durable messages")
    } else {
        Check::good("disk", finding)
    }
}

fn permissions(data: &Data) -> Check {
    use std::os::unix::fs::PermissionsExt;
    let is_open = |path: &Path| {
        fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
    };
    let secrets = [data.root_key(), data.server_key(), data.credentials()];
    match secrets.iter().find(|path| is_open(path)) {
        None => Check::good("secrets", "readable by their owner only"),
        Some(path) => {
            let path = path.display();
            Check::bad("secrets", format!("others may read {path}"), format!("chmod 600 {path}"))
        }
    }
}

fn server_certificate(data: &Data) -> Check {
    let described = fs::read_to_string(data.server_certificate())
        .ok()
        .and_then(|pem| pki::describe_pem(&pem).ok());
    let now = Clock::system().now();
    match described {
        None => Check::bad("certificate", "the server has none", "thingstead up makes one"),
        Some(description) if description.needs_renewal(now) => {
            let days = description.not_after.saturating_sub(now) / 86_400_000;
            Check::bad(
                "certificate",
                format!("expires in {days} days"),
                "restart the server: it renews its certificate",
            )
        }
        Some(description) => {
            let days = description.not_after.saturating_sub(now) / 86_400_000;
            Check::good("certificate", format!("good for {days} days"))
        }
    }
}

async fn running(client: &Client) -> Vec<Check> {
    let answer = match client.own("Doctor", &json!({})).await {
        Ok(answer) => answer,
        Err(error) => {
            return vec![Check::bad("server", format!("{error:#}"), "see its log; restart it")];
        }
    };
    let finding = format!(
        "version {}, {} clients connected, {} sessions",
        text(&answer, "version"),
        answer["connectedClients"],
        answer["sessions"]
    );
    let mut checks = vec![Check::good("server", finding), clock(&answer), losses(&answer)];
    for (what, door) in [
        ("mqtt", &client.ready.mqtt),
        ("mqtts", &client.ready.mqtts),
        ("https", &client.ready.https),
        ("console", &client.ready.console),
    ] {
        checks.push(port(what, door.as_deref()).await);
    }
    checks
}

fn clock(answer: &Value) -> Check {
    let skew = Clock::system().now().abs_diff(answer["now"].as_u64().unwrap_or(0));
    if skew > CLOCK_SKEW_MAX_MS {
        Check::bad("clock", format!("{} s apart", skew / 1_000), "set the clocks: signatures fail")
    } else {
        Check::good("clock", "agrees")
    }
}

fn losses(answer: &Value) -> Check {
    let failed = answer["failedCommits"].as_u64().unwrap_or(0);
    let dropped = answer["messagesDropped"].as_u64().unwrap_or(0);
    if failed > 0 {
        let finding = format!("{failed} commits failed");
        return Check::bad("store", finding, "see the disk above and the server's log");
    }
    if dropped > 0 {
        let finding = format!("{dropped} messages were not kept for clients that do not keep up");
        return Check::bad("queues", finding, "see limits.max_queued_messages, and slow clients");
    }
    Check::good("store", "every commit succeeded")
}

async fn port(what: &'static str, door: Option<&str>) -> Check {
    let Some(door) = door else { return Check::good(what, "closed") };
    let bare = door.trim_start_matches("http://").trim_start_matches("https://");
    let dialled = bare.replacen("0.0.0.0", "127.0.0.1", 1).replacen("[::]", "[::1]", 1);
    match TcpStream::connect(&dialled).await {
        Ok(_) => Check::good(what, format!("{door} answers")),
        Err(error) => Check::bad(what, format!("{door}: {error}"), "is a firewall in between?"),
    }
}
