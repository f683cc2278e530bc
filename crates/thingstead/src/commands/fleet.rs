//! The service `iot` as `export` and `import` ask it, and the folder that they share.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::client::{Call, Client};

/// What stands in a path or a query as it is.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// AWS's largest page.
const PAGE_ITEMS: &str = "250";

#[derive(Debug)]
pub(super) struct Fleet(pub(super) Client);

impl Fleet {
    pub(super) async fn get(&self, path: &str) -> Result<Value> {
        self.ask("GET", path, "", &[], None).await
    }

    pub(super) async fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.ask(method, path, "", &[], Some(body)).await
    }

    /// Attaches a certificate to a thing.
    pub(super) async fn attach(&self, thing: &str, principal: &str) -> Result<Value> {
        let path = format!("/things/{}/principals", encode(thing));
        let headers = [("x-amzn-principal", principal)];
        self.ask("PUT", &path, "", &headers, None).await
    }

    /// All items of a list, whose pages are asked for with these two names.
    pub(super) async fn list(
        &self,
        list: &List<'_>,
        headers: &[(&str, &str)],
    ) -> Result<Vec<Value>> {
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let mut query = vec![(list.size, PAGE_ITEMS)];
            query.extend(token.as_deref().map(|token| (list.token, token)));
            // Signed as it is sent, so in the order that is signed.
            query.sort_unstable();
            let query: Vec<String> =
                query.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
            let mut page =
                self.ask(list.method, list.path, &query.join("&"), headers, None).await?;
            items.extend(page[list.key].as_array_mut().map(std::mem::take).unwrap_or_default());
            match page[list.next].as_str() {
                Some(next) => token = Some(next.to_owned()),
                None => return Ok(items),
            }
        }
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        query: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Value> {
        let call = Call { service: "iot", method, path, query, headers, body };
        self.0.call(&call).await
    }
}

/// A list that comes in pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct List<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    /// The field of its items.
    pub(super) key: &'a str,
    size: &'a str,
    token: &'a str,
    next: &'a str,
}

impl<'a> List<'a> {
    pub(super) fn by_token(path: &'a str, key: &'a str) -> List<'a> {
        let (size, token, next) = ("maxResults", "nextToken", "nextToken");
        List { method: "GET", path, key, size, token, next }
    }

    pub(super) fn by_marker(method: &'a str, path: &'a str, key: &'a str) -> List<'a> {
        let (size, token, next) = ("pageSize", "marker", "nextMarker");
        List { method, path, key, size, token, next }
    }
}

/// A name as it stands in a path.
pub(super) fn encode(name: &str) -> String {
    utf8_percent_encode(name, &PLAIN).to_string()
}

/// A folder of answers: `list-things.json`, `describe-thing-group/hall.json`.
#[derive(Debug)]
pub(super) struct Folder<'a>(pub(super) &'a Path);

impl Folder<'_> {
    pub(super) fn write(&self, file: &str, value: &Value) -> Result<()> {
        let path = self.path(file);
        let parent = path.parent().unwrap_or(self.0);
        let cannot = || format!("{} cannot be written", path.display());
        std::fs::create_dir_all(parent).with_context(cannot)?;
        let text = serde_json::to_string_pretty(value)?;
        std::fs::write(&path, text + "\n").with_context(cannot)
    }

    /// The answer in a file; nothing if there is no such file.
    pub(super) fn read(&self, file: &str) -> Result<Option<Value>> {
        let path = self.path(file);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read", path.display()));
            }
        };
        let value = serde_json::from_str(&text);
        value.map(Some).with_context(|| format!("{} is no JSON", path.display()))
    }

    /// The items of the list in a file.
    pub(super) fn items(&self, file: &str, key: &str) -> Result<Vec<Value>> {
        let mut answer = self.read(file)?.unwrap_or_default();
        Ok(answer[key].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.join(format!("{file}.json"))
    }
}
