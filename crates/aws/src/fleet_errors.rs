//! The errors of the fleet in AWS's words.

use fleet::{
    AddDeviceError, AttachmentError, ClaimError, CreateCertificateError, DescribeCertificateError,
    DeviceError, NotAPrincipal, NotATarget, ProvisionError, RegisterAuthorityError,
    ThingPrincipalError,
};
use pki::PkiError;

use crate::error::AwsError;
use crate::house_errors::{EXISTS, INVALID, STATE};

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
