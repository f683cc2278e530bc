//! Thingstead: your own AWS IoT, in one program. Parses what was typed and does it; what the
//! server is made of is in `up.rs`.

mod announce;
mod cli;
mod client;
mod commands;
mod config;
mod data;
mod demo;
mod doors;
mod functions_config;
mod herald;
mod house;
mod identity;
mod memory;
mod ready;
mod signed;
mod stack;
mod sweep;
mod up;
mod vouched;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command, DemoCommand};
use crate::commands::{
    backup, console, deploy, destroy, device, doctor, env, explain, export, import, jobs, logs,
    record, replay, rule, say, series, story, tail,
};
use crate::config::Config;
use crate::data::Data;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    // Started by the server for its functions, not by people.
    if std::env::args().nth(1).as_deref() == Some(functions::WARDEN) {
        return functions::run_warden();
    }
    // A copy of this program, deployed as a function.
    if let Some(ended) = demo::as_function() {
        return ended;
    }
    let cli = Cli::parse();
    let filter =
        EnvFilter::try_from_env("THINGSTEAD_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where there is no standard error, there is nobody to tell.
            let _unheard = std::io::Write::write_fmt(
                &mut std::io::stderr(),
                format_args!("thingstead: {error:#}\n"),
            );
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let (data, given) = (Data::at(&cli.data()), cli.given_data());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")?;
    let json = cli.json;
    match cli.command {
        Command::Up(args) => runtime.block_on(up::run(&data, &args)),
        Command::Env => env::run(&data, json),
        Command::Console => runtime.block_on(console::run(&data, json)),
        Command::Config(args) => say(Config::from_file(args.config.as_deref())?.show().trim_end()),
        Command::Device(command) => runtime.block_on(device::run(&data, json, command)),
        Command::Jobs(command) => runtime.block_on(jobs::run(&data, json, command)),
        Command::Deploy(args) => runtime.block_on(deploy::run(&data, json, args)),
        Command::Destroy { stack } => runtime.block_on(destroy::run(&data, json, &stack)),
        Command::Demo(DemoCommand::House(args)) => {
            runtime.block_on(demo::house(given.as_deref(), &data, json, &args))
        }
        Command::Series(command) => runtime.block_on(series::run(&data, json, command)),
        Command::Explain { event } => runtime.block_on(explain::run(&data, json, event)),
        Command::Rule(command) => runtime.block_on(rule::run(&data, json, command)),
        Command::Record(command) => runtime.block_on(record::run(&data, json, command)),
        Command::Replay(args) => runtime.block_on(replay::run(&data, json, &args)),
        Command::Logs(args) => runtime.block_on(logs::run(&data, json, &args)),
        Command::Story(args) => runtime.block_on(story::run(&data, json, &args)),
        Command::Tail { filter, count } => runtime.block_on(tail::run(&data, json, &filter, count)),
        Command::Doctor => runtime.block_on(doctor::run(&data, json)),
        Command::Export { folder } => runtime.block_on(export::run(&data, json, &folder)),
        Command::Import { folder } => runtime.block_on(import::run(&data, json, &folder)),
        Command::Backup { file } => runtime.block_on(backup::backup(&data, json, &file)),
        Command::Restore { file } => backup::restore(&data, json, &file),
    }
}
