//! The errors of the registry in AWS's words; those of the fleet are in `fleet_errors`.

use registry::{
    AttachPolicyError, AttachThingPrincipalError, AuthorizerError, BillingError,
    CaCertificateError, ChangeBillingGroupError, CreateAuthorizerError, CreateBillingGroupError,
    CreateDestinationError, CreatePolicyError, CreatePolicyVersionError, CreateRoleAliasError,
    CreateTemplateError, CreateThingError, CreateThingGroupError, CreateThingTypeError,
    CreateTopicRuleError, DeleteCertificateError, DeletePolicyError, DeleteThingError,
    DeleteThingGroupError, DeleteThingTypeError, DestinationError, MembershipError,
    PolicyVersionError, RegisterCaCertificateError, RegisterCertificateError, RoleAliasError,
    StoreError, TagError, TagResourceError, TemplateError as StoredTemplateError,
    ThingGroupNotFound, TopicRuleError, TypeError, UpdateCertificateError, UpdateThingError,
    UpdateThingGroupError, UpdateThingTypeError,
};

use fleet::{EffectivePoliciesError, RegistrationConfigError, RehearsalError};

use crate::error::AwsError;

pub(crate) const INVALID: (u16, &str) = (400, "InvalidRequestException");
const NOT_FOUND: (u16, &str) = (404, "ResourceNotFoundException");
pub(crate) const EXISTS: (u16, &str) = (409, "ResourceAlreadyExistsException");
const DELETE_CONFLICT: (u16, &str) = (409, "DeleteConflictException");
const VERSION_CONFLICT: (u16, &str) = (409, "VersionConflictException");
pub(crate) const STATE: (u16, &str) = (406, "CertificateStateException");
const LIMIT: (u16, &str) = (410, "LimitExceededException");
const MALFORMED: (u16, &str) = (400, "MalformedPolicyException");
const VERSIONS: (u16, &str) = (409, "VersionsLimitExceededException");

impl From<fleet::Undone> for AwsError {
    fn from(error: fleet::Undone) -> AwsError {
        tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
        AwsError::new(503, "ServiceUnavailableException", error.to_string())
    }
}

impl From<StoreError> for AwsError {
    fn from(error: StoreError) -> AwsError {
        match error {
            StoreError::Contended => {
                AwsError::new(409, "ConflictingResourceUpdateException", error.to_string())
            }
            StoreError::Read(_) | StoreError::Record(_) | StoreError::Commit(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
                AwsError::new(503, "ServiceUnavailableException", error.to_string())
            }
        }
    }
}

/// One row for each variant: an exhaustive match, so that a new variant asks for its code.
macro_rules! in_aws_words {
    ($($error:ident { $($variant:pat => $code:ident,)* })*) => {
        $(impl From<$error> for AwsError {
            fn from(error: $error) -> AwsError {
                let message = error.to_string();
                let (status, code) = match error {
                    $error::Store(error) => return error.into(),
                    $($variant => $code,)*
                };
                AwsError::new(status, code, message)
            }
        })*
    };
}

in_aws_words! {
    CreateThingError {
        CreateThingError::AlreadyExists { .. } => EXISTS,
        CreateThingError::BillingGroupNotFound { .. } => NOT_FOUND,
        CreateThingError::Type(TypeError::NotFound { .. }) => NOT_FOUND,
        CreateThingError::Type(TypeError::Deprecated { .. }) => INVALID,
        CreateThingError::Attributes(_) => INVALID,
    }
    UpdateThingError {
        UpdateThingError::NotFound { .. } => NOT_FOUND,
        UpdateThingError::VersionConflict { .. } => VERSION_CONFLICT,
        UpdateThingError::TypeGivenAndRemoved => INVALID,
        UpdateThingError::Type(TypeError::NotFound { .. }) => NOT_FOUND,
        UpdateThingError::Type(TypeError::Deprecated { .. }) => INVALID,
        UpdateThingError::Attributes(_) => INVALID,
    }
    DeleteThingError {
        DeleteThingError::VersionConflict { .. } => VERSION_CONFLICT,
        DeleteThingError::HasPrincipals { .. } => INVALID,
    }
    CreateThingTypeError {
        CreateThingTypeError::AlreadyExists { .. } => EXISTS,
        CreateThingTypeError::Properties(_) => INVALID,
        CreateThingTypeError::Tags(_) => INVALID,
    }
    UpdateThingTypeError {
        UpdateThingTypeError::NotFound { .. } => NOT_FOUND,
        UpdateThingTypeError::Properties(_) => INVALID,
    }
    DeleteThingTypeError {
        DeleteThingTypeError::NotFound { .. } => NOT_FOUND,
        DeleteThingTypeError::NotDeprecated { .. } => INVALID,
        DeleteThingTypeError::TooEarly { .. } => INVALID,
        DeleteThingTypeError::HasThings { .. } => INVALID,
    }
    CreateThingGroupError {
        CreateThingGroupError::AlreadyExists { .. } => EXISTS,
        CreateThingGroupError::ParentNotFound { .. } => INVALID,
        CreateThingGroupError::TooDeep { .. } => INVALID,
        CreateThingGroupError::TooManyChildren { .. } => INVALID,
        CreateThingGroupError::Attributes(_) => INVALID,
        CreateThingGroupError::Description(_) => INVALID,
        CreateThingGroupError::Tags(_) => INVALID,
    }
    UpdateThingGroupError {
        UpdateThingGroupError::NotFound { .. } => NOT_FOUND,
        UpdateThingGroupError::VersionConflict { .. } => VERSION_CONFLICT,
        UpdateThingGroupError::Attributes(_) => INVALID,
        UpdateThingGroupError::Description(_) => INVALID,
    }
    DeleteThingGroupError {
        DeleteThingGroupError::VersionConflict { .. } => VERSION_CONFLICT,
        DeleteThingGroupError::HasChildren { .. } => INVALID,
    }
    ThingGroupNotFound {
        ThingGroupNotFound::NotFound { .. } => NOT_FOUND,
    }
    MembershipError {
        MembershipError::ThingNotFound { .. } => NOT_FOUND,
        MembershipError::GroupNotFound { .. } => NOT_FOUND,
        MembershipError::TooMany { .. } => INVALID,
        MembershipError::SameHierarchy { .. } => INVALID,
    }
    CreateBillingGroupError {
        CreateBillingGroupError::AlreadyExists { .. } => EXISTS,
        CreateBillingGroupError::Description(_) => INVALID,
        CreateBillingGroupError::Tags(_) => INVALID,
    }
    ChangeBillingGroupError {
        ChangeBillingGroupError::NotFound { .. } => NOT_FOUND,
        ChangeBillingGroupError::VersionConflict { .. } => VERSION_CONFLICT,
        ChangeBillingGroupError::Description(_) => INVALID,
    }
    BillingError {
        BillingError::ThingNotFound { .. } => NOT_FOUND,
        BillingError::GroupNotFound { .. } => NOT_FOUND,
        BillingError::Elsewhere { .. } => INVALID,
    }
    TagResourceError {
        TagResourceError::NotFound { .. } => NOT_FOUND,
        TagResourceError::Tags(TagError::TooMany { .. }) => LIMIT,
        TagResourceError::Tags(_) => INVALID,
    }
    CreateRoleAliasError {
        CreateRoleAliasError::AlreadyExists { .. } => EXISTS,
        CreateRoleAliasError::Duration(_) => INVALID,
        CreateRoleAliasError::Tags(_) => INVALID,
    }
    CreateAuthorizerError {
        CreateAuthorizerError::AlreadyExists { .. } => EXISTS,
        CreateAuthorizerError::Unsigned(_) => INVALID,
        CreateAuthorizerError::Tags(_) => INVALID,
    }
    AuthorizerError {
        AuthorizerError::NotFound { .. } => NOT_FOUND,
        AuthorizerError::Active { .. } => DELETE_CONFLICT,
        AuthorizerError::Default { .. } => INVALID,
        AuthorizerError::NotActive { .. } => INVALID,
        AuthorizerError::Unsigned(_) => INVALID,
    }
    CreateTopicRuleError {
        CreateTopicRuleError::AlreadyExists { .. } => EXISTS,
        CreateTopicRuleError::TooMany => LIMIT,
        CreateTopicRuleError::Tags(_) => INVALID,
    }
    CreateDestinationError {
        CreateDestinationError::AlreadyExists { .. } => EXISTS,
        CreateDestinationError::TooMany => LIMIT,
    }
    DestinationError {
        DestinationError::NotFound { .. } => INVALID,
        DestinationError::NotConfirmed => INVALID,
        DestinationError::NotToBeSet => INVALID,
        DestinationError::Token => INVALID,
    }
    TopicRuleError {
        TopicRuleError::NotFound { .. } => NOT_FOUND,
    }
    RoleAliasError {
        RoleAliasError::NotFound { .. } => NOT_FOUND,
        RoleAliasError::Duration(_) => INVALID,
    }
    EffectivePoliciesError {
        EffectivePoliciesError::NotFound { .. } => NOT_FOUND,
        EffectivePoliciesError::ThingNotFound { .. } => NOT_FOUND,
    }
    RegisterCaCertificateError {
        RegisterCaCertificateError::AlreadyExists { .. } => EXISTS,
        RegisterCaCertificateError::TooMany { .. } => LIMIT,
        RegisterCaCertificateError::Tags(_) => INVALID,
    }
    CaCertificateError {
        CaCertificateError::NotFound { .. } => NOT_FOUND,
        CaCertificateError::Active { .. } => STATE,
    }
    CreateTemplateError {
        CreateTemplateError::AlreadyExists { .. } => EXISTS,
        CreateTemplateError::Tags(_) => INVALID,
    }
    StoredTemplateError {
        StoredTemplateError::NotFound { .. } => NOT_FOUND,
        StoredTemplateError::VersionNotFound { .. } => NOT_FOUND,
        StoredTemplateError::IsDefault { .. } => DELETE_CONFLICT,
        StoredTemplateError::TooManyVersions { .. } => VERSIONS,
    }
    RegistrationConfigError {
        RegistrationConfigError::BodyAndName => INVALID,
        RegistrationConfigError::RoleMissing => INVALID,
        RegistrationConfigError::TemplateNotFound { .. } => INVALID,
        RegistrationConfigError::Template(_) => INVALID,
    }
    RehearsalError {
        RehearsalError::CertificateNotFound { .. } => NOT_FOUND,
        RehearsalError::PolicyNotFound { .. } => NOT_FOUND,
        RehearsalError::Resource { .. } => INVALID,
        RehearsalError::Policy(_) => MALFORMED,
        RehearsalError::Pki(_) => INVALID,
    }
    RegisterCertificateError {
        RegisterCertificateError::AlreadyExists { .. } => EXISTS,
    }
    UpdateCertificateError {
        UpdateCertificateError::NotFound { .. } => NOT_FOUND,
        UpdateCertificateError::Status { .. } => INVALID,
    }
    DeleteCertificateError {
        DeleteCertificateError::NotFound { .. } => NOT_FOUND,
        DeleteCertificateError::Active { .. } => STATE,
        DeleteCertificateError::HasThings { .. } => DELETE_CONFLICT,
        DeleteCertificateError::HasPolicies { .. } => DELETE_CONFLICT,
    }
    CreatePolicyError {
        CreatePolicyError::AlreadyExists { .. } => EXISTS,
        CreatePolicyError::Malformed(_) => MALFORMED,
        CreatePolicyError::Tags(_) => INVALID,
    }
    CreatePolicyVersionError {
        CreatePolicyVersionError::NotFound { .. } => NOT_FOUND,
        CreatePolicyVersionError::TooManyVersions { .. } => VERSIONS,
        CreatePolicyVersionError::Malformed(_) => MALFORMED,
    }
    PolicyVersionError {
        PolicyVersionError::NotFound { .. } => NOT_FOUND,
        PolicyVersionError::VersionNotFound { .. } => NOT_FOUND,
        PolicyVersionError::IsDefault { .. } => DELETE_CONFLICT,
    }
    DeletePolicyError {
        DeletePolicyError::NotFound { .. } => NOT_FOUND,
        DeletePolicyError::IsAttached { .. } => DELETE_CONFLICT,
        DeletePolicyError::HasVersions { .. } => DELETE_CONFLICT,
    }
    AttachPolicyError {
        AttachPolicyError::PolicyNotFound { .. } => NOT_FOUND,
        AttachPolicyError::CertificateNotFound { .. } => NOT_FOUND,
        AttachPolicyError::ThingGroupNotFound { .. } => NOT_FOUND,
        AttachPolicyError::TooMany { .. } => LIMIT,
    }
    AttachThingPrincipalError {
        AttachThingPrincipalError::ThingNotFound { .. } => NOT_FOUND,
        AttachThingPrincipalError::CertificateNotFound { .. } => NOT_FOUND,
        AttachThingPrincipalError::IsExclusive { .. } => INVALID,
        AttachThingPrincipalError::IsShared { .. } => INVALID,
        AttachThingPrincipalError::OtherType { .. } => INVALID,
    }
}
