//! PutParameter

use std::collections::BTreeMap;
use std::sync::Arc;

use parameters::{Kind, NewParameter, ParameterName, Tier};
use serde::{Deserialize, Serialize};

use super::words::{KEY, Tag, invalid, of_name, tags_of};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutParameter;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: String,
    value: String,
    #[serde(rename = "Type")]
    kind: Option<String>,
    description: Option<String>,
    key_id: Option<String>,
    #[serde(default)]
    overwrite: bool,
    allowed_pattern: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    tier: Option<String>,
    data_type: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    version: u64,
    tier: &'static str,
}

impl Operation for PutParameter {
    const NAME: &'static str = "PutParameter";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_name(&input.name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let kind = input.kind.as_deref().map(kind).transpose()?;
        if let Some(key) = input.key_id.filter(|key| key != KEY) {
            let message = format!("KeyId: secrets are sealed with {KEY}, not with {key}");
            return Err(AwsError::new(400, "InvalidKeyId", message));
        }
        if let Some(other) = input.data_type.filter(|data_type| data_type != "text") {
            return Err(invalid(format!("DataType: text is supported, not {other}")));
        }
        let tags: BTreeMap<String, String> = tags_of(input.tags);
        let new = NewParameter {
            name: ParameterName::new(&input.name)?,
            value: input.value,
            kind,
            description: input.description,
            allowed_pattern: input.allowed_pattern,
            tier: input.tier.as_deref().map(tier).transpose()?.flatten(),
            tags,
            overwrite: input.overwrite,
            modified_by: caller.identity()?.arn.clone(),
            now: state.clock.now(),
        };
        let put = state.parameters.put(new).await?;
        Ok(Output { version: put.version, tier: put.tier.name() })
    }
}

fn kind(text: &str) -> Result<Kind, AwsError> {
    Kind::of_name(text).ok_or_else(|| {
        let message = format!("Type: String, StringList or SecureString, not {text}");
        AwsError::new(400, "UnsupportedParameterType", message)
    })
}

/// Nothing for the tier that follows the value.
fn tier(text: &str) -> Result<Option<Tier>, AwsError> {
    match text {
        "Standard" => Ok(Some(Tier::Standard)),
        "Advanced" => Ok(Some(Tier::Advanced)),
        "Intelligent-Tiering" => Ok(None),
        _ => Err(invalid(format!("Tier: Standard, Advanced or Intelligent-Tiering, not {text}"))),
    }
}
