//! Aliases: names for a version, or for two of which each gets its share.

use model::FunctionName;
use serde::{Deserialize, Serialize};

use crate::error::BlueprintError;
use crate::function::{check_revision, random_uuid};
use crate::key::{FUNCTIONS, VERSIONS, numbered};
use crate::qualifier::{Qualifier, is_alias};
use crate::settings::unfit_value;
use crate::store::{Blueprints, function_in};

/// A name for a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    /// Nothing for `$LATEST`.
    pub version: Option<u64>,
    pub description: String,
    /// Another version, and the share of invocations that it gets.
    pub other: Option<(u64, f64)>,
    pub revision: String,
}

/// What is to be said of an alias; nothing stays as it is.
#[derive(Clone, Debug, Default)]
pub struct AliasChange {
    pub version: Option<Qualifier>,
    pub description: Option<String>,
    pub other: Option<Option<(u64, f64)>>,
    pub revision: Option<String>,
}

impl Alias {
    pub(crate) fn names(&self, number: u64) -> bool {
        self.version == Some(number) || self.other.is_some_and(|(other, _)| other == number)
    }

    /// The version that an invocation gets; `dice` is from 0 to 1.
    pub fn choose(&self, dice: f64) -> Option<u64> {
        match self.other {
            Some((other, share)) if dice < share => Some(other),
            _ => self.version,
        }
    }

    pub fn version_text(&self) -> String {
        self.version.map_or_else(|| "$LATEST".to_owned(), |number| number.to_string())
    }
}

impl Blueprints {
    pub async fn create_alias(
        &self,
        name: &FunctionName,
        alias: &str,
        change: AliasChange,
    ) -> Result<Alias, BlueprintError> {
        if !is_alias(alias) {
            let pattern = "Member must satisfy regular expression pattern: \
                           (?!^[0-9]+$)([a-zA-Z0-9-_]+)";
            return Err(unfit_value("name", alias, pattern));
        }
        self.put_alias(name, alias, change, true).await
    }

    pub async fn update_alias(
        &self,
        name: &FunctionName,
        alias: &str,
        change: AliasChange,
    ) -> Result<Alias, BlueprintError> {
        self.put_alias(name, alias, change, false).await
    }

    async fn put_alias(
        &self,
        name: &FunctionName,
        alias: &str,
        change: AliasChange,
        is_new: bool,
    ) -> Result<Alias, BlueprintError> {
        let arn = self.arn(name, Some(&Qualifier::Alias(alias.to_owned())));
        let (blueprints, name, alias) = (self.clone(), name.clone(), alias.to_owned());
        self.decide(move |present| {
            let not_found = || blueprints.no_function(&name, None);
            let mut function = function_in(present, &name)?.ok_or_else(not_found)?;
            let before = match (function.aliases.get(&alias), is_new) {
                (Some(_), true) => return Err(BlueprintError::AliasExists { arn }),
                (None, false) => return Err(BlueprintError::NoAlias { arn }),
                (Some(before), false) => {
                    check_revision(&before.revision, change.revision.as_deref())?;
                    before.clone()
                }
                (None, true) => Alias {
                    version: None,
                    description: String::new(),
                    other: None,
                    revision: String::new(),
                },
            };
            let changed = Alias {
                version: match change.version {
                    None => before.version,
                    Some(Qualifier::Version(number)) => Some(number),
                    Some(Qualifier::Latest) => None,
                    Some(Qualifier::Alias(other)) => {
                        let pattern = "Member must satisfy regular expression pattern: \
                                       (\\$LATEST|[0-9]+)";
                        return Err(unfit_value("functionVersion", &other, pattern));
                    }
                },
                description: change.description.unwrap_or(before.description),
                other: change.other.unwrap_or(before.other),
                revision: random_uuid(),
            };
            let numbers = changed.version.into_iter().chain(changed.other.map(|(other, _)| other));
            for number in numbers {
                if present.get(VERSIONS, numbered(name.as_str(), number).as_bytes())?.is_none() {
                    let qualifier = Qualifier::Version(number);
                    return Err(blueprints.no_function(&name, Some(&qualifier)));
                }
            }
            changed.check()?;
            function.aliases.insert(alias, changed.clone());
            present.put(FUNCTIONS, name.as_str(), records::encode(&function));
            Ok(changed)
        })
        .await
    }

    /// Deleting what is not there is no error.
    pub async fn delete_alias(
        &self,
        name: &FunctionName,
        alias: &str,
    ) -> Result<(), BlueprintError> {
        let alias = alias.to_owned();
        self.change(name, move |function| {
            function.aliases.remove(&alias);
            function.policies.remove(&alias);
            function.invoke_configs.remove(&alias);
            Ok(())
        })
        .await
    }

    pub fn alias(&self, name: &FunctionName, alias: &str) -> Result<Alias, BlueprintError> {
        let arn = self.arn(name, Some(&Qualifier::Alias(alias.to_owned())));
        let function = self.function(name)?;
        function.aliases.get(alias).cloned().ok_or(BlueprintError::NoAlias { arn })
    }
}

impl Alias {
    fn check(&self) -> Result<(), BlueprintError> {
        let Some((other, share)) = self.other else { return Ok(()) };
        if !(0.0..=1.0).contains(&share) {
            let bound = "Map value must satisfy constraint: [Member must have value less than or \
                         equal to 1.0, Member must have value greater than or equal to 0.0]";
            return Err(unfit_value(
                "routingConfig.additionalVersionWeights",
                &share.to_string(),
                bound,
            ));
        }
        if self.version.is_none() {
            return Err(BlueprintError::unfit(
                "$LATEST is not supported for an alias pointing to more than 1 version",
            ));
        }
        match self.version == Some(other) {
            true => Err(BlueprintError::unfit(format!(
                "Invalid function version {other}. Function version {other} is already included in \
                 routing configuration."
            ))),
            false => Ok(()),
        }
    }
}
