//! An authority as operations take and show it.

use model::{CertificateId, TemplateName};
use registry::{CaCertificate, CertificateMode, RegistrationConfig};
use serde::{Deserialize, Serialize};

use crate::caller::PassedRole;
use crate::error::AwsError;
use crate::iot::role::{passed, role_arn};
use crate::iot::seconds;
use crate::state::State;

/// What is done for newcomers.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Config {
    #[serde(skip_serializing_if = "Option::is_none")]
    template_body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_name: Option<TemplateName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    certificate_arn: String,
    certificate_id: CertificateId,
    status: &'static str,
    creation_date: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Description {
    #[serde(flatten)]
    summary: Summary,
    certificate_pem: String,
    owned_by: String,
    auto_registration_status: &'static str,
    last_modified_date: f64,
    customer_version: u32,
    generation_id: String,
    validity: Validity,
    certificate_mode: CertificateMode,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Validity {
    not_before: f64,
    not_after: f64,
}

impl Config {
    pub(crate) fn passed_role(&self) -> Option<PassedRole<'_>> {
        self.role_arn.as_deref().map(passed)
    }

    pub(crate) fn read(self) -> Result<RegistrationConfig, AwsError> {
        let Config { template_body, template_name, role_arn: role } = self;
        role.as_deref().map(role_arn).transpose()?;
        Ok(RegistrationConfig { template_body, template_name, role_arn: role })
    }

    pub(crate) fn of(found: RegistrationConfig) -> Config {
        let RegistrationConfig { template_body, template_name, role_arn } = found;
        Config { template_body, role_arn, template_name }
    }
}

impl Summary {
    pub(crate) fn of(state: &State, found: &CaCertificate) -> Summary {
        Summary {
            certificate_arn: state.fleet.registry().ca_certificate_arn(&found.id).to_string(),
            certificate_id: found.id.clone(),
            status: if found.is_active { "ACTIVE" } else { "INACTIVE" },
            creation_date: seconds(found.created_at),
        }
    }
}

impl Description {
    pub(crate) fn of(state: &State, found: &CaCertificate) -> Result<Description, AwsError> {
        let described = pki::describe_pem(&found.pem)?;
        Ok(Description {
            summary: Summary::of(state, found),
            certificate_pem: found.pem.clone(),
            owned_by: state.fleet.registry().home().account.clone(),
            auto_registration_status: match found.registers_automatically {
                true => "ENABLE",
                false => "DISABLE",
            },
            last_modified_date: seconds(found.modified_at),
            customer_version: 1,
            generation_id: found.id.to_string(),
            validity: Validity {
                not_before: seconds(described.not_before),
                not_after: seconds(described.not_after),
            },
            certificate_mode: found.mode,
        })
    }
}
