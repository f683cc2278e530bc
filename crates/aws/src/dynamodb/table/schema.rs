//! Keys and indexes, as requests give them.

use model::IndexName;
use serde::{Deserialize, Serialize};
use tables::{
    IndexBilling, KeyAttribute, KeyKind, KeySchema, NewIndex, Projection, Scope, StreamView,
};

use super::billing::{OnDemandThroughput, ProvisionedThroughput, WarmThroughput, index_billing};
use crate::dynamodb::input::wire_words;
use crate::dynamodb::words::{constraint, validation};
use crate::error::AwsError;

wire_words! {
    AttributeType at "attributeDefinitions.member.attributeType" { B = "B", N = "N", S = "S" }
}

wire_words! {
    KeyType at "keySchema.member.keyType" { Hash = "HASH", Range = "RANGE" }
}

wire_words! {
    ProjectionType at "projection.projectionType" {
        All = "ALL", KeysOnly = "KEYS_ONLY", Include = "INCLUDE",
    }
}

wire_words! {
    StreamViewType at "streamSpecification.streamViewType" {
        NewAndOldImages = "NEW_AND_OLD_IMAGES",
        OldImage = "OLD_IMAGE",
        NewImage = "NEW_IMAGE",
        KeysOnly = "KEYS_ONLY",
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct AttributeDefinition {
    pub(super) attribute_name: String,
    pub(super) attribute_type: AttributeType,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct KeySchemaElement {
    attribute_name: String,
    key_type: KeyType,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct IndexInput {
    pub(super) index_name: String,
    pub(super) key_schema: Vec<KeySchemaElement>,
    projection: ProjectionInput,
    pub(super) provisioned_throughput: Option<ProvisionedThroughput>,
    on_demand_throughput: Option<OnDemandThroughput>,
    warm_throughput: Option<WarmThroughput>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ProjectionInput {
    projection_type: Option<ProjectionType>,
    non_key_attributes: Option<Vec<String>>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct StreamSpecification {
    stream_enabled: bool,
    #[serde(skip_serializing)]
    stream_view_type: Option<StreamViewType>,
}

impl StreamSpecification {
    /// The view of a stream that is asked for; `None` if none shall be.
    pub(super) fn view(&self) -> Result<Option<StreamView>, AwsError> {
        match (self.stream_enabled, self.stream_view_type) {
            (false, None) => Ok(None),
            (false, Some(_)) => Err(validation(
                "One or more parameter values were invalid: StreamViewType cannot be specified \
                 when StreamEnabled is false",
            )),
            (true, None) => Err(validation(
                "One or more parameter values were invalid: StreamViewType must be specified when \
                 StreamEnabled is true",
            )),
            (true, Some(view)) => Ok(Some(match view {
                StreamViewType::KeysOnly => StreamView::KeysOnly,
                StreamViewType::NewImage => StreamView::NewImage,
                StreamViewType::OldImage => StreamView::OldImage,
                StreamViewType::NewAndOldImages => StreamView::NewAndOldImages,
            })),
        }
    }
}

/// AWS's limit.
const ATTRIBUTE_NAME_MAX: usize = 255;

pub(super) fn attributes(given: &[AttributeDefinition]) -> Result<Vec<KeyAttribute>, AwsError> {
    for (at, AttributeDefinition { attribute_name, .. }) in given.iter().enumerate() {
        if !(1..=ATTRIBUTE_NAME_MAX).contains(&attribute_name.len()) {
            let at = format!("attributeDefinitions.{}.member.attributeName", at + 1);
            let what = "Member must have length greater than or equal to 1, and less than or equal \
                        to 255";
            return Err(validation(constraint(attribute_name, &at, what)));
        }
    }
    let attribute = |given: &AttributeDefinition| KeyAttribute {
        name: given.attribute_name.clone(),
        kind: match given.attribute_type {
            AttributeType::S => KeyKind::S,
            AttributeType::N => KeyKind::N,
            AttributeType::B => KeyKind::B,
        },
    };
    Ok(given.iter().map(attribute).collect())
}

/// The attributes of a key, with the types that were defined for them.
pub(super) fn key(
    given: &[KeySchemaElement],
    attributes: &[KeyAttribute],
) -> Result<KeySchema, AwsError> {
    let names: Vec<&str> = given.iter().map(|it| it.attribute_name.as_str()).collect();
    let find = |name: &str| attributes.iter().find(|attribute| attribute.name == name).cloned();
    if names.iter().any(|name| find(name).is_none()) {
        let defined: Vec<&str> = attributes.iter().map(|it| it.name.as_str()).collect();
        return Err(validation(format!(
            "One or more parameter values were invalid: Some index key attributes are not defined \
             in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
            names.join(", "),
            defined.join(", ")
        )));
    }
    let (first, second) = match given {
        [first] => (first, None),
        [first, second] => (first, Some(second)),
        [] => {
            let what = "Member must have length greater than or equal to 1";
            return Err(validation(constraint("[]", "keySchema", what)));
        }
        _ => {
            let what = "Member must have length less than or equal to 2";
            return Err(validation(constraint(&format!("{names:?}"), "keySchema", what)));
        }
    };
    if names.get(1) == Some(&names[0]) {
        let message =
            "Both the Hash Key and the Range Key element in the KeySchema have the same name";
        return Err(validation(message));
    }
    if first.key_type != KeyType::Hash {
        let message = "Invalid KeySchema: The first KeySchemaElement is not a HASH key type";
        return Err(validation(message));
    }
    if second.is_some_and(|second| second.key_type != KeyType::Range) {
        let message = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type";
        return Err(validation(message));
    }
    let of = |element: &KeySchemaElement| find(&element.attribute_name);
    let partition = of(first).ok_or_else(|| validation("Invalid KeySchema"))?;
    Ok(KeySchema { partition, sort: second.and_then(of) })
}

impl IndexInput {
    pub(super) fn index(
        self,
        scope: Scope,
        attributes: &[KeyAttribute],
    ) -> Result<NewIndex, AwsError> {
        let name = IndexName::new(&self.index_name).map_err(|_| {
            let what = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+, and have \
                        a length of 3 to 255";
            validation(constraint(&self.index_name, "indexName", what))
        })?;
        let key = key(&self.key_schema, attributes)?;
        let billing = match scope {
            Scope::Global => index_billing(
                self.provisioned_throughput,
                self.on_demand_throughput,
                self.warm_throughput,
            )?,
            Scope::Local => {
                let is_billed = self.provisioned_throughput.is_some()
                    || self.on_demand_throughput.is_some()
                    || self.warm_throughput.is_some();
                if is_billed {
                    return Err(validation(
                        "a local secondary index has no ProvisionedThroughput, \
                         OnDemandThroughput or WarmThroughput",
                    ));
                }
                IndexBilling::default()
            }
        };
        Ok(NewIndex { name, scope, key, projection: self.projection.projection()?, billing })
    }
}

impl ProjectionInput {
    fn projection(self) -> Result<Projection, AwsError> {
        const INVALID: &str = "One or more parameter values were invalid:";
        match (self.projection_type, self.non_key_attributes) {
            (None, _) => Err(validation(format!("{INVALID} Unknown ProjectionType: null"))),
            (Some(ProjectionType::All), None) => Ok(Projection::All),
            (Some(ProjectionType::KeysOnly), None) => Ok(Projection::KeysOnly),
            (Some(ProjectionType::Include), Some(names)) if !names.is_empty() => {
                Ok(Projection::Include(names))
            }
            (Some(ProjectionType::Include), _) => Err(validation(format!(
                "{INVALID} ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
            ))),
            (Some(kind), Some(_)) => Err(validation(format!(
                "{INVALID} ProjectionType is {}, but NonKeyAttributes is specified",
                kind.as_str()
            ))),
        }
    }
}
