//! What is said when every door is open.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;
use aws::Endpoints;

use crate::commands::say;
use crate::data::Data;
use crate::doors::host;
use crate::ready::Ready;

/// How long the first link to the console is good: somebody reads what is said here, and looks around first.
pub(crate) const FIRST_LINK_SECS: u64 = 60 * 60;

pub(crate) fn ready(data: &Data, endpoints: &Endpoints) -> Ready {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = |address: Option<SocketAddr>| address.map(|address| address.to_string());
    Ready {
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data: absolute(data.root()),
        mqtt: text(endpoints.mqtt),
        mqtts: text(endpoints.mqtts),
        https: text(endpoints.https),
        aws: endpoints.aws.map(|address| format!("http://{address}")),
        console: endpoints.console.clone(),
        root_ca: absolute(&data.root_ca()),
        credentials: absolute(&data.credentials()),
        host: host(),
    }
}

/// `token` is of a link to the console.
pub(crate) fn announce(ready: &Ready, token: &str) -> Result<()> {
    let closed = || "closed".to_owned();
    let shown = |door: &Option<String>| door.clone().unwrap_or_else(closed);
    let console = ready.console.as_ref().map(|url| format!("{url}/login#{token}"));
    say(format!("thingstead {} is up", ready.version))?;
    say(format!("  console, once within the hour   {}", shown(&console)))?;
    say(format!("  devices (MQTT over mutual TLS)  {}", shown(&ready.mqtts)))?;
    say(format!("  devices (HTTPS)                 {}", shown(&ready.https)))?;
    say(format!("  tools on this machine (MQTT)    {}", shown(&ready.mqtt)))?;
    say(format!("  AWS API                         {}", shown(&ready.aws)))?;
    say(format!("  data                            {}", ready.data.display()))?;
    let data = ready.data.display();
    say(format!("next: thingstead --data {data} device add my-device"))
}
