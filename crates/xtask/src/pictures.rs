//! `cargo xtask pictures`: the pictures of the console in `docs/pictures`, taken while a house lives.

use anyhow::Result;

use crate::command::{root, run, words};
use crate::install;

pub fn take() -> Result<()> {
    run(&mut words("cargo build --release --package thingstead"))?;
    install::debian_packages(install::CLIENTS)?;
    install::node_packages()?;
    run(words("node pictures.mjs")
        .current_dir(root().join("clients/console"))
        .env("THINGSTEAD", root().join("target/release/thingstead")))
}
