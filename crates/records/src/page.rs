//! Lists in pages, in the order of the keys.

use std::ops::Bound;

use bytes::Bytes;
use kv::{Direction, Snapshot, Space};

use crate::mutate::StoreError;
use crate::record::RecordError;

/// AWS's largest page.
pub const PAGE_ITEMS_MAX: usize = 250;

/// How many entries are looked at for one page. Some ten milliseconds; a filter that takes almost
/// nothing must not read the whole store for one answer.
const PASSED_MAX: usize = 10_000;

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
    page_where(snapshot, space, prefix, after, limit, |rest, value| read(rest, value).map(Some))
}

/// Like [`page`], of those entries that `read` makes something of. A page may hold less than there
/// is room for, and still have a next one.
pub fn page_where<T>(
    snapshot: &Snapshot,
    space: Space,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
    read: impl Fn(&str, &Bytes) -> Result<Option<T>, RecordError>,
) -> Result<Page<T>, StoreError> {
    let limit = limit.clamp(1, PAGE_ITEMS_MAX);
    let start = format!("{prefix}{}", after.unwrap_or_default());
    let start = match after {
        Some(_) => Bound::Excluded(start.as_bytes()),
        None => Bound::Included(start.as_bytes()),
    };
    let mut page = Page { items: Vec::new(), next: None };
    let mut last = String::new();
    let entries = snapshot.range(space, (start, Bound::Unbounded), Direction::Forward)?;
    for (passed, entry) in entries.enumerate() {
        let (key, value) = entry?;
        let key = std::str::from_utf8(&key).map_err(|_| RecordError::Key)?;
        let Some(rest) = key.strip_prefix(prefix) else { break };
        if page.items.len() == limit || passed == PASSED_MAX {
            page.next = Some(last);
            break;
        }
        page.items.extend(read(rest, &value)?);
        rest.clone_into(&mut last);
    }
    Ok(page)
}
