//! What the tests need beside Rust, Node and Python, installed by name where it is missing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{command, is_there, root, run, words};

/// A program and the Debian package that brings it.
type Package = (&'static str, &'static str);

/// What the tests of real clients need.
pub const CLIENTS: &[Package] = &[("mosquitto_pub", "mosquitto-clients"), ("chromium", "chromium")];

/// The brokers that ours is measured beside.
pub const PEERS: &[Package] = &[("mosquitto", "mosquitto"), ("nats-server", "nats-server")];

/// What series are measured beside.
pub const SERIES_PEERS: &[Package] =
    &[("victoria-metrics", "victoria-metrics"), ("influxd", "influxdb")];

/// Installs those of the packages whose programs are missing.
pub fn debian_packages(packages: &[Package]) -> Result<()> {
    let missing: Vec<&str> =
        packages.iter().filter(|(program, _)| !is_there(program)).map(|(_, name)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_there("apt-get") {
        bail!("install these yourself, there is no apt-get here: {}", missing.join(" "));
    }
    run(&mut as_root("apt-get update --quiet"))?;
    let install = "apt-get install --yes --quiet --no-install-recommends";
    run(as_root(install).args(&missing).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn as_root(line: &str) -> std::process::Command {
    let is_root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.lines().any(|line| line.starts_with("Uid:\t0\t")));
    if is_root { words(line) } else { words(&format!("sudo {line}")) }
}

/// A Python with the packages of `clients/python/requirements.txt`, apart from the system's own.
pub fn python() -> Result<PathBuf> {
    let home = root().join("target/clients/python");
    packages_of_python(&home, "clients/python/requirements.txt")?;
    Ok(home.join("bin/python"))
}

/// Tools that make stacks. They have a Python and packages of their own, as they want older ones than the others.
pub fn stack_tools() -> Result<()> {
    let requirements = "clients/stacks/requirements.txt";
    packages_of_python(&root().join("target/clients/stacks"), requirements)?;
    packages_of_node("clients/stacks")
}

/// An SDK from before SQS spoke JSON.
pub fn old_sdk() -> Result<()> {
    packages_of_python(&root().join("target/clients/old"), "clients/old/requirements.txt")
}

fn packages_of_python(home: &Path, requirements: &str) -> Result<()> {
    let python = home.join("bin/python");
    let wanted =
        std::fs::read_to_string(root().join(requirements)).context(requirements.to_owned())?;
    let mark = home.join("installed.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    run(command("python3").args(["-m", "venv", "--clear"]).arg(home))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(command(&python).args(pip).args(["-r", requirements]))?;
    std::fs::write(mark, wanted)?;
    Ok(())
}

/// The server that the AWS door is measured beside.
pub fn moto() -> Result<()> {
    let home = root().join("target/bench/moto");
    if home.join("bin/moto_server").is_file() {
        return Ok(());
    }
    run(command("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(command(home.join("bin/python")).args(pip).arg("moto[server,iot,iotdata,s3]==5.2.5"))
}

/// What rules are measured beside.
pub fn node_red() -> Result<()> {
    let home = root().join("target/bench/node-red");
    if home.join("node_modules/.bin/node-red").is_file() {
        return Ok(());
    }
    std::fs::create_dir_all(&home)?;
    let install = "npm install --no-save --ignore-scripts --no-audit --no-fund node-red@4.1.15";
    run(words(install).current_dir(&home))
}

/// What tables are measured beside.
pub fn dynalite() -> Result<()> {
    let home = root().join("target/bench/dynalite");
    if home.join("node_modules/.bin/dynalite").is_file() {
        return Ok(());
    }
    std::fs::create_dir_all(&home)?;
    let install = "npm install --no-save --ignore-scripts --no-audit --no-fund dynalite@4.0.0";
    run(words(install).current_dir(&home))
}

/// The packages of the clients that are written in JavaScript, as their lock files have them.
pub fn node_packages() -> Result<()> {
    packages_of_node("clients/node")?;
    packages_of_node("clients/console")?;
    packages_of_node("crates/console/ui")
}

fn packages_of_node(folder: &str) -> Result<()> {
    let name = format!("{folder}/package-lock.json");
    let folder = root().join(folder);
    let lock = std::fs::read_to_string(folder.join("package-lock.json")).context(name)?;
    let mark = folder.join("node_modules/installed.json");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    // What the packages need is in them; nothing of theirs has to run at installation.
    run(words("npm ci --ignore-scripts --no-audit --no-fund").current_dir(&folder))?;
    std::fs::write(mark, lock)?;
    Ok(())
}
