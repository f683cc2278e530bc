//! Functions as Lambda describes them, and what callers say of their settings.

use std::collections::BTreeMap;

use blueprints::{Change, Function, Qualifier, Settings, Version};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::macros::format_description;

use super::words::invalid;
use crate::error::AwsError;
use crate::state::State;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Configuration {
    function_name: String,
    function_arn: String,
    runtime: String,
    role: String,
    handler: String,
    code_size: u64,
    description: String,
    timeout: u32,
    memory_size: u32,
    last_modified: String,
    code_sha256: String,
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letter_config: Option<DeadLetters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<Environment>,
    tracing_config: Tracing,
    revision_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    layers: Vec<Layer>,
    state: &'static str,
    last_update_status: &'static str,
    package_type: &'static str,
    architectures: Vec<String>,
    ephemeral_storage: Ephemeral,
    snap_start: SnapStartOut,
    logging_config: LoggingOut,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Layer {
    arn: String,
    code_size: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SnapStartOut {
    apply_on: &'static str,
    optimization_status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LoggingOut {
    log_format: &'static str,
    log_group: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct DeadLetters {
    target_arn: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Environment {
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Tracing {
    mode: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Ephemeral {
    size: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct SnapStart {
    apply_on: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Logging {
    log_format: Option<String>,
    log_group: Option<String>,
}

/// Taken while it names nothing, as some clients send it so.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Vpc {
    #[serde(default)]
    subnet_ids: Vec<String>,
    #[serde(default)]
    security_group_ids: Vec<String>,
    ipv6_allowed_for_dual_stack: Option<bool>,
}

/// What callers say of a function's settings, when it is made and later.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) runtime: Option<String>,
    pub(crate) handler: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) timeout: Option<u32>,
    pub(crate) memory_size: Option<u32>,
    pub(crate) environment: Option<Environment>,
    pub(crate) dead_letter_config: Option<DeadLetters>,
    pub(crate) tracing_config: Option<Tracing>,
    pub(crate) layers: Option<Vec<String>>,
    pub(crate) ephemeral_storage: Option<Ephemeral>,
    pub(crate) logging_config: Option<Logging>,
    pub(crate) snap_start: Option<SnapStart>,
    pub(crate) vpc_config: Option<Vpc>,
}

impl Said {
    /// The same as a change, if all of it can be done.
    pub(crate) fn change(self, state: &State) -> Result<Change, AwsError> {
        let is_used = |vpc: Vpc| {
            !vpc.subnet_ids.is_empty()
                || !vpc.security_group_ids.is_empty()
                || vpc.ipv6_allowed_for_dual_stack == Some(true)
        };
        if self.vpc_config.is_some_and(is_used) {
            return Err(invalid("VpcConfig is not supported: functions use the host's network."));
        }
        if let Some(SnapStart { apply_on: Some(on) }) = &self.snap_start
            && on != "None"
        {
            return Err(invalid("SnapStart is not supported, but ApplyOn None."));
        }
        let logging = self.logging_config;
        if let Some(Logging { log_format: Some(format), .. }) = &logging
            && format != "Text"
        {
            return Err(invalid("LoggingConfig: only the LogFormat Text is supported."));
        }
        for arn in self.layers.iter().flatten() {
            state.functions.blueprints().layer_of_arn(arn)?;
        }
        let dead =
            self.dead_letter_config.map(|dead| dead.target_arn.filter(|arn| !arn.is_empty()));
        if let Some(Some(arn)) = &dead
            && !arn.starts_with("arn:aws:sqs:")
        {
            return Err(invalid("DeadLetterConfig: only queues are supported as TargetArn."));
        }
        Ok(Change {
            runtime: self.runtime,
            handler: self.handler,
            role_arn: self.role,
            description: self.description,
            timeout_secs: self.timeout,
            memory_mb: self.memory_size,
            ephemeral_mb: self.ephemeral_storage.map(|it| it.size),
            tracing: self.tracing_config.map(|it| it.mode),
            layers: self.layers,
            log_group: logging.map(|it| it.log_group),
            dead_letters_arn: dead,
            environment: self.environment.map(|it| it.variables),
        })
    }
}

impl Configuration {
    /// Of a version, as it was asked for.
    pub(crate) fn of(
        state: &State,
        function: &Function,
        version: &Version,
        qualifier: Option<&Qualifier>,
    ) -> Result<Configuration, AwsError> {
        let blueprints = state.functions.blueprints();
        let name = &function.name;
        let environment = blueprints.environment(name, version)?;
        let Settings {
            runtime,
            handler,
            role_arn,
            description,
            timeout_secs,
            memory_mb,
            ephemeral_mb,
            architectures,
            tracing,
            layers,
            log_group,
            dead_letters_arn,
        } = version.settings.clone();
        let layer = |arn: String| {
            let found = blueprints.layer_of_arn(&arn);
            let code_size = found.map_or(0, |layer| layer.code.bytes);
            Layer { arn, code_size }
        };
        Ok(Configuration {
            function_name: name.to_string(),
            function_arn: blueprints.arn(name, qualifier),
            runtime,
            role: role_arn,
            handler,
            code_size: version.code.bytes,
            description,
            timeout: timeout_secs,
            memory_size: memory_mb,
            last_modified: last_modified(version.modified_at),
            code_sha256: version.code.sha256_base64(),
            version: version.text(),
            dead_letter_config: dead_letters_arn.map(|arn| DeadLetters { target_arn: Some(arn) }),
            environment: (!environment.is_empty())
                .then_some(Environment { variables: environment }),
            tracing_config: Tracing { mode: tracing },
            revision_id: version.revision.clone(),
            layers: layers.into_iter().map(layer).collect(),
            state: "Active",
            last_update_status: "Successful",
            package_type: "Zip",
            architectures,
            ephemeral_storage: Ephemeral { size: ephemeral_mb },
            snap_start: SnapStartOut { apply_on: "None", optimization_status: "Off" },
            logging_config: LoggingOut {
                log_format: "Text",
                log_group: log_group.unwrap_or_else(|| format!("/aws/lambda/{name}")),
            },
        })
    }

    /// Of a version that was just made, by its own number.
    pub(crate) fn of_published(
        state: &State,
        function: &Function,
        version: &Version,
    ) -> Result<Configuration, AwsError> {
        let qualifier = version.number.map(Qualifier::Version);
        Configuration::of(state, function, version, qualifier.as_ref())
    }
}

/// `2026-11-21T19:00:00.123+0000`
pub(crate) fn last_modified(at: UnixMillis) -> String {
    let format = format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+0000"
    );
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000);
    moment.unwrap_or(OffsetDateTime::UNIX_EPOCH).format(format).unwrap_or_default()
}
