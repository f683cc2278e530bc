//! Takes a stack away, with the code that was brought for it.

use anyhow::{Result, bail};

use super::artefacts;
use super::calls::{call, describe, named};
use super::follow::{follow, mark};
use crate::client::Client;

pub(crate) async fn destroy(
    client: &Client,
    stack: &str,
    tell: &mut (dyn FnMut(&str) -> Result<()> + Send),
) -> Result<()> {
    let Some(before) = describe(client, stack).await? else {
        bail!("there is no stack {stack}; see: aws cloudformation list-stacks");
    };
    let mark = mark(client, &before.id).await?;
    call(client, "DeleteStack", &named(&before.id)).await?;
    let followed = follow(client, &before.id, mark, tell).await?;
    let now = followed.stack;
    if now.status != "DELETE_COMPLETE" {
        let why = followed.failure.unwrap_or(now.reason);
        bail!("{why}; {stack} is {}", now.status);
    }
    artefacts::remove(client, stack).await
}
