//! Reading parameters: one, its history, or all below a path.

use bytes::Bytes;
use records::{Page, decode, find, page_where};

use crate::error::ParameterError;
use crate::name::{ParameterName, Selector};
use crate::parameter::{Head, Parameter, StoredVersion, Version};
use crate::store::{PARAMETERS, Parameters};

/// AWS's limit for a page of a history.
pub const HISTORY_MAX: usize = 50;

/// How deep below a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    OneLevel,
    All,
}

impl Parameters {
    /// A parameter at a version, its value open if it is wanted so.
    pub fn get(
        &self,
        name: &ParameterName,
        selector: &Selector,
        is_open: bool,
    ) -> Result<Parameter, ParameterError> {
        let snapshot = self.snapshot();
        let head = self.head(&snapshot, name)?;
        let not_found = |version: String| ParameterError::VersionNotFound {
            name: name.as_str().to_owned(),
            version,
        };
        let number = match selector {
            Selector::Newest => head.newest.number,
            Selector::Version(number) => *number,
            Selector::Label(label) => {
                *head.labels.get(label).ok_or_else(|| not_found(label.clone()))?
            }
        };
        let stored = if number == head.newest.number {
            head.newest.clone()
        } else {
            let older = self.older(&snapshot, name, number)?;
            older.ok_or_else(|| not_found(number.to_string()))?
        };
        let (name, kind) = (name.clone(), head.kind);
        let version = self.shown(&name, &head, stored, is_open)?;
        Ok(Parameter { name, kind, version })
    }

    /// Versions from one on, the oldest first, and the number to go on with.
    pub fn history(
        &self,
        name: &ParameterName,
        from: u64,
        limit: usize,
        is_open: bool,
    ) -> Result<(Vec<Parameter>, Option<u64>), ParameterError> {
        let snapshot = self.snapshot();
        let head = self.head(&snapshot, name)?;
        let (from, newest) = (from.max(head.oldest), head.newest.number);
        let until = newest.min(from.saturating_add(limit as u64 - 1));
        let mut versions = Vec::new();
        for number in from..=until {
            let stored = match number == newest {
                true => Some(head.newest.clone()),
                false => self.older(&snapshot, name, number)?,
            };
            let Some(stored) = stored else { continue };
            let version = self.shown(name, &head, stored, is_open)?;
            versions.push(Parameter { name: name.clone(), kind: head.kind, version });
        }
        Ok((versions, (until < newest).then_some(until + 1)))
    }

    /// Those below a path (`/prod`), in the order of their names, that are wanted.
    pub fn below(
        &self,
        path: &str,
        depth: Depth,
        after: Option<&str>,
        limit: usize,
        is_open: bool,
        is_wanted: impl Fn(&Parameter) -> bool,
    ) -> Result<Page<Parameter>, ParameterError> {
        let path = path.trim_end_matches('/');
        // Names of one level may leave the slash out: they are below the root, too.
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let is_within = |rest: &str| {
            let rest = rest.strip_prefix('/').unwrap_or(rest);
            depth == Depth::All || !rest.contains('/')
        };
        self.list(&prefix, after, limit, is_open, |rest, parameter, _| {
            is_within(rest) && is_wanted(parameter)
        })
    }

    /// Those whose names begin so, that are wanted by the rest of their names, themselves, and tags.
    pub fn list(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
        is_open: bool,
        is_wanted: impl Fn(&str, &Parameter, &std::collections::BTreeMap<String, String>) -> bool,
    ) -> Result<Page<Parameter>, ParameterError> {
        let read = |rest: &str, value: &Bytes| {
            let head: Head = decode(value)?;
            let name = ParameterName::new(&format!("{prefix}{rest}"))
                .map_err(|_| records::RecordError::Key)?;
            let version = head.shown(head.newest.clone());
            let parameter = Parameter { name, kind: head.kind, version };
            Ok(is_wanted(rest, &parameter, &head.tags).then_some(parameter))
        };
        let page = page_where(&self.snapshot(), PARAMETERS, prefix, after, limit, read)?;
        let mut items = page.items;
        for parameter in items.iter_mut().filter(|_| is_open) {
            let Version { number, value, .. } = &mut parameter.version;
            let (stored, kind) = (std::mem::take(value), parameter.kind);
            *value = self.opened(&parameter.name, kind, *number, stored)?;
        }
        Ok(Page { items, next: page.next })
    }

    pub fn tags(
        &self,
        name: &ParameterName,
    ) -> Result<std::collections::BTreeMap<String, String>, ParameterError> {
        Ok(self.head(&self.snapshot(), name)?.tags)
    }

    fn head(&self, snapshot: &kv::Snapshot, name: &ParameterName) -> Result<Head, ParameterError> {
        let found = find::<Head>(snapshot, PARAMETERS, name.as_str())?;
        let not_found = || ParameterError::NotFound { name: name.as_str().to_owned() };
        Ok(found.ok_or_else(not_found)?.record)
    }

    fn shown(
        &self,
        name: &ParameterName,
        head: &Head,
        stored: StoredVersion,
        is_open: bool,
    ) -> Result<Version, ParameterError> {
        let mut version = head.shown(stored);
        if is_open {
            version.value = self.opened(name, head.kind, version.number, version.value)?;
        }
        Ok(version)
    }
}
