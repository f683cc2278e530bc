//! A thing type as operations take and show it.

use model::ThingTypeName;
use registry::ThingType;
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::iot::seconds;
use crate::state::State;

/// Of an input. Properties for MQTT 5 messages are not served, so there is no field for them.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Properties {
    pub(crate) thing_type_description: Option<String>,
    pub(crate) searchable_attributes: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Described {
    thing_type_name: ThingTypeName,
    thing_type_arn: String,
    thing_type_properties: ShownProperties,
    thing_type_metadata: Metadata,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    thing_type_description: Option<String>,
    searchable_attributes: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    deprecated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecation_date: Option<f64>,
    creation_date: f64,
}

impl Described {
    pub(crate) fn of(state: &State, found: ThingType) -> Described {
        Described {
            thing_type_arn: state.fleet.registry().thing_type_arn(&found.name).to_string(),
            thing_type_name: found.name,
            thing_type_properties: ShownProperties {
                thing_type_description: found.description,
                searchable_attributes: found.searchable_attributes,
            },
            thing_type_metadata: Metadata {
                deprecated: found.deprecated_at.is_some(),
                deprecation_date: found.deprecated_at.map(seconds),
                creation_date: seconds(found.created_at),
            },
        }
    }
}

pub(crate) fn type_not_found(name: &ThingTypeName) -> AwsError {
    AwsError::not_found(format!("Thing type {name} cannot be found."))
}
