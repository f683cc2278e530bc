//! `thingstead destroy STACK`: takes a stack away.

use anyhow::Result;
use serde_json::json;

use crate::client::Client;
use crate::commands::{say, say_json};
use crate::data::Data;
use crate::stack::destroy;

pub(crate) async fn run(data: &Data, as_json: bool, stack: &str) -> Result<()> {
    let client = Client::new(data)?;
    let mut tell = |line: &str| if as_json { Ok(()) } else { say(line) };
    destroy(&client, stack, &mut tell).await?;
    match as_json {
        true => say_json(&json!({ "stack": stack, "status": "DELETE_COMPLETE" })),
        false => say(format!("{stack} is gone")),
    }
}
