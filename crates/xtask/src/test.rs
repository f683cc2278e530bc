//! `cargo xtask test`: everything that must pass, at home and in CI.

use anyhow::Result;

use crate::clients::run_all;
use crate::command::{run, words};

pub fn everything() -> Result<()> {
    rust()?;
    clients()
}

pub fn rust() -> Result<()> {
    run(&mut words("cargo fmt --all --check"))?;
    run(&mut words("cargo clippy --workspace --all-targets --quiet -- -D warnings"))?;
    run(&mut words("cargo test --workspace --quiet"))
}

pub fn clients() -> Result<()> {
    run_all()
}
