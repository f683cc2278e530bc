//! The store of functions, and the way of its writes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kv::{Present, Snapshot, Store};
use model::{FunctionName, Home};
use records::{Page, StoreError, decode, encode, find, page};
use seal::Seal;

use crate::code::CodeFiles;
use crate::error::BlueprintError;
use crate::event_lines::EventLines;
use crate::function::{Function, Version, check_tags};
use crate::key::{FUNCTIONS, VERSIONS, numbered};
use crate::qualifier::Qualifier;

/// What environments are sealed for.
const PURPOSE: &str = "functions";

/// What tells a link from an environment; no function has this name.
const LINK: &str = "code:link";

/// What a decision keeps and writes, about: a function with its aliases and permissions.
pub(crate) const DECISION_BYTES: usize = 64 * 1024;

/// Functions. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Blueprints {
    pub(crate) store: Store,
    pub(crate) home: Home,
    pub(crate) files: CodeFiles,
    pub(crate) lines: Arc<EventLines>,
    seal: Arc<Seal>,
}

impl Blueprints {
    /// Records in this store, code in this directory, which is made when it is needed.
    pub fn open(store: Store, home: Home, directory: &Path) -> Result<Blueprints, StoreError> {
        let seal = Arc::new(Seal::open(&store, PURPOSE)?);
        let lines = Arc::new(EventLines::open(&store)?);
        Ok(Blueprints { store, home, files: CodeFiles::new(directory), lines, seal })
    }

    /// The account and region of every ARN.
    pub fn home(&self) -> &Home {
        &self.home
    }

    pub fn arn(&self, name: &FunctionName, qualifier: Option<&Qualifier>) -> String {
        let qualifier = qualifier.map(Qualifier::text);
        self.home.function(name.as_str(), qualifier.as_deref()).to_string()
    }

    pub fn function(&self, name: &FunctionName) -> Result<Function, BlueprintError> {
        let found = find::<Function>(&self.snapshot(), FUNCTIONS, name.as_str())?;
        Ok(found.ok_or_else(|| self.no_function(name, None))?.record)
    }

    /// A function, and the version that is meant; of an alias, the one that gets most.
    pub fn version(
        &self,
        name: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<(Function, Version), BlueprintError> {
        let function = self.function(name)?;
        let number = match qualifier {
            None | Some(Qualifier::Latest) => None,
            Some(Qualifier::Version(number)) => Some(*number),
            Some(Qualifier::Alias(alias)) => {
                let found = function.aliases.get(alias);
                found.ok_or_else(|| self.no_function(name, qualifier))?.version
            }
        };
        let version = match number {
            None => function.latest.clone(),
            Some(number) => self.published(name, number)?,
        };
        Ok((function, version))
    }

    /// A published version.
    pub fn published(&self, name: &FunctionName, number: u64) -> Result<Version, BlueprintError> {
        let found = find::<Version>(&self.snapshot(), VERSIONS, &numbered(name.as_str(), number))?;
        let not_found = || self.no_function(name, Some(&Qualifier::Version(number)));
        Ok(found.ok_or_else(not_found)?.record)
    }

    /// Functions in the order of their names.
    pub fn functions(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Function>, BlueprintError> {
        Ok(page(&self.snapshot(), FUNCTIONS, "", after, limit, |_, value| decode(value))?)
    }

    /// What the environment of a version says.
    pub fn environment(
        &self,
        name: &FunctionName,
        version: &Version,
    ) -> Result<BTreeMap<String, String>, BlueprintError> {
        let Some(sealed) = &version.environment else { return Ok(BTreeMap::new()) };
        let plain = self.seal.open_text(name.as_str(), sealed);
        let plain = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
        plain.ok_or(BlueprintError::Sealed)
    }

    /// Bound to the function, so that it cannot be put into the place of another's.
    pub(crate) fn sealed(
        &self,
        name: &FunctionName,
        environment: &BTreeMap<String, String>,
    ) -> Option<String> {
        if environment.is_empty() {
            return None;
        }
        let plain = serde_json::to_vec(environment).expect("texts are JSON");
        Some(self.seal.seal(name.as_str(), plain))
    }

    /// Seals what a link to code says.
    pub fn sealed_link(&self, text: Vec<u8>) -> String {
        self.seal.seal(LINK, text)
    }

    /// What a link says that was sealed here.
    pub fn opened_link(&self, token: &str) -> Option<Vec<u8>> {
        self.seal.open_text(LINK, token)
    }

    pub async fn tag(
        &self,
        name: &FunctionName,
        tags: BTreeMap<String, String>,
    ) -> Result<(), BlueprintError> {
        self.change(name, move |function| {
            function.tags.extend(tags);
            check_tags(&function.tags)
        })
        .await
    }

    /// Tags that are not there are no error.
    pub async fn untag(
        &self,
        name: &FunctionName,
        keys: Vec<String>,
    ) -> Result<(), BlueprintError> {
        self.change(name, move |function| {
            function.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
    }

    /// How many of the account's concurrent invocations are kept for a function.
    pub async fn reserve_concurrency(
        &self,
        name: &FunctionName,
        reserved: Option<u32>,
    ) -> Result<(), BlueprintError> {
        self.change(name, move |function| {
            function.reserved_concurrency = reserved;
            Ok(())
        })
        .await
    }

    pub(crate) async fn change<T: Send + Sync + 'static>(
        &self,
        name: &FunctionName,
        change: impl FnOnce(&mut Function) -> Result<T, BlueprintError> + Send + Sync + 'static,
    ) -> Result<T, BlueprintError> {
        let (name, not_found) = (name.clone(), self.no_function(name, None));
        self.decide(move |present| {
            let mut function = function_in(present, &name)?.ok_or(not_found)?;
            let changed = change(&mut function)?;
            present.put(FUNCTIONS, name.as_str(), encode(&function));
            Ok(changed)
        })
        .await
    }

    pub(crate) async fn decide<T: Send + Sync + 'static>(
        &self,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, BlueprintError> + Send + Sync + 'static,
    ) -> Result<T, BlueprintError> {
        records::decide(&self.store, DECISION_BYTES, decide).await
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    pub(crate) fn no_function(
        &self,
        name: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> BlueprintError {
        BlueprintError::NoFunction { arn: self.arn(name, qualifier) }
    }
}

pub(crate) fn function_in(
    present: &mut Present<'_>,
    name: &FunctionName,
) -> Result<Option<Function>, BlueprintError> {
    let stored = present.get(FUNCTIONS, name.as_str().as_bytes())?;
    Ok(stored.map(|bytes| decode(&bytes)).transpose()?)
}
