//! Aliases as Lambda describes them.

use std::collections::BTreeMap;

use blueprints::{Alias, AliasChange, Qualifier};
use model::FunctionName;
use serde::{Deserialize, Serialize};

use super::words::invalid;
use crate::error::AwsError;
use crate::state::State;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AliasOut {
    alias_arn: String,
    name: String,
    function_version: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing_config: Option<Routing>,
    revision_id: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Routing {
    #[serde(default)]
    additional_version_weights: BTreeMap<String, f64>,
}

impl AliasOut {
    pub(crate) fn of(
        state: &State,
        function: &FunctionName,
        name: &str,
        alias: &Alias,
    ) -> AliasOut {
        let qualifier = Qualifier::Alias(name.to_owned());
        let weights = alias.other.map(|(number, share)| Routing {
            additional_version_weights: BTreeMap::from([(number.to_string(), share)]),
        });
        AliasOut {
            alias_arn: state.functions.blueprints().arn(function, Some(&qualifier)),
            name: name.to_owned(),
            function_version: alias.version_text(),
            description: alias.description.clone(),
            routing_config: weights,
            revision_id: alias.revision.clone(),
        }
    }
}

/// What is said of an alias.
pub(crate) fn change(
    version: Option<&str>,
    description: Option<String>,
    routing: Option<Routing>,
    revision: Option<String>,
) -> Result<AliasChange, AwsError> {
    let other = routing.map(|routing| {
        let mut weights = routing.additional_version_weights.into_iter();
        match (weights.next(), weights.next()) {
            (None, _) => Ok(None),
            (Some((version, share)), None) => {
                let number = version.parse().map_err(|_| invalid("$LATEST has no weight."))?;
                Ok(Some((number, share)))
            }
            _ => {
                Err(invalid("Number of items in AdditionalVersionWeights cannot be greater than 1"))
            }
        }
    });
    let other = other.transpose()?;
    Ok(AliasChange {
        version: version.map(Qualifier::parse).transpose()?,
        description,
        other,
        revision,
    })
}
