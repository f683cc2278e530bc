//! The errors of fleet and registry in AWS's words.

use registry::{
    AttachPolicyError, AttachThingPrincipalError, BillingError, CaCertificateError,
    ChangeBillingGroupError, CreateBillingGroupError, CreatePolicyError, CreatePolicyVersionError,
    CreateRoleAliasError, CreateTemplateError, CreateThingError, CreateThingGroupError,
    CreateThingTypeError, DeleteCertificateError, DeletePolicyError, DeleteThingError,
    DeleteThingGroupError, DeleteThingTypeError, MembershipError, PolicyVersionError,
    RegisterCaCertificateError, RegisterCertificateError, RoleAliasError, StoreError, TagError,
    TagResourceError, TemplateError as StoredTemplateError, ThingGroupNotFound, TypeError,
    UpdateCertificateError, UpdateThingError, UpdateThingGroupError, UpdateThingTypeError,
};

use fleet::{
    AddDeviceError, AttachmentError, ClaimError, CreateCertificateError, DescribeCertificateError,
    DeviceError, EffectivePoliciesError, NotAPrincipal, NotATarget, ProvisionError,
    RegisterAuthorityError, RegistrationConfigError, RehearsalError, ThingPrincipalError,
};
use pki::PkiError;

use crate::error::AwsError;

const INVALID: (u16, &str) = (400, "InvalidRequestException");
const NOT_FOUND: (u16, &str) = (404, "ResourceNotFoundException");
const EXISTS: (u16, &str) = (409, "ResourceAlreadyExistsException");
const DELETE_CONFLICT: (u16, &str) = (409, "DeleteConflictException");
const VERSION_CONFLICT: (u16, &str) = (409, "VersionConflictException");
const STATE: (u16, &str) = (406, "CertificateStateException");
const LIMIT: (u16, &str) = (410, "LimitExceededException");
const MALFORMED: (u16, &str) = (400, "MalformedPolicyException");
const VERSIONS: (u16, &str) = (409, "VersionsLimitExceededException");

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

impl From<PkiError> for AwsError {
    fn from(error: PkiError) -> AwsError {
        AwsError::new(400, "CertificateValidationException", error.to_string())
    }
}

impl From<fleet::RegisterCertificateError> for AwsError {
    fn from(error: fleet::RegisterCertificateError) -> AwsError {
        use fleet::RegisterCertificateError::{
            AuthorityInactive, AuthorityNotFound, Pki, Register, SeveralAuthorities, Status, Store,
        };
        let message = error.to_string();
        let (status, code) = match error {
            Status { .. } | AuthorityNotFound => INVALID,
            SeveralAuthorities => (409, "CertificateConflictException"),
            AuthorityInactive { .. } => STATE,
            Pki(error) => return error.into(),
            Register(error) => return error.into(),
            Store(error) => return error.into(),
        };
        AwsError::new(status, code, message)
    }
}

impl From<RegisterAuthorityError> for AwsError {
    fn from(error: RegisterAuthorityError) -> AwsError {
        use RegisterAuthorityError::{
            Config, NotAnAuthority, Pki, Register, RegistrationCode, Store, VerificationGiven,
            VerificationMissing, VerificationNotSigned,
        };
        let message = error.to_string();
        let (status, code) = match error {
            VerificationMissing | VerificationGiven => INVALID,
            NotAnAuthority | VerificationNotSigned => (400, "CertificateValidationException"),
            RegistrationCode => (400, "RegistrationCodeValidationException"),
            Config(error) => return error.into(),
            Pki(error) => return error.into(),
            Register(error) => return error.into(),
            Store(error) => return error.into(),
        };
        AwsError::new(status, code, message)
    }
}

impl From<fleet::TemplateError> for AwsError {
    fn from(error: fleet::TemplateError) -> AwsError {
        AwsError::invalid_request(error.to_string())
    }
}

impl From<ClaimError> for AwsError {
    fn from(error: ClaimError) -> AwsError {
        match error {
            ClaimError::NotFound { .. } => AwsError::not_found(error.to_string()),
            ClaimError::Disabled { .. } => AwsError::invalid_request(error.to_string()),
            ClaimError::Pki(error) => error.into(),
            ClaimError::Register(error) => error.into(),
            ClaimError::Policy(error) => error.into(),
            ClaimError::Attach(error) => error.into(),
            ClaimError::Update(error) => error.into(),
            ClaimError::Delete(error) => error.into(),
            ClaimError::Store(error) => error.into(),
        }
    }
}

impl From<ProvisionError> for AwsError {
    fn from(error: ProvisionError) -> AwsError {
        match error {
            ProvisionError::Template(error) => error.into(),
            ProvisionError::Store(error) => error.into(),
            error => AwsError::new(400, "ResourceRegistrationFailureException", error.to_string()),
        }
    }
}

impl From<NotATarget> for AwsError {
    fn from(error: NotATarget) -> AwsError {
        AwsError::invalid_request(error.to_string())
    }
}

impl From<NotAPrincipal> for AwsError {
    fn from(error: NotAPrincipal) -> AwsError {
        AwsError::invalid_request(error.to_string())
    }
}

impl From<AttachmentError> for AwsError {
    fn from(error: AttachmentError) -> AwsError {
        match error {
            AttachmentError::Target(error) => error.into(),
            AttachmentError::Attach(error) => error.into(),
            AttachmentError::Store(error) => error.into(),
        }
    }
}

impl From<ThingPrincipalError> for AwsError {
    fn from(error: ThingPrincipalError) -> AwsError {
        match error {
            ThingPrincipalError::Principal(error) => error.into(),
            ThingPrincipalError::Attach(error) => error.into(),
            ThingPrincipalError::Store(error) => error.into(),
        }
    }
}

impl From<CreateCertificateError> for AwsError {
    fn from(error: CreateCertificateError) -> AwsError {
        match error {
            CreateCertificateError::Pki(error) => error.into(),
            CreateCertificateError::Register(error) => error.into(),
        }
    }
}

impl From<DescribeCertificateError> for AwsError {
    fn from(error: DescribeCertificateError) -> AwsError {
        match error {
            DescribeCertificateError::NotFound { .. } => AwsError::not_found(error.to_string()),
            DescribeCertificateError::Pki(error) => error.into(),
            DescribeCertificateError::Store(error) => error.into(),
        }
    }
}

impl From<AddDeviceError> for AwsError {
    fn from(error: AddDeviceError) -> AwsError {
        match error {
            AddDeviceError::AlreadyExists { .. } | AddDeviceError::OtherDocument { .. } => {
                AwsError::new(EXISTS.0, EXISTS.1, error.to_string())
            }
            AddDeviceError::PolicyName { .. } => AwsError::invalid_request(error.to_string()),
            AddDeviceError::Thing(error) => error.into(),
            AddDeviceError::Policy(error) => error.into(),
            AddDeviceError::Certificate(error) => error.into(),
            AddDeviceError::AttachPolicy(error) => error.into(),
            AddDeviceError::AttachThing(error) => error.into(),
            AddDeviceError::Store(error) => error.into(),
        }
    }
}

impl From<DeviceError> for AwsError {
    fn from(error: DeviceError) -> AwsError {
        match error {
            DeviceError::NotFound { .. } => AwsError::not_found(error.to_string()),
            DeviceError::Update(error) => error.into(),
            DeviceError::DeleteCertificate(error) => error.into(),
            DeviceError::DeletePolicy(error) => error.into(),
            DeviceError::DeleteThing(error) => error.into(),
            DeviceError::Store(error) => error.into(),
        }
    }
}
