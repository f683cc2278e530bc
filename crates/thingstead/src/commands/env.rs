//! `thingstead env`: what AWS clients need to know.

use anyhow::{Result, bail};
use serde_json::json;

use crate::commands::{say, say_json};
use crate::data::Data;
use crate::identity::read_credentials;
use crate::ready::read_ready;

pub(crate) fn run(data: &Data, as_json: bool) -> Result<()> {
    let (Some(ready), Some(credentials)) = (read_ready(&data.ready())?, read_credentials(data)?)
    else {
        bail!("no server runs on {}; start one with: thingstead up", data.root().display());
    };
    let aws = ready.aws.unwrap_or_default();
    let mqtt = ready.mqtts.as_deref().map_or_else(String::new, |mqtts| {
        let port = mqtts.rsplit_once(':').map_or("8883", |(_, port)| port);
        format!("{}:{port}", ready.host)
    });
    let pairs = [
        ("AWS_ENDPOINT_URL", aws.as_str()),
        ("AWS_ACCESS_KEY_ID", &credentials.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_REGION", "us-east-1"),
        ("THINGSTEAD_MQTT_ENDPOINT", &mqtt),
    ];
    if as_json {
        let map: serde_json::Map<_, _> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        return say_json(&map.into());
    }
    for (name, value) in pairs {
        say(format!("export {name}={value}"))?;
    }
    Ok(())
}
