//! Why a template is not translated.

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SamError {
    #[error("Invalid Serverless Application Specification document: it has no resources")]
    NoObject,
    #[error(
        "Invalid Serverless Application Specification document. 'Globals' section is invalid. {0}"
    )]
    Globals(String),
    #[error(
        "Invalid Serverless Application Specification document. Number of errors found: 1. Resource with id [{resource}] is invalid. {what}"
    )]
    Resource { resource: String, what: String },
    #[error("Transforming resource {0} attempts to create a resource that exists already")]
    Twice(String),
}
