//! A job to many: every execution is created, and every device that is connected is told.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use testkit::Request;

use crate::fleet::parallel::{Work, done, in_parallel, numbers};
use crate::fleet::server::Server;
use crate::fleet::things::name;
use crate::load::{Client, Load, Script};
use crate::meter::now;
use crate::packets::{PUBLISH, Packet};
use crate::report::{Figure, Figures};

const CALLERS: usize = 8;

/// Devices that are connected and subscribe to what is told of their jobs.
const CONNECTED: usize = 1_000;

/// How long the job may take; it takes seconds.
const PATIENCE: Duration = Duration::from_secs(120);

const GROUP: &str = "all";

pub(crate) fn run(server: &Server, count: usize) -> Result<Figures> {
    let mut caller = server.caller();
    let group = caller.call("iot", "POST", &format!("/thing-groups/{GROUP}"), "{}")?;
    let group = group["thingGroupArn"].as_str().context("the group has an ARN")?.to_owned();
    let request = |number| {
        let body = format!(r#"{{"thingGroupName":"{GROUP}","thingName":"{}"}}"#, name(number));
        Request::by_path("iot", "PUT", "/thing-groups/addThingToThingGroup", body)
    };
    let work = Work { request, check: done };
    in_parallel(CALLERS, || server.caller(), numbers(count), &work)?;
    // The server ends connections that nobody uses for half a minute.
    let mut caller = server.caller();
    let mut told = Told { of: vec![false; CONNECTED.min(count)] };
    let mut load = Load::new()?;
    let mqtt = server.mqtt.context("jobs need MQTT")?;
    for number in 0..told.of.len() as u64 {
        let (id, topic) = (name(number), format!("$aws/things/{}/jobs/notify-next", name(number)));
        load.open(mqtt, Client::subscriber(&id, &topic, 1))?;
    }
    let (before, began) = (server.cpu()?, now());
    let body = format!(
        r#"{{"targets":["{group}"],"document":"{{\"operation\":\"update\",\"version\":7}}"}}"#
    );
    caller.call("iot", "PUT", "/jobs/to-all", &body)?;
    while !(told.all() && queued(&mut caller)? == count as u64) {
        ensure!(began.elapsed() < PATIENCE, "the job did not reach all");
        load.turn(&mut told, Duration::from_millis(50))?;
    }
    let cpu = (server.cpu()? - before).as_secs_f64();
    Ok(Figures::default().with(Figure::new("job to all things: CPU", "s", cpu)).with(Figure::new(
        "job to all things: time",
        "s",
        began.elapsed().as_secs_f64(),
    )))
}

fn queued(caller: &mut testkit::Caller) -> Result<u64> {
    let job = caller.call("iot", "GET", "/jobs/to-all", "")?;
    Ok(job["job"]["jobProcessDetails"]["numberOfQueuedThings"].as_u64().unwrap_or(0))
}

/// Which devices were told of the job.
struct Told {
    of: Vec<bool>,
}

impl Told {
    fn all(&self) -> bool {
        self.of.iter().all(|told| *told)
    }
}

impl Script for Told {
    fn on_packet(&mut self, line: usize, packet: Packet<'_>, out: &mut Vec<u8>) {
        if packet.kind() == PUBLISH {
            self.of[line] = true;
            if let Some(id) = packet.id() {
                crate::packets::puback(out, id);
            }
        }
    }
}
