//! `cargo xtask bench …`: this program beside its peers, in one run.

use anyhow::Result;

use crate::command::{run, words};

pub fn mqtt(options: &[&str]) -> Result<()> {
    run(&mut words("cargo build --release --package thingstead --package thingstead-bench"))?;
    run(words("target/release/thingstead-bench mqtt").args(options))
}
