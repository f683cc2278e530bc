//! Real clients, which nobody here wrote, against the real program.

use anyhow::Result;

use crate::command::{command, root, run, words};
use crate::install;

/// Builds the program and runs every client test against it.
pub fn run_all() -> Result<()> {
    install::debian_packages()?;
    let python = install::python()?;
    install::node_packages()?;
    run(&mut words("cargo build --package thingstead"))?;
    let program = root().join("target/debug/thingstead");
    let pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "clients/python"];
    run(command(python).args(pytest).env("THINGSTEAD", &program))?;
    let node = words("node --test --test-reporter=spec")
        .current_dir(root().join("clients/node"))
        .env("THINGSTEAD", &program)
        .status()?;
    anyhow::ensure!(node.success(), "the Node clients failed");
    Ok(())
}
