//! `thingstead device …`: devices from the first bundle to their removal.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::cli::DeviceCommand;
use crate::client::Client;
use crate::commands::{say, say_json, text};
use crate::data::{Data, write_private};

pub(crate) async fn run(data: &Data, as_json: bool, command: DeviceCommand) -> Result<()> {
    let client = Client::new(data)?;
    match command {
        DeviceCommand::Add { name, policy, out } => {
            add(&client, as_json, &name, policy.as_deref(), out).await
        }
        DeviceCommand::List => list(&client, as_json).await,
        DeviceCommand::Show { name } => {
            let device = client.own("ShowDevice", &json!({ "name": name })).await?;
            if as_json { say_json(&device) } else { say(shown(&device)) }
        }
        DeviceCommand::Deactivate { name } => {
            let device = client.own("DeactivateDevice", &json!({ "name": name })).await?;
            if as_json {
                return say_json(&device);
            }
            say(shown(&device))?;
            say(format!("{name} is deactivated; its connections are closed"))
        }
        DeviceCommand::Remove { name } => {
            let device = client.own("RemoveDevice", &json!({ "name": name })).await?;
            if as_json { say_json(&device) } else { say(format!("{name} is removed")) }
        }
    }
}

async fn add(
    client: &Client,
    as_json: bool,
    name: &str,
    policy: Option<&Path>,
    out: Option<PathBuf>,
) -> Result<()> {
    let read = |path: &Path| {
        std::fs::read_to_string(path)
            .with_context(|| format!("the policy {} cannot be read", path.display()))
    };
    let policy_document = policy.map(read).transpose()?;
    let folder = out.unwrap_or_else(|| PathBuf::from(name));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    let input = json!({ "name": name, "policyDocument": policy_document });
    let device = client.own("AddDevice", &input).await?;
    let guide = Guide::of(client, name);
    write_private(&folder.join("private.key"), text(&device, "privateKey"))?;
    write_private(&folder.join("certificate.pem"), text(&device, "certificatePem"))?;
    write_private(&folder.join("root-ca.pem"), text(&device, "rootCertificatePem"))?;
    write_private(&folder.join("CONNECT.md"), &guide.text())?;
    if as_json {
        return say_json(&json!({
            "name": name,
            "folder": folder,
            "certificateId": device["certificateId"],
            "policy": device["policy"],
        }));
    }
    say(format!("{name} is registered; its key and certificate are in {}", folder.display()))?;
    say("the key is nowhere else: keep it safe, and give each device its own")?;
    say(format!("try it from here (more in {}):\n", folder.join("CONNECT.md").display()))?;
    say(format!("  {}", guide.mosquitto_pub(&folder)))
}

async fn list(client: &Client, as_json: bool) -> Result<()> {
    let mut token = Value::Null;
    let mut devices = Vec::new();
    loop {
        let page = client.own("ListDevices", &json!({ "nextToken": token })).await?;
        devices.extend(page["devices"].as_array().into_iter().flatten().cloned());
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    if as_json {
        return say_json(&devices.into());
    }
    if devices.is_empty() {
        return say("there are no devices; add one with: thingstead device add NAME");
    }
    for device in &devices {
        say(shown(device))?;
    }
    Ok(())
}

fn shown(device: &Value) -> String {
    let state = if device["isConnected"] == json!(true) { "connected" } else { "not connected" };
    let mut lines = vec![format!("{}  {state}", text(device, "name"))];
    for certificate in device["certificates"].as_array().into_iter().flatten() {
        let policies: Vec<&str> = certificate["policies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        lines.push(format!(
            "  certificate {}  {}  policies: {}",
            text(certificate, "certificateId"),
            text(certificate, "status"),
            if policies.is_empty() { "none".to_owned() } else { policies.join(", ") },
        ));
    }
    lines.join("\n")
}

/// How a device connects, in lines that can be copied.
struct Guide {
    name: String,
    host: String,
    port: String,
}

impl Guide {
    fn of(client: &Client, name: &str) -> Guide {
        let mqtts = client.ready.mqtts.as_deref().unwrap_or(":8883");
        let (address, port) = mqtts.rsplit_once(':').unwrap_or((mqtts, "8883"));
        // A door on all addresses is dialled by this host's name; one on loopback, by localhost.
        let is_open = address == "0.0.0.0" || address == "[::]";
        let host = if is_open { client.ready.host.clone() } else { "localhost".to_owned() };
        Guide { name: name.to_owned(), host, port: port.to_owned() }
    }

    fn mosquitto_pub(&self, folder: &Path) -> String {
        let Guide { name, port, .. } = self;
        let folder = folder.display();
        format!(
            "mosquitto_pub -h localhost -p {port} --cafile {folder}/root-ca.pem \
             --cert {folder}/certificate.pem --key {folder}/private.key \
             -i {name} -t {name}/hello -q 1 -m 'Hello'"
        )
    }

    fn text(&self) -> String {
        let Guide { name, host, port } = self;
        include_str!("connect.md").replace("NAME", name).replace("HOST", host).replace("PORT", port)
    }
}
