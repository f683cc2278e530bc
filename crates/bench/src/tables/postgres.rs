//! PostgreSQL, which makes rows as durable as ours are: one inserted with each transaction.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::broker::{Process, free_address, mortal};
use crate::meter::{self, now};
use crate::tables::work::Cost;

const START_TIMEOUT: Duration = Duration::from_secs(20);
const START_POLL: Duration = Duration::from_millis(50);

const INSERT: &str = "\\set device random(0, 99)\n\
    INSERT INTO readings (device, room, temperature, online, text)\n\
    VALUES ('device-' || :device, 'room-7', 21.5, true, repeat('x', 190));\n";

const TABLE: &str = "CREATE TABLE readings (device text, at bigserial, room text, \
    temperature numeric, online boolean, text text, PRIMARY KEY (device, at))";

/// Rows inserted from so many connections, in a new database.
pub(crate) fn run(callers: usize, time: Duration) -> Result<Cost> {
    let folder = tempfile::tempdir_in("target/bench")?;
    let folder = folder.path().canonicalize()?;
    give_away(&folder)?;
    let data = folder.join("data");
    let init = as_user(Path::new("initdb"))
        .args(["--auth=trust", "--username=bench", "-D"])
        .arg(&data)
        .output()
        .context("initdb")?;
    ensure!(init.status.success(), "initdb: {}", String::from_utf8_lossy(&init.stderr));
    let port = free_address()?.port().to_string();
    let mut command = as_user(Path::new("postgres"));
    command.arg("-D").arg(&data).args(["-p", &port, "-h", "127.0.0.1", "-k", ""]);
    let process = Process::new(
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?,
    );
    let began = now();
    let connect = ["-h", "127.0.0.1", "-p", &port, "-U", "bench"];
    let made = |sql: &str| {
        let mut psql = Command::new("psql");
        psql.args(connect).args(["-d", "postgres", "-qc", sql]).stderr(Stdio::null());
        psql.status().is_ok_and(|status| status.success())
    };
    while !made(TABLE) {
        ensure!(began.elapsed() < START_TIMEOUT, "it did not become ready");
        std::thread::sleep(START_POLL);
    }
    let script = folder.join("insert.sql");
    std::fs::write(&script, INSERT)?;
    let (cpu, clients, secs) =
        (cpu(process.id())?, callers.to_string(), time.as_secs().max(1).to_string());
    let output = Command::new("pgbench")
        .args(connect)
        .args(["-n", "-c", &clients, "-j", "2", "-T", &secs, "-M", "prepared", "-f"])
        .arg(&script)
        .arg("postgres")
        .output()
        .context("pgbench")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let after = |label: &str| {
        let rest = said.lines().find_map(|line| line.strip_prefix(label))?;
        rest.split_whitespace().next()?.parse::<f64>().ok()
    };
    let (Some(inserted), Some(per_sec)) =
        (after("number of transactions actually processed: "), after("tps = "))
    else {
        bail!("pgbench: {said}{}", String::from_utf8_lossy(&output.stderr));
    };
    // Whoever served a connection has ended, and its time is the parent's.
    let used = self::cpu(process.id())?.saturating_sub(cpu);
    Ok(Cost { cpu_micros: used.as_secs_f64() * 1e6 / inserted.max(1.0), per_sec })
}

/// PostgreSQL does not run as root.
fn as_user(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return mortal(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    command.args(["--pdeathsig", "KILL"]).arg(program);
    command
}

fn give_away(folder: &Path) -> Result<()> {
    if rustix::process::geteuid().is_root() {
        let given = Command::new("chown").arg("postgres").arg(folder).status()?;
        ensure!(given.success(), "there is no user postgres");
    }
    Ok(())
}

/// The time of a process, of the children that it has, and of those that it had.
fn cpu(pid: u32) -> Result<Duration> {
    let mut total = meter::cpu_time(pid)? + meter::cpu_time_of_ended(pid)?;
    let children = PathBuf::from(format!("/proc/{pid}/task/{pid}/children"));
    for child in std::fs::read_to_string(children)?.split_whitespace() {
        // It may have ended by now.
        total += meter::cpu_time(child.parse()?).unwrap_or_default();
    }
    Ok(total)
}
