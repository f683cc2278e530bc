//! Node-RED between two topics of mosquitto.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::broker::{Process, free_address, mortal};
use crate::meter::now;
use crate::rules::flow::{Flow, NextAfter};

pub(crate) const NAME: &str = "Node-RED and mosquitto: switch, change, publish anew";

const START_TIMEOUT: Duration = Duration::from_secs(60);
const START_POLL: Duration = Duration::from_millis(50);

/// For Node-RED to subscribe once it listens.
const SUBSCRIBED: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Peers {
    broker: SocketAddr,
    mosquitto: Process,
    node_red: Process,
}

impl Peers {
    pub(crate) fn start(node_red: &Path, folder: &Path) -> Result<Peers> {
        Peers::start_with(node_red, folder, flows)
    }

    /// With nodes that are made for the broker's address.
    pub(crate) fn start_with(
        node_red: &Path,
        folder: &Path,
        flows: impl FnOnce(SocketAddr) -> Value,
    ) -> Result<Peers> {
        let broker = free_address()?;
        let settings = format!(
            "listener {} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\n\
             max_inflight_messages 100\nmax_queued_messages 0\nlog_type error\nuser root\n",
            broker.port(),
        );
        std::fs::write(folder.join("mosquitto.conf"), settings)?;
        let mut command = mortal(Path::new("/usr/sbin/mosquitto"));
        command.arg("-c").arg(folder.join("mosquitto.conf"));
        let mosquitto = spawn(command, folder, "mosquitto")?;
        await_door(broker).context("mosquitto")?;
        let admin = free_address()?;
        std::fs::write(
            folder.join("settings.js"),
            "module.exports = { uiHost: '127.0.0.1', flowFile: 'flows.json', logging: { console: { level: 'warn' } } };\n",
        )?;
        std::fs::write(folder.join("flows.json"), flows(broker).to_string())?;
        let mut command = mortal(node_red);
        command.arg("-u").arg(folder).arg("-p").arg(admin.port().to_string());
        command.arg("-s").arg(folder.join("settings.js"));
        let node_red = spawn(command, folder, "node-red")?;
        await_door(admin).context("Node-RED")?;
        std::thread::sleep(SUBSCRIBED);
        Ok(Peers { broker, mosquitto, node_red })
    }

    pub(crate) fn flow(&self, window: u16) -> Flow {
        Flow {
            window,
            // mosquitto acknowledges what Node-RED has not seen yet.
            next_after: NextAfter::Delivery,
            broker: self.broker,
            pids: vec![self.mosquitto.id(), self.node_red.id()],
            is_republished: true,
            is_delivered: true,
            is_timed: false,
        }
    }
}

/// In, parse, keep what is hot, select, out.
fn flows(broker: SocketAddr) -> Value {
    let select = "const p = msg.payload; msg.payload = { sensor_id: p.sensor_id, t: p.temperature, \
                  zone: p.zone }; msg.topic = 'out/' + msg.topic.split('/')[1]; return msg;";
    flow_of(broker, vec![function("first", select, "out")])
}

/// What is hot goes to the node `first` of these, and what one of them hands to `out` is published.
pub(crate) fn flow_of(broker: SocketAddr, between: Vec<Value>) -> Value {
    let mut nodes = vec![
        json!({ "id": "tab", "type": "tab", "label": "flow" }),
        json!({ "id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": broker.port(),
                "clientid": "node-red", "protocolVersion": "4", "keepalive": "60",
                "cleansession": true }),
        json!({ "id": "in", "z": "tab", "type": "mqtt in", "topic": "in/#", "qos": "1",
                "datatype": "json", "broker": "broker", "wires": [["hot"]] }),
        json!({ "id": "hot", "z": "tab", "type": "switch", "property": "payload.temperature",
                "propertyType": "msg", "rules": [{ "t": "gte", "v": "40", "vt": "num" }],
                "wires": [["first"]] }),
        json!({ "id": "out", "z": "tab", "type": "mqtt out", "topic": "", "qos": "1",
                "broker": "broker", "wires": [] }),
    ];
    nodes.extend(between);
    Value::from(nodes)
}

pub(crate) fn function(id: &str, body: &str, to: &str) -> Value {
    json!({ "id": id, "z": "tab", "type": "function", "func": body, "wires": [[to]] })
}

fn spawn(mut command: Command, folder: &Path, name: &str) -> Result<Process> {
    let log = std::fs::File::create(folder.join(format!("{name}.log")))?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    Ok(Process::new(command.spawn().with_context(|| format!("{name} did not start"))?))
}

fn await_door(address: SocketAddr) -> Result<()> {
    let began = now();
    while std::net::TcpStream::connect(address).is_err() {
        ensure!(began.elapsed() < START_TIMEOUT, "it did not become ready");
        std::thread::sleep(START_POLL);
    }
    Ok(())
}
