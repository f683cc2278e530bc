//! RegisterCACertificate

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::ca_certificate::shape::Config;
use crate::iot::tag::shape::{TagList, tags_of};
use crate::operation::Operation;
use crate::state::State;
use fleet::NewAuthority;
use model::CertificateId;
use registry::CertificateMode;

#[derive(Debug)]
pub(crate) struct RegisterCACertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    ca_certificate: String,
    verification_certificate: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    set_as_active: Option<bool>,
    #[serde(default, deserialize_with = "from_text")]
    allow_auto_registration: Option<bool>,
    registration_config: Option<Config>,
    tags: Option<TagList>,
    certificate_mode: Option<CertificateMode>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_arn: String,
    certificate_id: CertificateId,
}

impl Operation for RegisterCACertificate {
    const NAME: &'static str = "RegisterCACertificate";
    const METHOD_AND_PATH: &'static str = "POST /cacertificate";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("setAsActive", "setAsActive"), ("allowAutoRegistration", "allowAutoRegistration")];

    type Input = Input;
    type Output = Output;

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        input.registration_config.as_ref().and_then(Config::passed_role)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let new = NewAuthority {
            pem: input.ca_certificate,
            verification_pem: input.verification_certificate,
            mode: input.certificate_mode.unwrap_or_default(),
            is_active: input.set_as_active.unwrap_or(false),
            registers_automatically: input.allow_auto_registration.unwrap_or(false),
            registration: input.registration_config.unwrap_or_default().read()?,
            tags: tags_of(input.tags)?,
        };
        let registered = state.fleet.register_authority(new).await?;
        Ok(Output {
            certificate_arn: state.fleet.registry().ca_certificate_arn(&registered.id).to_string(),
            certificate_id: registered.id,
        })
    }
}
