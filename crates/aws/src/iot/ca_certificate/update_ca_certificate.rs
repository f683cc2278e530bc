//! UpdateCACertificate

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::ca_certificate::shape::Config;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::CertificateId;
use registry::{CaCertificateUpdate, RegistrationConfig};

#[derive(Debug)]
pub(crate) struct UpdateCACertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    ca_certificate_id: CertificateId,
    new_status: Option<Status>,
    new_auto_registration_status: Option<AutoRegistration>,
    registration_config: Option<Config>,
    remove_auto_registration: Option<bool>,
}

impl Operation for UpdateCACertificate {
    const NAME: &'static str = "UpdateCACertificate";
    const METHOD_AND_PATH: &'static str = "PUT /cacertificate/{caCertificateId}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("newStatus", "newStatus"), ("newAutoRegistrationStatus", "newAutoRegistrationStatus")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("cacert/{}", input.ca_certificate_id)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        input.registration_config.as_ref().and_then(Config::passed_role)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let registration = match (input.registration_config, input.remove_auto_registration) {
            (Some(_), Some(true)) => {
                let message = "registrationConfig and removeAutoRegistration cannot both be given";
                return Err(AwsError::invalid_request(message));
            }
            (None, Some(true)) => Some(RegistrationConfig::default()),
            (config, _) => config.map(Config::read).transpose()?,
        };
        if let Some(registration) = &registration {
            state.fleet.check_registration(registration)?;
        }
        let is_enabled = |status| matches!(status, AutoRegistration::Enable);
        let update = CaCertificateUpdate {
            is_active: input.new_status.map(|status| matches!(status, Status::Active)),
            registers_automatically: input.new_auto_registration_status.map(is_enabled),
            registration,
        };
        let (id, now) = (&input.ca_certificate_id, state.clock.now());
        state.fleet.registry().update_ca_certificate(id, &update, now).await?;
        Ok(Nothing {})
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Active,
    Inactive,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AutoRegistration {
    Enable,
    Disable,
}
