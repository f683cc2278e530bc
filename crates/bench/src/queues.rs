//! `cargo xtask bench queues`: queues behind the AWS door, in one run, on loopback.
//!
//! The same signed calls go to ours, which has each on disk when it answers, and to moto, which keeps
//! everything in memory: send, receive, delete, in a queue that is empty but for them and in one where many
//! messages wait. What counts is the server's CPU time for each.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use testkit::Request;

use crate::document;
use crate::fleet::parallel::{Work, done, in_parallel, numbers};
use crate::fleet::server::{Kind, Server};
use crate::meter;

const USAGE: &str = "\
usage: cargo xtask bench queues [OPTIONS]

  --messages N       how many wait in the long queue (1000000); 2000 for moto
  --thingstead FILE  another build of the program
  --moto FILE        moto_server; it is left out if it is not there
  --write            put the table into docs/benchmarks.md
";

const CALLERS: usize = 16;
const BATCH: u64 = 10;
/// Calls of each kind that are measured.
const CALLS: usize = 20_000;

/// What moto can do in a minute.
const MOTO_CALLS: usize = 300;
const MOTO_MESSAGES: u64 = 2_000;

const NAME: &str = "bench";

#[derive(Debug)]
struct Options {
    messages: u64,
    thingstead: PathBuf,
    moto: PathBuf,
    write: bool,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options {
            messages: 1_000_000,
            thingstead: PathBuf::from("target/release/thingstead"),
            moto: PathBuf::from("target/bench/moto/bin/moto_server"),
            write: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--messages" => options.messages = value()?.parse()?,
                "--thingstead" => options.thingstead = value()?.into(),
                "--moto" => options.moto = value()?.into(),
                "--write" => options.write = true,
                other => bail!("{other} is no option\n\n{USAGE}"),
            }
        }
        Ok(options)
    }
}

/// What each call costs a server, in µs of CPU time, and how many cycles of the three it does.
#[derive(Clone, Copy, Debug)]
struct Cycle {
    send: f64,
    receive: f64,
    delete: f64,
    per_sec: f64,
}

impl Cycle {
    fn sum(&self) -> f64 {
        self.send + self.receive + self.delete
    }
}

/// In a queue that is short, and in one that is long.
#[derive(Clone, Copy, Debug)]
struct Measured {
    short: Cycle,
    long: Cycle,
    waiting: u64,
}

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<()> {
    let options = Options::parse(words)?;
    std::fs::create_dir_all("target/bench")?;
    let ours = measure(Kind::Thingstead, &options.thingstead, CALLS, options.messages)?;
    let theirs = match options.moto.is_file() {
        true => Some(measure(Kind::Moto, &options.moto, MOTO_CALLS, MOTO_MESSAGES)?),
        false => None,
    };
    let text = table(&ours, theirs.as_ref());
    println!("\n{text}");
    if options.write {
        document::write("queues", &text)?;
    }
    Ok(())
}

fn measure(kind: Kind, program: &Path, calls: usize, waiting: u64) -> Result<Measured> {
    let place = tempfile::tempdir_in("target/bench")?;
    let server = Server::start(kind, program, &place.path().canonicalize()?)?;
    let mut caller = server.caller();
    let made = caller.call_target(
        "sqs",
        "AmazonSQS.CreateQueue",
        &json!({ "QueueName": NAME, "Attributes": { "VisibilityTimeout": "3600" } }).to_string(),
    )?;
    let url = made["QueueUrl"].as_str().context("a queue has a URL")?.to_owned();
    let short = cycle(&server, &url, calls)?;
    let fill = Work { request: |batch| send_batch(&url, batch), check: all_were_sent };
    in_parallel(CALLERS, || server.caller(), numbers((waiting / BATCH) as usize), &fill)?;
    let long = cycle(&server, &url, calls)?;
    println!("{}: {short:?}, {long:?} with {waiting} waiting", kind.name());
    Ok(Measured { short, long, waiting })
}

/// Sends, receives and deletes as many messages; each is received once.
fn cycle(server: &Server, url: &str, calls: usize) -> Result<Cycle> {
    let handles = Mutex::new(Vec::with_capacity(calls));
    let begin = meter::now();
    let send = cost(server, calls, &Work { request: |n| send(url, n), check: done })?;
    let keep = |answer: &Value| {
        let message = &answer["Messages"][0];
        let handle = message["ReceiptHandle"].as_str().context("a message was to be received")?;
        handles.lock().unwrap_or_else(PoisonError::into_inner).push(handle.to_owned());
        Ok(())
    };
    let receive = cost(server, calls, &Work { request: |_| receive(url), check: keep })?;
    let handles = handles.into_inner().unwrap_or_else(PoisonError::into_inner);
    let different: std::collections::HashSet<&String> = handles.iter().collect();
    ensure!(different.len() == calls, "a message was received twice");
    let of = |n: u64| delete(url, &handles[n as usize]);
    let delete = cost(server, calls, &Work { request: of, check: done })?;
    let per_sec = calls as f64 / begin.elapsed().as_secs_f64();
    Ok(Cycle { send, receive, delete, per_sec })
}

fn cost<R, C>(server: &Server, calls: usize, work: &Work<R, C>) -> Result<f64>
where
    R: Fn(u64) -> Request + Sync,
    C: Fn(&Value) -> Result<()> + Sync,
{
    let before = server.mark(0)?;
    in_parallel(CALLERS, || server.caller(), numbers(calls), work)?;
    Ok(before.until(server.mark(calls as u64)?).cpu_micros_per_unit)
}

fn ask(operation: &str, input: &Value) -> Request {
    Request::by_target("sqs", &format!("AmazonSQS.{operation}"), input.to_string())
}

fn body(n: u64) -> String {
    format!("{{\"build\":{n},\"text\":\"{}\"}}", "x".repeat(170))
}

fn send(url: &str, n: u64) -> Request {
    ask("SendMessage", &json!({ "QueueUrl": url, "MessageBody": body(n) }))
}

fn send_batch(url: &str, batch: u64) -> Request {
    let entry = |at: u64| json!({ "Id": at.to_string(), "MessageBody": body(batch * BATCH + at) });
    let entries: Vec<Value> = (0..BATCH).map(entry).collect();
    ask("SendMessageBatch", &json!({ "QueueUrl": url, "Entries": entries }))
}

fn all_were_sent(answer: &Value) -> Result<()> {
    let sent = answer["Successful"].as_array().map_or(0, Vec::len);
    ensure!(sent as u64 == BATCH, "messages were not sent: {answer}");
    Ok(())
}

fn receive(url: &str) -> Request {
    ask("ReceiveMessage", &json!({ "QueueUrl": url, "MaxNumberOfMessages": 1 }))
}

fn delete(url: &str, handle: &str) -> Request {
    ask("DeleteMessage", &json!({ "QueueUrl": url, "ReceiptHandle": handle }))
}

/// A figure of a cycle.
type Of = fn(&Cycle) -> f64;

fn table(ours: &Measured, theirs: Option<&Measured>) -> String {
    let mut text = format!(
        "{}, {} cores; load average at the end {}. 200 B messages, {CALLERS} connections. Ours is synced \
         before each answer; moto keeps messages in memory. {} messages wait in our long queue, {} in moto's.\n\n\
         | CPU, µs | ours, short queue | ours, long queue | moto, short | moto, long | moto ÷ ours, long |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n",
        meter::processor(),
        std::thread::available_parallelism().map_or(1, usize::from),
        meter::load_average(),
        ours.waiting,
        theirs.map_or(0, |theirs| theirs.waiting),
    );
    let rows: [(&str, Of); 4] = [
        ("SendMessage", |cycle| cycle.send),
        ("ReceiveMessage", |cycle| cycle.receive),
        ("DeleteMessage", |cycle| cycle.delete),
        ("all three", Cycle::sum),
    ];
    for (name, of) in rows {
        let (short, long) = (of(&ours.short), of(&ours.long));
        let moto = theirs.map_or("– | – | –".to_owned(), |theirs| {
            let (their_short, their_long) = (of(&theirs.short), of(&theirs.long));
            format!("{their_short:.0} | {their_long:.0} | {:.0}×", their_long / long)
        });
        text.push_str(&format!("| {name} | {short:.1} | {long:.1} | {moto} |\n"));
    }
    let rate = |cycle: &Cycle| format!("{:.0}", cycle.per_sec);
    let moto = theirs.map_or("– | –".to_owned(), |theirs| {
        format!("{} | {}", rate(&theirs.short), rate(&theirs.long))
    });
    let (short, long) = (rate(&ours.short), rate(&ours.long));
    text.push_str(&format!("| cycles of the three, /s | {short} | {long} | {moto} | |\n"));
    text
}
