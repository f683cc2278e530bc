//! How events of a function are retried, and where they go in the end.

use model::FunctionName;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::BlueprintError;
use crate::qualifier::Qualifier;
use crate::settings::unfit_value;
use crate::store::Blueprints;

/// AWS's limits.
const RETRIES_MAX: u32 = 2;
const AGE_SECS_MIN: u32 = 60;
const AGE_SECS_MAX: u32 = 6 * 3_600;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvokeConfig {
    /// Twice unless said otherwise.
    pub retries_max: Option<u32>,
    /// Six hours unless said otherwise.
    pub age_secs_max: Option<u32>,
    /// ARNs of a queue or a function.
    pub on_success: Option<String>,
    pub on_failure: Option<String>,
    pub modified_at: UnixMillis,
}

/// What is to be said; nothing stays as it is.
#[derive(Clone, Debug, Default)]
pub struct InvokeConfigChange {
    pub retries_max: Option<u32>,
    pub age_secs_max: Option<u32>,
    pub destinations: Option<(Option<String>, Option<String>)>,
}

impl InvokeConfig {
    pub fn retries(&self) -> u32 {
        self.retries_max.unwrap_or(RETRIES_MAX)
    }

    pub fn age_millis(&self) -> u64 {
        u64::from(self.age_secs_max.unwrap_or(AGE_SECS_MAX)) * 1_000
    }
}

impl InvokeConfigChange {
    fn check(&self) -> Result<(), BlueprintError> {
        if let Some(retries) = self.retries_max.filter(|retries| *retries > RETRIES_MAX) {
            let bound = format!("Member must have value less than or equal to {RETRIES_MAX}");
            return Err(unfit_value("maximumRetryAttempts", &retries.to_string(), &bound));
        }
        let fits = |secs: &u32| (AGE_SECS_MIN..=AGE_SECS_MAX).contains(secs);
        match self.age_secs_max.filter(|secs| !fits(secs)) {
            Some(secs) => {
                let bound = format!("Member must have value from {AGE_SECS_MIN} to {AGE_SECS_MAX}");
                Err(unfit_value("maximumEventAgeInSeconds", &secs.to_string(), &bound))
            }
            None => Ok(()),
        }
    }
}

impl Blueprints {
    /// Replaces it, or changes what is said.
    pub async fn put_invoke_config(
        &self,
        name: &FunctionName,
        qualifier: Option<&Qualifier>,
        change: InvokeConfigChange,
        keeps_rest: bool,
        now: UnixMillis,
    ) -> Result<InvokeConfig, BlueprintError> {
        change.check()?;
        self.version(name, qualifier)?;
        let key = Qualifier::or_latest(qualifier).text();
        let missing = self.no_config(name, qualifier);
        self.change(name, move |function| {
            let before = function.invoke_configs.get(&key).cloned();
            let before = match (before, keeps_rest) {
                (_, false) => InvokeConfig::default(),
                (Some(before), true) => before,
                (None, true) => return Err(missing),
            };
            let (on_success, on_failure) =
                change.destinations.unwrap_or((before.on_success, before.on_failure));
            let config = InvokeConfig {
                retries_max: change.retries_max.or(before.retries_max),
                age_secs_max: change.age_secs_max.or(before.age_secs_max),
                on_success,
                on_failure,
                modified_at: now,
            };
            function.invoke_configs.insert(key, config.clone());
            Ok(config)
        })
        .await
    }

    pub fn invoke_config(
        &self,
        name: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<InvokeConfig, BlueprintError> {
        let function = self.function(name)?;
        let config = function.invoke_configs.get(&Qualifier::or_latest(qualifier).text());
        config.cloned().ok_or_else(|| self.no_config(name, qualifier))
    }

    pub async fn delete_invoke_config(
        &self,
        name: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<(), BlueprintError> {
        let key = Qualifier::or_latest(qualifier).text();
        let missing = self.no_config(name, qualifier);
        self.change(name, move |function| match function.invoke_configs.remove(&key) {
            Some(_) => Ok(()),
            None => Err(missing),
        })
        .await
    }

    fn no_config(&self, name: &FunctionName, qualifier: Option<&Qualifier>) -> BlueprintError {
        let arn = self.arn(name, Some(&Qualifier::or_latest(qualifier)));
        BlueprintError::Nothing {
            what: format!("The function {arn} doesn't have an EventInvokeConfig"),
        }
    }
}
