//! A group as operations take and show it.

use model::ThingGroupName;
use registry::{Attributes, ThingGroup};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::iot::seconds;
use crate::iot::thing::shape::AttributePayload;
use crate::state::State;

/// Of an input.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Properties {
    pub(crate) thing_group_description: Option<String>,
    pub(crate) attribute_payload: Option<AttributePayload>,
}

/// A group, of things or of costs, as lists show it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NameAndArn {
    pub(crate) group_name: String,
    pub(crate) group_arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    thing_group_description: Option<String>,
    attribute_payload: ShownAttributes,
}

#[derive(Debug, Serialize)]
struct ShownAttributes {
    attributes: Attributes,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_group_name: Option<ThingGroupName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    root_to_parent_thing_groups: Vec<NameAndArn>,
    creation_date: f64,
}

impl NameAndArn {
    pub(crate) fn of(state: &State, name: &ThingGroupName) -> NameAndArn {
        let group_arn = state.fleet.registry().thing_group_arn(name).to_string();
        NameAndArn { group_name: name.to_string(), group_arn }
    }
}

impl ShownProperties {
    pub(crate) fn of(group: &ThingGroup) -> ShownProperties {
        ShownProperties {
            thing_group_description: group.description.clone(),
            attribute_payload: ShownAttributes { attributes: group.attributes.clone() },
        }
    }
}

impl Metadata {
    pub(crate) fn of(state: &State, group: &ThingGroup) -> Metadata {
        let above = group.ancestors.iter().map(|name| NameAndArn::of(state, name));
        Metadata {
            parent_group_name: group.parent().cloned(),
            root_to_parent_thing_groups: above.collect(),
            creation_date: seconds(group.created_at),
        }
    }
}

pub(crate) fn group_not_found(name: &ThingGroupName) -> AwsError {
    AwsError::not_found(format!("Thing group {name} cannot be found."))
}
