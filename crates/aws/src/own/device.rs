//! A device as the operations on devices show it.

use std::sync::Arc;

use fleet::Device;
use model::ThingName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Named {
    name: ThingName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    name: ThingName,
    is_connected: bool,
    certificates: Vec<Certificate>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Certificate {
    certificate_id: String,
    status: &'static str,
    policies: Vec<String>,
}

impl Shown {
    pub(crate) fn of(state: &State, device: Device) -> Shown {
        let certificates = device.certificates.into_iter();
        Shown {
            is_connected: state.broker.is_connected(device.thing.name.as_str()),
            name: device.thing.name,
            certificates: certificates
                .map(|certificate| Certificate {
                    certificate_id: certificate.id.to_string(),
                    status: certificate.status.as_str(),
                    policies: certificate.policies.iter().map(ToString::to_string).collect(),
                })
                .collect(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct ShowDevice;

impl Operation for ShowDevice {
    const NAME: &'static str = "ShowDevice";

    type Input = Named;
    type Output = Shown;

    async fn call(state: Arc<State>, _caller: Caller, input: Named) -> Result<Shown, AwsError> {
        let found = state.fleet.find_device(&input.name)?;
        let missing = || AwsError::not_found(format!("there is no device {}", input.name));
        Ok(Shown::of(&state, found.ok_or_else(missing)?))
    }
}

#[derive(Debug)]
pub(crate) struct DeactivateDevice;

impl Operation for DeactivateDevice {
    const NAME: &'static str = "DeactivateDevice";

    type Input = Named;
    type Output = Shown;

    async fn call(state: Arc<State>, _caller: Caller, input: Named) -> Result<Shown, AwsError> {
        let device = state.fleet.deactivate_device(&input.name).await?;
        Ok(Shown::of(&state, device))
    }
}

#[derive(Debug)]
pub(crate) struct RemoveDevice;

impl Operation for RemoveDevice {
    const NAME: &'static str = "RemoveDevice";

    type Input = Named;
    type Output = Shown;

    async fn call(state: Arc<State>, _caller: Caller, input: Named) -> Result<Shown, AwsError> {
        let device = state.fleet.remove_device(&input.name).await?;
        Ok(Shown::of(&state, device))
    }
}
