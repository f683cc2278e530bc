//! `cargo xtask bench functions`: functions behind the AWS door, in one run, on loopback.
//!
//! Warm: how many invocations a second, beside a server that does nothing but answer the same signed
//! requests. Cold: how long the first answer of a new worker takes, beside the runtime's own start.

mod archive;
mod bootstrap;
mod null_server;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use testkit::{Caller, Request};

pub(crate) use self::bootstrap::{is_bootstrap, run as run_bootstrap};
use crate::document;
use crate::fleet::parallel::{Work, done, in_parallel, numbers};
use crate::fleet::server::{Kind, Server};
use crate::meter;

const USAGE: &str = "\
usage: cargo xtask bench functions [OPTIONS]

  --calls N          warm invocations of each function (20000)
  --starts N         cold starts of each function (20)
  --thingstead FILE  another build of the program
  --write            put the table into docs/benchmarks.md
";

const CALLERS: usize = 16;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const ROLE: &str = "arn:aws:iam::000000000000:role/functions";

#[derive(Debug)]
struct Options {
    calls: usize,
    starts: usize,
    thingstead: PathBuf,
    write: bool,
}

/// A function, and what its runtime does to start.
struct Subject {
    name: &'static str,
    runtime: &'static str,
    files: Vec<(&'static str, Vec<u8>)>,
    /// An interpreter that does nothing; none where the function is a program itself.
    start: Option<(&'static str, &'static [&'static str])>,
}

#[derive(Clone, Copy, Debug)]
struct Measured {
    per_sec: f64,
    cpu_micros: f64,
    cold_millis: f64,
    /// The runtime's own start.
    start_millis: f64,
}

pub(crate) fn run(mut words: impl Iterator<Item = String>) -> Result<()> {
    let mut options = Options {
        calls: 20_000,
        starts: 20,
        thingstead: PathBuf::from("target/release/thingstead"),
        write: false,
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--calls" => options.calls = value()?.parse()?,
            "--starts" => options.starts = value()?.parse()?,
            "--thingstead" => options.thingstead = value()?.into(),
            "--write" => options.write = true,
            other => bail!("{other} is no option\n\n{USAGE}"),
        }
    }
    std::fs::create_dir_all("target/bench")?;
    let place = tempfile::tempdir_in("target/bench")?;
    let server =
        Server::start(Kind::Thingstead, &options.thingstead, &place.path().canonicalize()?)?;
    let mut caller = server.caller();
    let trust = TRUST.replace('"', "%22");
    let role = format!("Action=CreateRole&RoleName=functions&AssumeRolePolicyDocument={trust}");
    caller.call_form("iam", &role)?;
    let floor = floor(&server, options.calls)?;
    let mut rows = Vec::new();
    for subject in subjects()? {
        let measured = measure(&server, &mut caller, &subject, &options)?;
        println!("{}: {measured:?}", subject.name);
        rows.push((subject.name, measured));
    }
    let text = table(floor, &rows);
    println!("\n{text}");
    if options.write {
        document::write("functions", &text)?;
    }
    Ok(())
}

fn subjects() -> Result<Vec<Subject>> {
    let own = std::fs::read(std::env::current_exe()?)?;
    let python = b"def handler(event, context):\n    return event\n".to_vec();
    let node = b"exports.handler = async (event) => event;\n".to_vec();
    Ok(vec![
        Subject {
            name: "Rust",
            runtime: "provided.al2023",
            files: vec![("bootstrap", own)],
            start: None,
        },
        Subject {
            name: "Python",
            runtime: "python3.12",
            files: vec![("app.py", python)],
            start: Some(("python3", &["-c", "import sys; print(sys.executable)"])),
        },
        Subject {
            name: "Node",
            runtime: "nodejs20.x",
            files: vec![("app.js", node)],
            start: Some(("node", &["-p", "process.execPath"])),
        },
    ])
}

fn measure(
    server: &Server,
    caller: &mut Caller,
    subject: &Subject,
    options: &Options,
) -> Result<Measured> {
    let code = archive::base64(&archive::stored(&subject.files));
    let name = subject.name;
    let made = json!({
        "FunctionName": name, "Runtime": subject.runtime, "Handler": "app.handler",
        "Role": ROLE, "Timeout": 10, "MemorySize": 512, "Code": { "ZipFile": code },
    });
    caller.call("lambda", "POST", "/2015-03-31/functions", &made.to_string())?;
    let mut cold = Vec::new();
    for round in 0..options.starts {
        // Other settings want another worker.
        let path = format!("/2015-03-31/functions/{name}/configuration");
        let change = json!({ "Description": round.to_string() });
        caller.call("lambda", "PUT", &path, &change.to_string())?;
        let begin = meter::now();
        answered(&caller.fetch(&invoke(name))?)?;
        cold.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    let work = Work { request: |_| invoke(name), check: echoed };
    in_parallel(CALLERS, || server.caller(), numbers(CALLERS * 20), &work)?;
    let before = server.mark(0)?;
    in_parallel(CALLERS, || server.caller(), numbers(options.calls), &work)?;
    let span = before.until(server.mark(options.calls as u64)?);
    let start_millis = match subject.start {
        Some((program, words)) => own_start(program, words, options.starts)?,
        None => own_start("/bin/true", &[], options.starts)?,
    };
    Ok(Measured {
        per_sec: span.units_per_sec,
        cpu_micros: span.cpu_micros_per_unit,
        cold_millis: median(cold),
        start_millis,
    })
}

/// How many of the same requests a server answers that does nothing.
fn floor(server: &Server, calls: usize) -> Result<f64> {
    let address = null_server::start(b"{\"a\":1}")?;
    let credentials = server.credentials().clone();
    let new = || Caller::new(address, credentials.clone());
    let work = Work { request: |_| invoke("Rust"), check: done };
    let begin = meter::now();
    in_parallel(CALLERS, new, numbers(calls), &work)?;
    Ok(calls as f64 / begin.elapsed().as_secs_f64())
}

fn invoke(name: &str) -> Request {
    Request::by_path(
        "lambda",
        "POST",
        format!("/2015-03-31/functions/{name}/invocations"),
        r#"{"a":1}"#,
    )
}

fn answered(bytes: &[u8]) -> Result<()> {
    echoed(&serde_json::from_slice(bytes)?)
}

fn echoed(answer: &Value) -> Result<()> {
    anyhow::ensure!(answer["a"] == 1, "the function said {answer}");
    Ok(())
}

/// From fork to end of a program that does nothing, in milliseconds.
fn own_start(program: &str, words: &[&str], rounds: usize) -> Result<f64> {
    let mut program = program.to_owned();
    if !words.is_empty() {
        // What is found by its name may be a script that looks for the real one.
        let said = Command::new(&program).args(words).output()?.stdout;
        program = String::from_utf8(said)?.trim().to_owned();
    }
    let nothing: &[&str] = match &*program {
        name if name.contains("python") => &["-c", "pass"],
        name if name.contains("node") => &["-e", "0"],
        _ => &[],
    };
    let mut took = Vec::new();
    for _ in 0..rounds {
        let begin = meter::now();
        let ended = Command::new(&program).args(nothing).stdout(Stdio::null()).status()?;
        anyhow::ensure!(ended.success(), "{program} failed");
        took.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(took))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn table(floor: f64, rows: &[(&str, Measured)]) -> String {
    let mut text = format!(
        "{}, {} cores; load average at the end {}. {CALLERS} connections, signed requests; a server that does \
         nothing answers {floor:.0} of them a second. Its own start is that of an interpreter that does \
         nothing, or of /bin/true.\n\n\
         | function | warm, /s | ÷ the null server | server's CPU, µs | cold, ms | own start, ms | cold ÷ own |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        meter::processor(),
        std::thread::available_parallelism().map_or(1, usize::from),
        meter::load_average(),
    );
    for (name, row) in rows {
        let Measured { per_sec, cpu_micros, cold_millis, start_millis } = row;
        text.push_str(&format!(
            "| {name} | {per_sec:.0} | {:.2} | {cpu_micros:.0} | {cold_millis:.1} | {start_millis:.1} | {:.2} |\n",
            per_sec / floor,
            cold_millis / start_millis,
        ));
    }
    text
}
