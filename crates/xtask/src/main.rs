//! The project's own commands: `cargo xtask test` and its kin.
//!
//! Nothing here is needed to run Thingstead. Each command is one file.

mod bench;
mod clients;
mod command;
mod install;
mod pictures;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

commands:
  test            everything that must pass: format, lints, tests, real clients
  test rust       only what needs no other language
  test clients    only the real clients, against a debug build
  bench mqtt      the broker beside mosquitto and others, in one run
  bench fleet     the AWS door beside moto, in one run
  bench objects   objects behind the AWS door beside s3s-fs and moto, in one run
  bench tables    tables behind the AWS door beside dynalite and PostgreSQL, in one run
  bench series    time series beside VictoriaMetrics, InfluxDB, DuckDB and moto, in one run
  bench queues    queues behind the AWS door beside moto, in one run
  bench functions functions behind the AWS door beside a server that does nothing, in one run
  bench console   the console's pages in a house with many things, rules and messages
  bench rules     rules on the way of a message, beside Node-RED and mosquitto, in one run
  pictures        the pictures of docs/console.md, taken of a house that lives
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test"] => test::everything(),
        ["test", "rust"] => test::rust(),
        ["test", "clients"] => test::clients(),
        ["bench", "mqtt", options @ ..] => bench::mqtt(options),
        ["bench", "fleet", options @ ..] => bench::fleet(options),
        ["bench", "rules", options @ ..] => bench::rules(options),
        ["bench", "series", options @ ..] => bench::series(options),
        ["bench", "tables", options @ ..] => bench::tables(options),
        ["bench", "objects", options @ ..] => bench::objects(options),
        ["bench", "queues", options @ ..] => bench::queues(options),
        ["bench", "console"] => bench::console(),
        ["pictures"] => pictures::take(),
        ["bench", "functions", options @ ..] => bench::functions(options),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
