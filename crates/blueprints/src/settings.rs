//! How a version of a function is to run.

use serde::{Deserialize, Serialize};

use crate::error::BlueprintError;
use crate::runtime::Runtime;

/// AWS's limits and defaults.
pub const TIMEOUT_SECS_DEFAULT: u32 = 3;
pub const TIMEOUT_SECS_MAX: u32 = 900;
pub const MEMORY_MB_DEFAULT: u32 = 128;
const MEMORY_MB_MAX: u32 = 10_240;
const EPHEMERAL_MB_MIN: u32 = 512;
const EPHEMERAL_MB_MAX: u32 = 10_240;
const HANDLER_CHARACTERS_MAX: usize = 128;
const DESCRIPTION_CHARACTERS_MAX: usize = 256;
const LAYERS_MAX: usize = 5;
pub(crate) const ENVIRONMENT_BYTES_MAX: usize = 4 * 1024;

/// Names that belong to the service.
const RESERVED: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

/// What is said of a version, but for its code and its environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// AWS's name for it: `python3.12`
    pub runtime: String,
    pub handler: String,
    pub role_arn: String,
    pub description: String,
    pub timeout_secs: u32,
    pub memory_mb: u32,
    pub ephemeral_mb: u32,
    pub architectures: Vec<String>,
    /// `PassThrough` or `Active`: kept, and nothing else.
    pub tracing: String,
    /// ARNs of versions of layers, the lowest first.
    pub layers: Vec<String>,
    /// Instead of `/aws/lambda/NAME`.
    pub log_group: Option<String>,
    /// A queue for events that are given up.
    pub dead_letters_arn: Option<String>,
}

impl Settings {
    pub fn runtime(&self) -> Result<Runtime, BlueprintError> {
        Runtime::named(&self.runtime)
    }

    pub(crate) fn check(&self) -> Result<(), BlueprintError> {
        let runtime = self.runtime()?;
        check_range("timeout", self.timeout_secs, 1, TIMEOUT_SECS_MAX)?;
        check_range("memorySize", self.memory_mb, MEMORY_MB_DEFAULT, MEMORY_MB_MAX)?;
        let (least, most) = (EPHEMERAL_MB_MIN, EPHEMERAL_MB_MAX);
        check_range("ephemeralStorage.size", self.ephemeral_mb, least, most)?;
        self.check_handler(runtime)?;
        if self.description.chars().count() > DESCRIPTION_CHARACTERS_MAX {
            return Err(too_long("description", &self.description, DESCRIPTION_CHARACTERS_MAX));
        }
        if self.layers.len() > LAYERS_MAX {
            let what = format!(
                "Layers consumed {} exceeds the maximum of {LAYERS_MAX} layers.",
                self.layers.len()
            );
            return Err(BlueprintError::Unfit { what });
        }
        let is_architecture = |name: &String| matches!(name.as_str(), "x86_64" | "arm64");
        if self.architectures.len() != 1 || !self.architectures.iter().all(is_architecture) {
            let found = self.architectures.join(", ");
            return Err(unfit_value(
                "architectures",
                &format!("[{found}]"),
                "one of [x86_64, arm64]",
            ));
        }
        if !matches!(self.tracing.as_str(), "PassThrough" | "Active") {
            let set = "Member must satisfy enum value set: [Active, PassThrough]";
            return Err(unfit_value("tracingConfig.mode", &self.tracing, set));
        }
        Ok(())
    }

    fn check_handler(&self, runtime: Runtime) -> Result<(), BlueprintError> {
        let handler = &self.handler;
        if handler.len() > HANDLER_CHARACTERS_MAX {
            return Err(too_long("handler", handler, HANDLER_CHARACTERS_MAX));
        }
        let is_needed = runtime != Runtime::Provided;
        if handler.contains(char::is_whitespace) || (is_needed && handler.is_empty()) {
            let pattern = "Member must satisfy regular expression pattern: [^\\s]+";
            return Err(unfit_value("handler", handler, pattern));
        }
        Ok(())
    }
}

/// Refuses names and sizes that AWS refuses.
pub(crate) fn check_environment<'a>(
    variables: impl Iterator<Item = (&'a String, &'a String)>,
) -> Result<(), BlueprintError> {
    let mut bytes = 0;
    for (name, value) in variables {
        bytes += name.len() + value.len();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.len() >= 2
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if RESERVED.contains(&name.as_str()) {
            return Err(BlueprintError::unfit(format!(
                "Lambda was unable to configure your environment variables because the environment \
                 variables you have provided contains reserved keys that are currently not \
                 supported for modification. Reserved keys used in this request: {name}"
            )));
        }
        if !is_name || value.contains('\0') {
            let pattern = "Map keys must satisfy constraint: [Member must satisfy regular expression \
                           pattern: [a-zA-Z]([a-zA-Z0-9_])+]";
            return Err(unfit_value("environment.variables", name, pattern));
        }
    }
    match bytes > ENVIRONMENT_BYTES_MAX {
        true => Err(BlueprintError::unfit(format!(
            "Lambda was unable to configure your environment variables because the environment \
             variables you have provided exceeded the {}KB limit.",
            ENVIRONMENT_BYTES_MAX / 1024
        ))),
        false => Ok(()),
    }
}

fn check_range(field: &str, value: u32, least: u32, most: u32) -> Result<(), BlueprintError> {
    let bound = match value {
        value if value < least => {
            format!("Member must have value greater than or equal to {least}")
        }
        value if value > most => format!("Member must have value less than or equal to {most}"),
        _ => return Ok(()),
    };
    Err(unfit_value(field, &value.to_string(), &bound))
}

fn too_long(field: &str, value: &str, most: usize) -> BlueprintError {
    unfit_value(field, value, &format!("Member must have length less than or equal to {most}"))
}

pub(crate) fn unfit_value(field: &str, value: &str, constraint: &str) -> BlueprintError {
    BlueprintError::unfit(format!(
        "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: \
         {constraint}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            runtime: "python3.12".to_owned(),
            handler: "app.handler".to_owned(),
            role_arn: "arn:aws:iam::000000000000:role/r".to_owned(),
            description: String::new(),
            timeout_secs: 3,
            memory_mb: 128,
            ephemeral_mb: 512,
            architectures: vec!["x86_64".to_owned()],
            tracing: "PassThrough".to_owned(),
            layers: Vec::new(),
            log_group: None,
            dead_letters_arn: None,
        }
    }

    #[test]
    fn what_aws_refuses_is_refused_with_the_field() {
        settings().check().expect("fit");
        let bare =
            Settings { runtime: "provided".to_owned(), handler: String::new(), ..settings() };
        bare.check().expect("a bootstrap needs no handler");
        for (unfit, field) in [
            (Settings { timeout_secs: 0, ..settings() }, "timeout"),
            (Settings { timeout_secs: 901, ..settings() }, "timeout"),
            (Settings { memory_mb: 127, ..settings() }, "memorySize"),
            (Settings { ephemeral_mb: 1, ..settings() }, "ephemeralStorage"),
            (Settings { handler: String::new(), ..settings() }, "handler"),
            (Settings { handler: "a b".to_owned(), ..settings() }, "handler"),
            (Settings { runtime: "java21".to_owned(), ..settings() }, "runtime"),
            (Settings { architectures: Vec::new(), ..settings() }, "architectures"),
            (Settings { tracing: "x".to_owned(), ..settings() }, "tracingConfig.mode"),
        ] {
            let what = unfit.check().expect_err("refused").to_string();
            assert!(what.contains(field), "{what}");
        }
    }

    #[test]
    fn names_of_the_service_and_large_environments_are_refused() {
        let check = |name: &str, value: &str| {
            let (name, value) = (name.to_owned(), value.to_owned());
            check_environment([(&name, &value)].into_iter())
        };
        check("TABLE", "t").expect("fit");
        for (name, value) in [
            ("AWS_REGION", "x"),
            ("1A", "x"),
            ("A B", "x"),
            ("AB", "\0"),
            ("AB", &"x".repeat(ENVIRONMENT_BYTES_MAX)),
        ] {
            assert!(check(name, value).is_err(), "{name}");
        }
    }
}
