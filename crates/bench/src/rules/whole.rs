//! The whole way of a message: what is hot goes into a table and into a series, and is published anew.
//!
//! Ours does that with two rules, and has all of it on disk before it publishes. Beside it, mosquitto,
//! Node-RED, dynalite and InfluxDB are wired together as one would do it: Node-RED puts into the table,
//! then writes into the series, and publishes when both have answered. Of these only InfluxDB syncs.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::broker::in_path;
use crate::fleet::server::{Kind, Server};
use crate::rules::flow::{Flow, Measured, NextAfter};
use crate::rules::node_red::{Peers, flow_of, function};
use crate::rules::setup::{self, DATABASE, TABLE};
use crate::rules::{Options, Results, WINDOWS, median, told};
use crate::series::peers::{self as stores, Peer as Store};

const OURS: &str = "whole way: thingstead";
const THEIRS: &str = "whole way: mosquitto, Node-RED, dynalite, InfluxDB";

pub(crate) fn run(
    round: usize,
    options: &Options,
    folder: &Path,
    results: &mut Results,
) -> Result<()> {
    if options.wants(OURS) {
        let place = tempfile::tempdir_in(folder)?;
        results.extend(ours(round, options, place.path())?);
    }
    let Some(influx) = in_path("influxd") else { return Ok(()) };
    if options.wants(THEIRS) && options.node_red.is_file() && options.dynalite.is_file() {
        let place = tempfile::tempdir_in(folder)?;
        results.extend(theirs(round, options, &influx, place.path())?);
    }
    Ok(())
}

fn ours(round: usize, options: &Options, folder: &Path) -> Result<Results> {
    let server = Server::start(Kind::Thingstead, &options.thingstead, folder)?;
    setup::role(&server)?;
    setup::whole(&server)?;
    let broker = server.mqtt.context("MQTT is open")?;
    let flow = |window| flow(broker, vec![server.pid()], window);
    let (results, sent) = measure(round, OURS, options, flow)?;
    let all = sent.iter().sum::<u64>();
    ensure!(items(&server)? == all, "there are not as many items as messages");
    // Each run begins at the same time again, perhaps with other sensors.
    let (points, least) = (points(&server)?, sent.iter().max().map_or(0, |most| 3 * most));
    ensure!((least..=3 * all).contains(&points), "{points} points of {all} messages");
    Ok(results)
}

fn theirs(round: usize, options: &Options, influx: &Path, folder: &Path) -> Result<Results> {
    let [for_table, for_series, for_flow] = ["table", "series", "flow"].map(|it| folder.join(it));
    [&for_table, &for_series, &for_flow].into_iter().try_for_each(std::fs::create_dir)?;
    let table = Server::start(Kind::Dynalite, &options.dynalite, &for_table)?;
    setup::create_table(&table)?;
    let series = Store::start(stores::Kind::Influx, influx, &for_series)?;
    let wired = |broker| flows(broker, table.address(), series.address());
    let peers = Peers::start_with(&options.node_red, &for_flow, wired)?;
    let pids = [table.pid(), series.pid()?];
    let flow = |window| {
        let mut flow = Flow { is_timed: true, ..peers.flow(window) };
        flow.pids.extend(pids);
        flow
    };
    let (results, sent) = measure(round, THEIRS, options, flow)?;
    let all = sent.iter().sum::<u64>();
    ensure!(items(&table)? == all, "there are not as many items as messages");
    Ok(results)
}

/// Flat out with each window, and at half of the rate of messages that come alone; with what each of
/// them sent.
fn measure(
    round: usize,
    name: &'static str,
    options: &Options,
    flow: impl Fn(u16) -> Flow,
) -> Result<(Results, Vec<u64>)> {
    let (mut results, mut sent) = (Results::new(), Vec::new());
    for window in WINDOWS {
        let mut measured = told(round, name, flow(window).run(options.time)?);
        sent.push(measured.sent);
        if window == 1 {
            let paced = flow(window).paced(measured.per_sec / 2.0, options.time)?;
            sent.push(paced.0);
            measured.half_load_p99_ms = Some(paced.1);
            println!("{} {name}: p99 {:.2} ms at half of that", round + 1, paced.1);
        }
        results.push((name, window, measured));
    }
    Ok((results, sent))
}

fn flow(broker: SocketAddr, pids: Vec<u32>, window: u16) -> Flow {
    Flow {
        broker,
        pids,
        is_republished: true,
        is_delivered: true,
        window,
        // As beside it.
        next_after: NextAfter::Delivery,
        is_timed: true,
    }
}

fn items(server: &Server) -> Result<u64> {
    let (mut caller, mut count) = (server.caller(), 0);
    let mut scan = json!({ "TableName": TABLE, "Select": "COUNT" });
    loop {
        let target = "DynamoDB_20120810.Scan";
        let found = caller.call_target("dynamodb", target, &scan.to_string())?;
        count += found["Count"].as_u64().context("a scan counts")?;
        match &found["LastEvaluatedKey"] {
            Value::Null => return Ok(count),
            last => scan["ExclusiveStartKey"] = last.clone(),
        }
    }
}

fn points(server: &Server) -> Result<u64> {
    let sql = format!("SELECT COUNT(*) FROM \"{DATABASE}\".\"{TABLE}\"");
    let query = json!({ "QueryString": sql }).to_string();
    let target = "Timestream_20181101.Query";
    let found = server.caller().call_target("timestream", target, &query)?;
    let count = &found["Rows"][0]["Data"][0]["ScalarValue"];
    Ok(count.as_str().context("a query counts")?.parse()?)
}

/// Put, write, and then out.
fn flows(broker: SocketAddr, table: SocketAddr, series: SocketAddr) -> Value {
    let put = format!(
        "const p = msg.payload; msg.reading = p; msg.told = {{ sensor_id: p.sensor_id, \
         t: p.temperature, zone: p.zone, id: RED.util.generateId() }}; \
         msg.payload = JSON.stringify({{ TableName: '{TABLE}', Item: {{ \
         sensor_id: {{ S: msg.told.sensor_id }}, id: {{ S: msg.told.id }}, \
         t: {{ N: String(msg.told.t) }}, zone: {{ S: msg.told.zone }} }} }}); \
         msg.url = 'http://{table}/'; \
         msg.headers = {{ 'content-type': 'application/x-amz-json-1.0', \
         'x-amz-target': 'DynamoDB_20120810.PutItem', 'x-amz-date': '20261122T000000Z', \
         authorization: 'AWS4-HMAC-SHA256 Credential=testing/20261122/us-east-1/dynamodb/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature=0' }}; return msg;"
    );
    let write = format!(
        "if (msg.statusCode !== 200) {{ node.error(msg.payload); return null; }} \
         const p = msg.reading; \
         msg.payload = `readings,sensor_id=${{p.sensor_id}},zone=${{p.zone}} \
         temperature=${{p.temperature}},humidity=${{p.humidity}},battery=${{p.battery}} ${{p.timestamp}}`; \
         msg.url = 'http://{series}/write?db={DATABASE}&precision=ms'; msg.headers = {{}}; return msg;"
    );
    let out = "if (msg.statusCode !== 204) { node.error(msg.payload); return null; } \
               return { payload: msg.told, topic: 'out/' + msg.topic.split('/')[1] };";
    let request = |id: &str, to: &str| {
        json!({ "id": id, "z": "tab", "type": "http request", "method": "POST", "ret": "txt",
                "paytoqs": "ignore", "url": "", "persist": true, "wires": [[to]] })
    };
    let between = vec![
        function("first", &put, "table"),
        request("table", "write"),
        function("write", &write, "series"),
        request("series", "answer"),
        function("answer", out, "out"),
    ];
    flow_of(broker, between)
}

pub(crate) fn table(results: &Results) -> String {
    let mut text = String::new();
    for window in WINDOWS {
        let rate = |name| median(results, name, window, |measured| measured.per_sec);
        let Some(ours) = rate(OURS) else { continue };
        let of_each = if window == 1 { "one message" } else { "a hundred messages" };
        text.push_str(&format!(
            "\n| {of_each} of each publisher under way | CPU per message, µs | messages, /s | \
             ours ÷ it | p99 at half of the rate, ms |\n| --- | ---: | ---: | ---: | ---: |\n"
        ));
        for name in [OURS, THEIRS] {
            let Some(rate) = rate(name) else { continue };
            let value = |value: fn(&Measured) -> f64| {
                median(results, name, window, value).filter(|value| value.is_finite())
            };
            let micros = value(|measured| measured.cpu_micros).unwrap_or(f64::NAN);
            let p99 = value(|measured| measured.half_load_p99_ms.unwrap_or(f64::NAN));
            let p99 = p99.map_or("–".to_owned(), |p99| format!("{p99:.1}"));
            let times = ours / rate;
            text.push_str(&format!("| {name} | {micros:.1} | {rate:.0} | {times:.1} | {p99} |\n"));
        }
    }
    text
}
