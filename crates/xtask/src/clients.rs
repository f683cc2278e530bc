//! Real clients, which nobody here wrote, against the real program.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::{command, root, run, words};
use crate::install;

/// Builds the program and runs every client test against it.
pub fn run_all() -> Result<()> {
    install::debian_packages(install::CLIENTS)?;
    let python = install::python()?;
    install::node_packages()?;
    let applications = "--package thingstead-house-controller --package thingstead-house-simulator";
    run(&mut words(&format!("cargo build --package thingstead {applications}")))?;
    // A function made with AWS's own crate, in a workspace of its own: nobody else waits for it.
    let function = "cargo build --locked --manifest-path clients/rust/Cargo.toml --target-dir";
    run(words(function).arg(built()).current_dir(root()))?;
    install::stack_tools()?;
    install::old_sdk()?;
    let program = built().join("debug/thingstead");
    let pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "clients/python"];
    run(command(&python).args(pytest).env("THINGSTEAD", &program))?;
    let applications = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "applications"];
    run(command(python).args(applications))?;
    // The native half of the AWS SDK keeps a process alive for seconds after its last connection.
    let node = words("node --test --test-reporter=spec --test-force-exit")
        .current_dir(root().join("clients/node"))
        .env("THINGSTEAD", &program)
        .status()?;
    anyhow::ensure!(node.success(), "the Node clients failed");
    // Its pages tell the browser what they are; one browser at a time leaves the machine room for the server.
    let browser = words("node --test --test-reporter=spec --test-concurrency=1 --test-force-exit")
        .current_dir(root().join("clients/console"))
        .env("THINGSTEAD", &program)
        .status()?;
    anyhow::ensure!(browser.success(), "the tests in the browser failed");
    run(words("npm test").current_dir(root().join("crates/console/ui")))
}

/// Where cargo puts what it builds.
fn built() -> PathBuf {
    let elsewhere = std::env::var_os("CARGO_TARGET_DIR");
    root().join(elsewhere.unwrap_or_else(|| "target".into()))
}
