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
use crate::rules::flow::{Flow, NextAfter};
use crate::rules::node_red::Peers;
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
        let server = Server::start(Kind::Thingstead, &options.thingstead, place.path())?;
        setup::role(&server)?;
        setup::whole(&server)?;
        let (mut sent, mut most) = (0, 0);
        for window in WINDOWS {
            let flow = flow(server.mqtt.context("MQTT is open")?, vec![server.pid()], window);
            let measured = flow.run(options.time)?;
            sent += measured.sent;
            most = most.max(measured.sent);
            results.push((OURS, window, told(round, OURS, measured)));
        }
        ensure!(items(&server)? == sent, "there are not as many items as messages");
        // The second run comes to times of the first again, perhaps from other sensors.
        let points = points(&server)?;
        ensure!((3 * most..=3 * sent).contains(&points), "{points} points of {sent} messages");
    }
    let Some(influx) = in_path("influxd") else { return Ok(()) };
    if options.wants(THEIRS) && options.node_red.is_file() && options.dynalite.is_file() {
        let place = tempfile::tempdir_in(folder)?;
        let folder = |name: &str| -> Result<std::path::PathBuf> {
            let folder = place.path().join(name);
            std::fs::create_dir(&folder)?;
            Ok(folder)
        };
        let table = Server::start(Kind::Dynalite, &options.dynalite, &folder("table")?)?;
        setup::create_table(&table)?;
        let series = Store::start(stores::Kind::Influx, &influx, &folder("series")?)?;
        let wired = |broker| flows(broker, table.address(), series.address());
        let peers = Peers::start_with(&options.node_red, &folder("flow")?, wired)?;
        let mut sent = 0;
        for window in WINDOWS {
            let mut flow = peers.flow(window);
            flow.is_timed = true;
            flow.pids.extend([table.pid(), series.pid()?]);
            let measured = flow.run(options.time)?;
            sent += measured.sent;
            results.push((THEIRS, window, told(round, THEIRS, measured)));
        }
        ensure!(items(&table)? == sent, "there are not as many items as messages");
    }
    Ok(())
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

/// In, parse, keep what is hot; put, write, and out.
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
    let function = |id: &str, func: &str, to: &str| json!({ "id": id, "z": "tab", "type": "function", "func": func, "wires": [[to]] });
    let request = |id: &str, to: &str| {
        json!({ "id": id, "z": "tab", "type": "http request", "method": "POST", "ret": "txt",
                "paytoqs": "ignore", "url": "", "persist": true, "wires": [[to]] })
    };
    json!([
        { "id": "tab", "type": "tab", "label": "flow" },
        { "id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": broker.port(),
          "clientid": "node-red", "protocolVersion": "4", "keepalive": "60", "cleansession": true },
        { "id": "in", "z": "tab", "type": "mqtt in", "topic": "in/#", "qos": "1", "datatype": "json",
          "broker": "broker", "wires": [["hot"]] },
        { "id": "hot", "z": "tab", "type": "switch", "property": "payload.temperature",
          "propertyType": "msg", "rules": [{ "t": "gte", "v": "40", "vt": "num" }],
          "wires": [["put"]] },
        function("put", &put, "table"),
        request("table", "write"),
        function("write", &write, "series"),
        request("series", "answer"),
        function("answer", out, "out"),
        { "id": "out", "z": "tab", "type": "mqtt out", "topic": "", "qos": "1", "broker": "broker",
          "wires": [] },
    ])
}

pub(crate) fn table(results: &Results) -> String {
    let mut text = String::new();
    for window in WINDOWS {
        let ours = median(results, OURS, window, |measured| measured.per_sec);
        if results.iter().all(|(name, ..)| *name != OURS && *name != THEIRS) {
            continue;
        }
        let of_each = if window == 1 { "one message" } else { "a hundred messages" };
        text.push_str(&format!(
            "\n| {of_each} of each publisher under way | CPU per message, µs | messages, /s | \
             ours ÷ it |\n| --- | ---: | ---: | ---: |\n"
        ));
        for name in [OURS, THEIRS] {
            let micros = median(results, name, window, |measured| measured.cpu_micros);
            let rate = median(results, name, window, |measured| measured.per_sec);
            if let (Some(micros), Some(rate)) = (micros, rate) {
                let times = ours.map_or("–".to_owned(), |ours| format!("{:.1}", ours / rate));
                text.push_str(&format!("| {name} | {micros:.1} | {rate:.0} | {times} |\n"));
            }
        }
    }
    text
}
