//! Making functions, changing them, and taking them away.

use std::collections::BTreeMap;

use model::FunctionName;
use records::encode;
use stdx::clock::UnixMillis;

use crate::code::{Code, NewCode};
use crate::error::BlueprintError;
use crate::function::{Function, Version, check_tags, random_uuid};
use crate::key::{FUNCTIONS, VERSIONS, numbered};
use crate::qualifier::Qualifier;
use crate::settings::{Settings, check_environment};
use crate::store::{Blueprints, function_in};

/// A function that is to be made.
#[derive(Debug)]
pub struct Draft {
    pub name: FunctionName,
    pub settings: Settings,
    pub environment: BTreeMap<String, String>,
    pub code: NewCode,
    pub tags: BTreeMap<String, String>,
    /// Whether version 1 is published at once.
    pub publish: bool,
}

/// What is to change in a function's settings; nothing stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub runtime: Option<String>,
    pub handler: Option<String>,
    pub role_arn: Option<String>,
    pub description: Option<String>,
    pub timeout_secs: Option<u32>,
    pub memory_mb: Option<u32>,
    pub ephemeral_mb: Option<u32>,
    pub tracing: Option<String>,
    pub layers: Option<Vec<String>>,
    pub log_group: Option<Option<String>>,
    pub dead_letters_arn: Option<Option<String>>,
    pub environment: Option<BTreeMap<String, String>>,
}

impl Change {
    fn apply(self, settings: &mut Settings) {
        fn take<T>(field: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *field = new;
            }
        }
        take(&mut settings.runtime, self.runtime);
        take(&mut settings.handler, self.handler);
        take(&mut settings.role_arn, self.role_arn);
        take(&mut settings.description, self.description);
        take(&mut settings.timeout_secs, self.timeout_secs);
        take(&mut settings.memory_mb, self.memory_mb);
        take(&mut settings.ephemeral_mb, self.ephemeral_mb);
        take(&mut settings.tracing, self.tracing);
        take(&mut settings.layers, self.layers);
        take(&mut settings.log_group, self.log_group);
        take(&mut settings.dead_letters_arn, self.dead_letters_arn);
    }
}

impl Blueprints {
    /// Makes a function. Answers it, and the version that was published.
    pub async fn create(
        &self,
        draft: Draft,
        now: UnixMillis,
    ) -> Result<(Function, Option<Version>), BlueprintError> {
        let Draft { name, settings, environment, code, tags, publish } = draft;
        settings.check()?;
        check_environment(environment.iter())?;
        check_tags(&tags)?;
        let latest = Version {
            number: None,
            settings,
            environment: self.sealed(&name, &environment),
            code: code.code().clone(),
            revision: random_uuid(),
            modified_at: now,
        };
        let function = Function {
            name,
            latest,
            last_number: 0,
            created_at: now,
            tags,
            aliases: BTreeMap::new(),
            policies: BTreeMap::new(),
            invoke_configs: BTreeMap::new(),
            reserved_concurrency: None,
        };
        self.decide(move |present| {
            let mut function = function;
            let name = function.name.clone();
            if function_in(present, &name)?.is_some() {
                return Err(BlueprintError::FunctionExists { name: name.to_string() });
            }
            let published = publish.then(|| function.next_version(None, now));
            if let Some(version) = &published {
                present.put(
                    VERSIONS,
                    numbered(name.as_str(), function.last_number),
                    encode(version),
                );
            }
            present.put(FUNCTIONS, name.as_str(), encode(&function));
            Ok((function, published))
        })
        .await
    }

    /// Changes the settings of `$LATEST`.
    pub async fn update(
        &self,
        name: &FunctionName,
        change: Change,
        revision: Option<String>,
        now: UnixMillis,
    ) -> Result<Function, BlueprintError> {
        if let Some(environment) = &change.environment {
            check_environment(environment.iter())?;
        }
        let sealed = change.environment.as_ref().map(|environment| self.sealed(name, environment));
        self.change(name, move |function| {
            let latest = &mut function.latest;
            latest.check_revision(revision.as_deref())?;
            change.apply(&mut latest.settings);
            latest.settings.check()?;
            if let Some(sealed) = sealed {
                latest.environment = sealed;
            }
            latest.touch(now);
            Ok(function.clone())
        })
        .await
    }

    /// Gives `$LATEST` other code.
    pub async fn update_code(
        &self,
        name: &FunctionName,
        code: NewCode,
        architectures: Option<Vec<String>>,
        revision: Option<String>,
        now: UnixMillis,
    ) -> Result<Function, BlueprintError> {
        let new: Code = code.code().clone();
        let changed = self
            .change(name, move |function| {
                let latest = &mut function.latest;
                latest.check_revision(revision.as_deref())?;
                latest.code = new;
                if let Some(architectures) = architectures {
                    latest.settings.architectures = architectures;
                    latest.settings.check()?;
                }
                latest.touch(now);
                Ok(function.clone())
            })
            .await;
        self.sweep_code().await;
        changed
    }

    /// Takes a function away with all that belongs to it, or one version of it.
    pub async fn delete(
        &self,
        name: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<(), BlueprintError> {
        let number = match qualifier {
            None => None,
            Some(Qualifier::Version(number)) => Some(*number),
            Some(Qualifier::Latest) => {
                let what = "$LATEST version cannot be deleted without deleting the function.";
                return Err(BlueprintError::unfit(what));
            }
            Some(Qualifier::Alias(_)) => {
                return Err(BlueprintError::unfit(
                    "Deletion of aliases is not currently supported.",
                ));
            }
        };
        let (name, not_found) = (name.clone(), self.no_function(name, qualifier));
        let deleted = self
            .decide(move |present| {
                let function = function_in(present, &name)?.ok_or(not_found)?;
                let Some(number) = number else {
                    for number in 1..=function.last_number {
                        present.delete(VERSIONS, numbered(name.as_str(), number));
                    }
                    present.delete(FUNCTIONS, name.as_str());
                    return Ok(());
                };
                let names = function.aliases_of(number);
                if !names.is_empty() {
                    return Err(BlueprintError::Conflict {
                        what: format!("Version {number} is referenced by aliases: {names:?}"),
                    });
                }
                present.delete(VERSIONS, numbered(name.as_str(), number));
                Ok(())
            })
            .await;
        self.sweep_code().await;
        deleted
    }
}

impl Version {
    fn touch(&mut self, now: UnixMillis) {
        self.revision = random_uuid();
        self.modified_at = now;
    }
}

impl Function {
    /// `$LATEST` under a number that no version had.
    pub(crate) fn next_version(&mut self, description: Option<String>, now: UnixMillis) -> Version {
        self.last_number += 1;
        let mut version = self.latest.clone();
        version.number = Some(self.last_number);
        version.touch(now);
        if let Some(description) = description {
            version.settings.description = description;
        }
        version
    }

    fn aliases_of(&self, number: u64) -> Vec<&str> {
        let named = self.aliases.iter().filter(|(_, alias)| alias.names(number));
        named.map(|(name, _)| name.as_str()).collect()
    }
}
