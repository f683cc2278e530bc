//! `cargo xtask bench …`: this program beside its peers, in one run.

use anyhow::Result;

use crate::command::{root, run, words};
use crate::install;

/// Where the bench looks for rumqttd, which no distribution packages.
const RUMQTTD_ROOT: &str = "target/bench/rumqttd";

/// Not `--locked`: of the versions in its lock file, one no longer compiles.
const INSTALL_RUMQTTD: &str = "cargo install rumqttd --version 0.20.0 --root target/bench/rumqttd \
                               --target-dir target/bench/rumqttd-build";

/// Where the bench looks for s3s-fs.
const S3S_FS_ROOT: &str = "target/bench/s3s-fs";

/// Later ones need a newer Rust.
const INSTALL_S3S_FS: &str = "cargo install s3s-fs --version 0.14.1 --features binary --root \
                              target/bench/s3s-fs --target-dir target/bench/s3s-fs-build";

pub fn mqtt(options: &[&str]) -> Result<()> {
    run(&mut words("cargo build --release --package thingstead --package thingstead-bench"))?;
    install_peers();
    run(words("target/release/thingstead-bench mqtt").args(options))
}

pub fn fleet(options: &[&str]) -> Result<()> {
    run(&mut words("cargo build --release --package thingstead --package thingstead-bench"))?;
    if let Err(error) = install::moto() {
        println!("moto could not be installed: {error:#}");
    }
    run(words("target/release/thingstead-bench fleet").args(options))
}

pub fn rules(options: &[&str]) -> Result<()> {
    run(&mut words("cargo build --release --package thingstead --package thingstead-bench"))?;
    if let Err(error) = install::debian_packages(install::PEERS).and_then(|()| install::node_red())
    {
        println!("mosquitto and Node-RED could not be installed: {error:#}");
    }
    let stores = install::debian_packages(install::SERIES_PEERS).and_then(|()| install::dynalite());
    if let Err(error) = stores {
        println!("InfluxDB and dynalite could not be installed: {error:#}");
    }
    run(words("target/release/thingstead-bench rules").args(options))
}

pub fn tables(options: &[&str]) -> Result<()> {
    run(&mut words("cargo build --release --package thingstead --package thingstead-bench"))?;
    if let Err(error) = install::dynalite() {
        println!("dynalite could not be installed: {error:#}");
    }
    run(words("target/release/thingstead-bench tables").args(options))
}

pub fn series(options: &[&str]) -> Result<()> {
    run(&mut words("cargo build --release --package thingstead --package thingstead-bench"))?;
    if let Err(error) = install::debian_packages(install::SERIES_PEERS) {
        println!("VictoriaMetrics and InfluxDB could not be installed: {error:#}");
    }
    if let Err(error) = install::python().and_then(|_| install::moto()) {
        println!("DuckDB and moto could not be installed: {error:#}");
    }
    run(words("target/release/thingstead-bench series").args(options))
}

pub fn objects(options: &[&str]) -> Result<()> {
    run(&mut words("cargo build --release --package thingstead --package thingstead-bench"))?;
    if let Err(error) = install::moto() {
        println!("moto could not be installed: {error:#}");
    }
    if !root().join(S3S_FS_ROOT).join("bin/s3s-fs").is_file()
        && let Err(error) = run(&mut words(INSTALL_S3S_FS))
    {
        println!("s3s-fs could not be installed: {error:#}");
    }
    run(words("target/release/thingstead-bench objects").args(options))
}

pub fn queues(options: &[&str]) -> Result<()> {
    run(&mut words("cargo build --release --package thingstead --package thingstead-bench"))?;
    if let Err(error) = install::moto() {
        println!("moto could not be installed: {error:#}");
    }
    run(words("target/release/thingstead-bench queues").args(options))
}

pub fn functions(options: &[&str]) -> Result<()> {
    run(&mut words("cargo build --release --package thingstead --package thingstead-bench"))?;
    run(words("target/release/thingstead-bench functions").args(options))
}

pub fn console() -> Result<()> {
    run(&mut words("cargo build --release --package thingstead"))?;
    install::debian_packages(install::CLIENTS)?;
    install::node_packages()?;
    run(words("node responsive.mjs")
        .current_dir(root().join("clients/console"))
        .env("THINGSTEAD", root().join("target/release/thingstead")))
}

/// The bench leaves out who is missing, so what cannot be installed is only said.
fn install_peers() {
    if let Err(error) = install::debian_packages(install::PEERS) {
        println!("mosquitto and NATS could not be installed: {error:#}");
    }
    if !root().join(RUMQTTD_ROOT).join("bin/rumqttd").is_file()
        && let Err(error) = run(&mut words(INSTALL_RUMQTTD))
    {
        println!("rumqttd could not be installed: {error:#}");
    }
}
