//! Why a template is not one, or a device was not provisioned.

use model::name::NameError;
use model::{CertificateId, ThingName};
use registry::{
    AttachPolicyError, AttachThingPrincipalError, CreatePolicyError, CreateThingError,
    MembershipError, OwnershipError, StoreError, UpdateCertificateError, UpdateThingError,
};

use crate::ca_certificate::RegisterCertificateError;
use crate::certificate::CreateCertificateError;
use crate::provisioning::hook::HookError;

/// Why a template, or what is given for its parameters, is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("the template is no JSON: {what}")]
    Json { what: String },
    #[error("{what}")]
    Malformed { what: String },
    #[error("the function {name} is not known")]
    UnknownFunction { name: String },
    #[error("functions stand too deep in each other")]
    TooDeep,
    #[error("a list stands where a text is expected")]
    ListForText,
    #[error("the list has no item {place}")]
    NotInList { place: usize },
    #[error("the mapping {table} has no {column} for {row}")]
    NotInMap { table: String, row: String, column: String },
    #[error("the parameter {name} is missing")]
    MissingParameter { name: String },
    #[error(transparent)]
    Name(#[from] NameError),
}

#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("the template's certificate is not {id}, which is to be provisioned")]
    OtherCertificate { id: CertificateId },
    #[error("the certificate {id} does not exist")]
    CertificateNotFound { id: CertificateId },
    #[error("the thing {name} exists, and the template says that {what} must not")]
    Conflict { name: ThingName, what: &'static str },
    #[error("the certificate {id} has another status, which the template does not let be replaced")]
    StatusConflict { id: CertificateId },
    #[error("the policy {name} does not exist")]
    PolicyNotFound { name: model::PolicyName },
    #[error("the hook of the template does not allow it")]
    HookRefused,
    #[error(transparent)]
    Hook(#[from] HookError),
    #[error(transparent)]
    Token(#[from] OwnershipError),
    #[error(transparent)]
    Certificate(#[from] CreateCertificateError),
    #[error(transparent)]
    Register(#[from] RegisterCertificateError),
    #[error(transparent)]
    Policy(#[from] CreatePolicyError),
    #[error(transparent)]
    AttachPolicy(#[from] AttachPolicyError),
    #[error(transparent)]
    Thing(#[from] CreateThingError),
    #[error(transparent)]
    UpdateThing(#[from] UpdateThingError),
    #[error(transparent)]
    Membership(#[from] MembershipError),
    #[error(transparent)]
    AttachThing(#[from] AttachThingPrincipalError),
    #[error(transparent)]
    Status(#[from] UpdateCertificateError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
