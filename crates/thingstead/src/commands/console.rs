//! `thingstead console`: a link that signs in whoever follows it, once.

use anyhow::Result;
use serde_json::json;

use crate::client::Client;
use crate::commands::{say, say_json, text};
use crate::data::Data;

pub(crate) async fn run(data: &Data, as_json: bool) -> Result<()> {
    let answer = Client::new(data)?.own("CreateConsoleLink", &json!({})).await?;
    if as_json {
        return say_json(&answer);
    }
    say(text(&answer, "url"))
}
