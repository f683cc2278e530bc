//! Errors as AWS words them: the one place that knows codes and HTTP statuses.

use serde_json::json;

use crate::service::Protocol;
use crate::xml;

/// What a caller is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// What services call it that spoke the query protocol before, for clients that know that name.
    pub(crate) query_code: Option<&'static str>,
    pub(crate) message: String,
    /// Further fields, which some errors have beside their message.
    pub(crate) details: serde_json::Map<String, serde_json::Value>,
}

/// Where what is served, and what is not, is listed.
const COVERAGE: &str = "docs/aws-coverage.md lists the operations that are";

impl AwsError {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> AwsError {
        let (message, details) = (message.into(), serde_json::Map::new());
        AwsError { status, code, query_code: None, message, details }
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> AwsError {
        AwsError::new(400, "InvalidRequestException", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> AwsError {
        AwsError::new(404, "ResourceNotFoundException", message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> AwsError {
        AwsError::new(500, "InternalFailureException", message)
    }

    pub(crate) fn serialization(message: String) -> AwsError {
        AwsError::new(400, "SerializationException", message)
    }

    /// The input does not have the fields that the operation takes.
    pub(crate) fn input(
        error: serde_path_to_error::Error<serde_json::Error>,
        protocol: Protocol,
    ) -> AwsError {
        let field = error.path().to_string();
        let error = error.into_inner();
        if error.is_syntax() || error.is_eof() {
            return AwsError::serialization(format!("the body is no JSON: {error}"));
        }
        let what = error.to_string();
        // The path of a field that is missing or not known ends above it, and serde names it.
        let message = if field == "." { what } else { format!("{field}: {what}") };
        match protocol {
            Protocol::Query { .. } => AwsError::validation(message),
            Protocol::RestJson | Protocol::Json10 { .. } | Protocol::Json11 { .. } => {
                AwsError::invalid_request(message)
            }
        }
    }

    /// What the services of the query protocol call a wrong input.
    pub(crate) fn validation(message: impl Into<String>) -> AwsError {
        AwsError::new(400, "ValidationError", message)
    }

    #[allow(clippy::needless_pass_by_value, reason = "for map_err")]
    pub(crate) fn output(error: serde_json::Error) -> AwsError {
        tracing::error!(%error, "an output could not be written");
        AwsError::internal("the answer could not be written")
    }

    pub(crate) fn unknown_service(signing_name: &str) -> AwsError {
        let message = format!("the service {signing_name} is not served; {COVERAGE}");
        AwsError::new(404, "UnknownOperationException", message)
    }

    pub(crate) fn unknown_operation(what: &str) -> AwsError {
        let message = format!("{what} is not served; {COVERAGE}");
        AwsError::new(404, "UnknownOperationException", message)
    }

    /// A form that names no operation of its service, as AWS answers it.
    pub(crate) fn unknown_action(action: &str) -> AwsError {
        let message = format!("Could not find operation {action}; {COVERAGE}");
        AwsError::new(400, "InvalidAction", message)
    }

    /// The body of the answer.
    pub(crate) fn body(&self, protocol: Protocol, request_id: &str) -> String {
        match protocol {
            Protocol::RestJson => {
                let mut body = self.details.clone();
                body.insert("message".to_owned(), json!(self.message));
                serde_json::Value::Object(body).to_string()
            }
            Protocol::Json10 { .. } | Protocol::Json11 { .. } => {
                let mut body = self.details.clone();
                body.insert("__type".to_owned(), json!(self.code));
                body.insert("message".to_owned(), json!(self.message));
                serde_json::Value::Object(body).to_string()
            }
            Protocol::Query { namespace } => xml::error(namespace, self, request_id),
        }
    }
}
