//! Lists in pages, in the order of the keys.

use std::ops::Bound;

use bytes::Bytes;
use kv::{Direction, Snapshot, Space};

use crate::mutate::StoreError;
use crate::record::RecordError;

/// AWS's largest page.
pub const PAGE_ITEMS_MAX: usize = 250;

/// Some items of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins: what to pass as `after`. Nothing at the end.
    pub next: Option<String>,
}

/// The entries whose keys begin with `prefix`, from behind `after` on, which is a key without the
/// prefix. `read` is given the rest of each key and the value.
pub fn page<T>(
    snapshot: &Snapshot,
    space: Space,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
    read: impl Fn(&str, &Bytes) -> Result<T, RecordError>,
) -> Result<Page<T>, StoreError> {
    let limit = limit.clamp(1, PAGE_ITEMS_MAX);
    let start = format!("{prefix}{}", after.unwrap_or_default());
    let start = match after {
        Some(_) => Bound::Excluded(start.as_bytes()),
        None => Bound::Included(start.as_bytes()),
    };
    let mut page = Page { items: Vec::new(), next: None };
    let mut last = String::new();
    for entry in snapshot.range(space, (start, Bound::Unbounded), Direction::Forward)? {
        let (key, value) = entry?;
        let key = std::str::from_utf8(&key).map_err(|_| RecordError::Key)?;
        let Some(rest) = key.strip_prefix(prefix) else { break };
        if page.items.len() == limit {
            page.next = Some(last);
            break;
        }
        page.items.push(read(rest, &value)?);
        rest.clone_into(&mut last);
    }
    Ok(page)
}
