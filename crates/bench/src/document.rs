//! The measured part of docs/benchmarks.md.

use std::process::Command;

use anyhow::{Context, Result};

use crate::broker::{Kind, Yard};
use crate::meter;
use crate::options::Options;
use crate::report::Results;

const FILE: &str = "docs/benchmarks.md";

/// The table, and what must be known to read it.
pub(crate) fn measured(
    options: &Options,
    yard: &Yard,
    kinds: &[Kind],
    results: &Results,
) -> String {
    let versions: Vec<String> = kinds.iter().map(|&kind| version(yard, kind)).collect();
    format!(
        "Medians of {} rounds of {} s. {}, {} cores; load average at the end {}.\n\
         Brokers: {}.\n\n{}",
        options.rounds,
        options.time.as_secs(),
        meter::processor(),
        std::thread::available_parallelism().map_or(1, usize::from),
        meter::load_average(),
        versions.join(", "),
        results.table(kinds),
    )
}

/// Replaces a measured part of the document.
pub(crate) fn write(part: &str, text: &str) -> Result<()> {
    let (begin, end) = (format!("<!-- {part}: begin -->\n"), format!("<!-- {part}: end -->"));
    let document = std::fs::read_to_string(FILE).context(FILE)?;
    let (before, rest) = document.split_once(&begin).context("no mark of the beginning")?;
    let (_, after) = rest.split_once(&end).context("no mark of the end")?;
    std::fs::write(FILE, format!("{before}{begin}{text}{end}{after}")).context(FILE)
}

/// What a broker says of itself: the first of its words that looks like a version.
fn version(yard: &Yard, kind: Kind) -> String {
    let flag = if kind == Kind::Mosquitto { "-h" } else { "--version" };
    let said = yard
        .program(kind)
        .and_then(|program| Command::new(program).arg(flag).output().ok())
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let is_version =
        |word: &&str| word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
    let number = said.split_whitespace().find(is_version).unwrap_or("of unknown version");
    format!("{} {}", kind.name(), number.trim_start_matches('v'))
}
