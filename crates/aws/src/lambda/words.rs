//! Errors as Lambda words them, and how its operations name functions.

use blueprints::{BlueprintError, Qualifier};
use functions::{InvokeError, Limit};
use model::{FunctionName, LayerName};
use serde::{Deserialize, Deserializer};

use crate::error::AwsError;

/// What AWS lists at most.
const ITEMS_MAX: usize = 50;

/// A function as callers name it: its name, an ARN whole or in part, perhaps with a qualifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FunctionRef {
    pub(crate) name: FunctionName,
    pub(crate) qualifier: Option<String>,
}

impl FunctionRef {
    pub(crate) fn parse(text: &str) -> Option<FunctionRef> {
        let rest = match text.strip_prefix("arn:") {
            // arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]
            Some(_) => text.split_once(":function:")?.1,
            None => text.split_once("function:").map_or(text, |(_, rest)| rest),
        };
        let (name, qualifier) = match rest.split_once(':') {
            None => (rest, None),
            Some((name, qualifier)) => (name, Some(qualifier.to_owned())),
        };
        Some(FunctionRef { name: FunctionName::new(name).ok()?, qualifier })
    }

    /// The resource that permission is asked for.
    pub(crate) fn resource(&self, qualifier: Option<&str>) -> String {
        let qualifier = qualifier.or(self.qualifier.as_deref());
        match qualifier {
            Some(qualifier) => format!("function:{}:{qualifier}", self.name),
            None => format!("function:{}", self.name),
        }
    }

    /// What is meant, where a qualifier may also stand beside the name.
    pub(crate) fn with(
        &self,
        beside: Option<&str>,
    ) -> Result<(FunctionName, Option<Qualifier>), AwsError> {
        if let (Some(within), Some(beside)) = (self.qualifier.as_deref(), beside)
            && within != beside
        {
            return Err(invalid(
                "The derived qualifier from the function name does not match the specified \
                 qualifier.",
            ));
        }
        let text = beside.or(self.qualifier.as_deref()).filter(|text| !text.is_empty());
        let qualifier = text.map(Qualifier::parse).transpose()?;
        Ok((self.name.clone(), qualifier))
    }
}

impl<'de> Deserialize<'de> for FunctionRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FunctionRef, D::Error> {
        let text = String::deserialize(deserializer)?;
        FunctionRef::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "Value '{text}' at 'functionName' failed to satisfy constraint: Member must satisfy \
                 regular expression pattern: \
                 (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{{2}}((-gov)|(-iso(b?)))?-[a-z]+-\\d{{1}}:)?\
                 (\\d{{12}}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
            ))
        })
    }
}

/// A layer by its name or ARN.
#[derive(Clone, Debug)]
pub(crate) struct LayerRef(pub(crate) LayerName);

impl<'de> Deserialize<'de> for LayerRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<LayerRef, D::Error> {
        let text = String::deserialize(deserializer)?;
        let name = text.split_once(":layer:").map_or(&*text, |(_, name)| name);
        LayerName::new(name).map(LayerRef).map_err(serde::de::Error::custom)
    }
}

/// How many items a page has.
pub(crate) fn page_items(asked: Option<i64>) -> Result<usize, AwsError> {
    match asked {
        None => Ok(ITEMS_MAX),
        Some(count) => match usize::try_from(count) {
            Ok(count) if count > 0 => Ok(count.min(ITEMS_MAX)),
            _ => Err(invalid(format!(
                "1 validation error detected: Value '{count}' at 'maxItems' failed to satisfy \
                 constraint: Member must have value greater than or equal to 1"
            ))),
        },
    }
}

pub(super) fn named(status: u16, code: &'static str, message: impl Into<String>) -> AwsError {
    let mut error = AwsError::new(status, code, message);
    let kind = if status < 500 { "User" } else { "Service" };
    error.details.insert("Type".to_owned(), kind.into());
    error
}

pub(crate) fn invalid(message: impl Into<String>) -> AwsError {
    named(400, "InvalidParameterValueException", message)
}

pub(crate) fn not_found(message: impl Into<String>) -> AwsError {
    named(404, "ResourceNotFoundException", message)
}

/// An input that is not what its operation takes.
pub(crate) fn wrong_input(error: &serde_path_to_error::Error<serde_json::Error>) -> AwsError {
    let (path, inner) = (error.path().to_string(), error.inner());
    if inner.is_syntax() || inner.is_eof() {
        return AwsError::serialization(format!("the body is no JSON: {inner}"));
    }
    let what = inner.to_string();
    invalid(if path == "." { what } else { format!("{path}: {what}") })
}

impl From<BlueprintError> for AwsError {
    fn from(error: BlueprintError) -> AwsError {
        let message = error.to_string();
        match error {
            BlueprintError::NoFunction { .. }
            | BlueprintError::NoAlias { .. }
            | BlueprintError::Nothing { .. } => not_found(message),
            BlueprintError::FunctionExists { .. }
            | BlueprintError::AliasExists { .. }
            | BlueprintError::Conflict { .. } => named(409, "ResourceConflictException", message),
            BlueprintError::Unfit { .. } | BlueprintError::Archive(_) => invalid(message),
            BlueprintError::Revision => named(412, "PreconditionFailedException", message),
            BlueprintError::EventsFull { .. } => throttled(message, "CallerRateLimitExceeded"),
            BlueprintError::EventTooLarge { .. } => named(413, "RequestTooLargeException", message),
            BlueprintError::Sealed | BlueprintError::Io { .. } => {
                tracing::error!(error = &error as &dyn std::error::Error, "functions failed");
                named(500, "ServiceException", message)
            }
            BlueprintError::Store(error) => error.into(),
        }
    }
}

fn throttled(message: impl Into<String>, reason: &str) -> AwsError {
    let mut error = named(429, "TooManyRequestsException", message);
    error.details.insert("Reason".to_owned(), reason.into());
    error
}

impl From<InvokeError> for AwsError {
    fn from(error: InvokeError) -> AwsError {
        let message = error.to_string();
        match error {
            InvokeError::Blueprint(error) => error.into(),
            InvokeError::Throttled(Limit::Concurrent) => {
                throttled(message, "ConcurrentInvocationLimitExceeded")
            }
            InvokeError::Throttled(Limit::Reserved) => {
                throttled(message, "ReservedFunctionConcurrentInvocationLimitExceeded")
            }
            InvokeError::NoJson(_) => named(400, "InvalidRequestContentException", message),
            InvokeError::TooLarge { .. } => named(413, "RequestTooLargeException", message),
            InvokeError::NotRunnable { .. } => named(502, "InvalidRuntimeException", message),
            InvokeError::Closing => named(500, "ServiceException", message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_in_each_of_aws_s_ways() {
        for (text, expected) in [
            ("f", Some(("f", None))),
            ("f:live", Some(("f", Some("live")))),
            ("function:f", Some(("f", None))),
            ("000000000000:function:f", Some(("f", None))),
            ("arn:aws:lambda:eu-west-1:000000000000:function:f", Some(("f", None))),
            ("arn:aws:lambda:eu-west-1:000000000000:function:f:3", Some(("f", Some("3")))),
            ("arn:aws:sqs:eu-west-1:000000000000:f", None),
            ("", None),
            ("a b", None),
        ] {
            let parsed = FunctionRef::parse(text);
            let parsed = parsed.as_ref().map(|it| (it.name.as_str(), it.qualifier.as_deref()));
            assert_eq!(parsed, expected, "{text}");
        }
    }
}
