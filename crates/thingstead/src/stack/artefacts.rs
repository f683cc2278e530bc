//! The code of a stack's functions, in a bucket of ours: below the stack's name, each by its hash, so what did
//! not change is not brought again, and all of it goes with the stack.

use anyhow::Result;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sigv4::sha256_hex;

use super::xml::Element;
use crate::client::{Answer, Client, RawCall, Refused};

const BUCKET: &str = "thingstead-artefacts";

/// Where an archive is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Artefact {
    pub(super) bucket: String,
    pub(super) key: String,
}

/// Keeps an archive for a stack.
pub(super) async fn put(client: &Client, stack: &str, archive: Vec<u8>) -> Result<Artefact> {
    let key = format!("{stack}/{}.zip", sha256_hex(&archive));
    let artefact = Artefact { bucket: BUCKET.to_owned(), key: key.clone() };
    if head(client, &key).await? {
        return Ok(artefact);
    }
    done(&ask(client, "PUT", &format!("/{BUCKET}"), "", Vec::new()).await?)?;
    done(&ask(client, "PUT", &format!("/{BUCKET}/{key}"), "", archive).await?)?;
    Ok(artefact)
}

/// Takes away all that was kept for a stack, and the bucket with the last of it.
pub(super) async fn remove(client: &Client, stack: &str) -> Result<()> {
    loop {
        let keys = list(client, &format!("{stack}/")).await?;
        if keys.is_empty() {
            break;
        }
        for key in keys {
            done(&ask(client, "DELETE", &format!("/{BUCKET}/{key}"), "", Vec::new()).await?)?;
        }
    }
    if list(client, "").await?.is_empty() {
        let answer = ask(client, "DELETE", &format!("/{BUCKET}"), "", Vec::new()).await?;
        // It may be that it was never there, or that another stack has come.
        if ![404, 409].contains(&answer.status.as_u16()) {
            done(&answer)?;
        }
    }
    Ok(())
}

async fn head(client: &Client, key: &str) -> Result<bool> {
    let answer = ask(client, "HEAD", &format!("/{BUCKET}/{key}"), "", Vec::new()).await?;
    match answer.status.as_u16() {
        404 => Ok(false),
        _ => done(&answer).map(|_| true),
    }
}

/// A page of names.
async fn list(client: &Client, prefix: &str) -> Result<Vec<String>> {
    let prefix = utf8_percent_encode(prefix, NON_ALPHANUMERIC);
    let query = format!("list-type=2&prefix={prefix}");
    let answer = ask(client, "GET", &format!("/{BUCKET}"), &query, Vec::new()).await?;
    if answer.status.as_u16() == 404 {
        return Ok(Vec::new());
    }
    let answered = done(&answer)?;
    Ok(answered.all("Contents").map(|object| object.text_of("Key").to_owned()).collect())
}

async fn ask(
    client: &Client,
    method: &str,
    path: &str,
    query: &str,
    body: Vec<u8>,
) -> Result<Answer> {
    let body = Bytes::from(body);
    let call = RawCall { service: "s3", method, path, query, headers: &[], body };
    client.fetch(call).await
}

/// What an answer says, if it is no error.
fn done(answer: &Answer) -> Result<Element> {
    let text = String::from_utf8_lossy(&answer.body);
    let said = match text.trim().is_empty() {
        true => Element::default(),
        false => Element::read(&text)?,
    };
    if answer.status.is_success() {
        return Ok(said);
    }
    let code = match said.text_of("Code") {
        "" => answer.status.to_string(),
        code => code.to_owned(),
    };
    Err(Refused { code, message: said.text_of("Message").to_owned() }.into())
}
