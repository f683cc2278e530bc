//! A destination as operations show it, and how they name it.

use actions::HttpUrl;
use registry::{Destination, DestinationStatus, Registry};
use serde::Serialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::seconds;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UrlProperties {
    confirmation_url: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownDestination {
    arn: String,
    status: DestinationStatus,
    created_at: f64,
    last_updated_at: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_reason: Option<String>,
    /// In lists it has another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    http_url_properties: Option<UrlProperties>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_url_summary: Option<UrlProperties>,
}

impl ShownDestination {
    pub(crate) fn of(registry: &Registry, destination: Destination) -> ShownDestination {
        let confirmation_url = destination.confirmation_url.clone();
        let listed = ShownDestination::listed(registry, destination);
        let http_url_properties = Some(UrlProperties { confirmation_url });
        ShownDestination { http_url_properties, http_url_summary: None, ..listed }
    }

    pub(crate) fn listed(registry: &Registry, destination: Destination) -> ShownDestination {
        let Destination { id, confirmation_url, status, status_reason, .. } = destination;
        ShownDestination {
            arn: registry.destination_arn(&id).to_string(),
            status,
            created_at: seconds(destination.created_at),
            last_updated_at: seconds(destination.updated_at),
            status_reason,
            http_url_properties: None,
            http_url_summary: Some(UrlProperties { confirmation_url }),
        }
    }
}

/// The id of a destination in its ARN.
pub(crate) fn id_of<'a>(registry: &Registry, arn: &'a str) -> Result<&'a str, AwsError> {
    let what = || AwsError::invalid_request(format!("arn: {arn:?} is no destination's"));
    registry.destination_id(arn).ok_or_else(what)
}

pub(crate) fn check_url(url: &str) -> Result<(), AwsError> {
    let unfit = |error| AwsError::invalid_request(format!("confirmationUrl: {error}"));
    HttpUrl::parse(url).map(drop).map_err(unfit)
}

/// Where the caller reaches us, as those who confirm are told.
pub(crate) fn door_of(caller: &Caller) -> String {
    let scheme = if caller.is_secure { "https" } else { "http" };
    format!("{scheme}://{}", caller.host)
}
