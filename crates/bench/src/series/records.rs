//! WriteRecords of a hundred beside moto: the same signed calls.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::Value;
use testkit::Request;

use crate::fleet::parallel::{Work, in_parallel, numbers};
use crate::fleet::server::{Kind, Server};
use crate::meter::{self, now};

const CALLERS: usize = 16;
const DEVICES: u64 = 5_000;
const SITES: u64 = 20;
/// AWS's limit.
const RECORDS: u64 = 100;
const CALLS: u64 = 20_000;
/// What moto can do in a few seconds.
const MOTO_CALLS: u64 = 300;

/// Records in a second, and what each costs the server in µs of CPU time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    per_sec: f64,
    cpu_micros: f64,
}

/// The table of both; moto is left out if it is not there.
pub(super) fn table(thingstead: &Path, moto: &Path) -> Result<String> {
    let ours = measure(Kind::Thingstead, thingstead, CALLS)?;
    let mut text = format!(
        "WriteRecords of {RECORDS} records, each with two dimensions and two measures; {CALLERS} connections.\n\n\
         | store | an answered call is | records/s | CPU µs/record |\n| --- | --- | --- | --- |\n"
    );
    writeln!(text, "{}", row("thingstead", "in a synced log", ours))?;
    if moto.is_file() {
        let theirs = measure(Kind::Moto, moto, MOTO_CALLS)?;
        writeln!(text, "{}", row("moto", "in memory", theirs))?;
    }
    Ok(text)
}

fn row(name: &str, durability: &str, cost: Cost) -> String {
    let Cost { per_sec, cpu_micros } = cost;
    format!("| {name} | {durability} | {per_sec:.0} | {cpu_micros:.2} |")
}

fn measure(kind: Kind, program: &Path, calls: u64) -> Result<Cost> {
    let place = tempfile::tempdir_in("target/bench")?;
    let server = Server::start(kind, program, &place.path().canonicalize()?)?;
    let mut caller = server.caller();
    let mut ask = |operation: &str, body: &str| {
        caller.call_target("timestream", &format!("Timestream_20181101.{operation}"), body)
    };
    ask("CreateDatabase", r#"{"DatabaseName":"lab"}"#)?;
    ask("CreateTable", r#"{"DatabaseName":"lab","TableName":"air"}"#)?;
    let bodies = bodies(calls);
    let request = |call: u64| {
        Request::by_target(
            "timestream",
            "Timestream_20181101.WriteRecords",
            &*bodies[call as usize],
        )
    };
    let check = |answer: &Value| {
        let total = &answer["RecordsIngested"]["Total"];
        ensure!(total.as_u64() == Some(RECORDS), "{total} records were taken");
        Ok(())
    };
    let (began, cpu) = (now(), server.cpu()?);
    let work = Work { request, check };
    in_parallel(CALLERS, || server.caller(), numbers(calls as usize), &work)?;
    let (took, used) = (began.elapsed().as_secs_f64(), (server.cpu()? - cpu).as_secs_f64());
    let records = (calls * RECORDS) as f64;
    println!("{}: {calls} calls, load {}", kind.name(), meter::load_average());
    Ok(Cost { per_sec: records / took, cpu_micros: used * 1e6 / records })
}

/// The bodies of so many calls, made before it is measured. Calls that are under way at once tell of other
/// devices: of one device what it says comes in its order, as it does from devices.
fn bodies(calls: u64) -> Vec<String> {
    let seconds = (calls * RECORDS).div_ceil(DEVICES);
    let start = stdx::clock::Clock::system().now() / 1_000 - seconds;
    let body = |call: u64| {
        let records = (call * RECORDS..(call + 1) * RECORDS).map(|row| {
            let (device, second) = (row % DEVICES, row / DEVICES);
            let site = device % SITES;
            // In tenths: a saw for each device.
            let (temperature, humidity) = (200 + (row + second) % 50, 500 + (row + second) % 70);
            format!(
                r#"{{"Dimensions":[{{"Name":"site","Value":"s{site:02}"}},{{"Name":"device","Value":"d{device:04}"}}],"MeasureValues":[{{"Name":"temperature","Value":"{}","Type":"DOUBLE"}},{{"Name":"humidity","Value":"{}","Type":"DOUBLE"}}],"Time":"{}"}}"#,
                temperature as f64 / 10.0,
                humidity as f64 / 10.0,
                start + second
            )
        });
        let records = records.collect::<Vec<_>>().join(",");
        format!(
            r#"{{"DatabaseName":"lab","TableName":"air","CommonAttributes":{{"MeasureName":"air","MeasureValueType":"MULTI","TimeUnit":"SECONDS"}},"Records":[{records}]}}"#
        )
    };
    (0..calls).map(body).collect()
}
