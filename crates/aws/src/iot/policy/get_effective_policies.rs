//! GetEffectivePolicies

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use fleet::Fleet;
use model::{PolicyName, ThingName};

#[derive(Debug)]
pub(crate) struct GetEffectivePolicies;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    principal: Option<String>,
    thing_name: Option<ThingName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    effective_policies: Vec<Effective>,
}

impl Operation for GetEffectivePolicies {
    const NAME: &'static str = "GetEffectivePolicies";
    const METHOD_AND_PATH: &'static str = "POST /effective-policies";
    const QUERY: &'static [(&'static str, &'static str)] = &[("thingName", "thingName")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.principal.clone().unwrap_or_else(|| "*".to_owned())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let target = input.principal.as_deref().map(Fleet::target).transpose()?;
        let policies =
            state.fleet.effective_policies(target.as_ref(), input.thing_name.as_ref())?;
        let registry = state.fleet.registry();
        let shown = |(policy_name, policy_document): (PolicyName, String)| Effective {
            policy_arn: registry.policy_arn(&policy_name).to_string(),
            policy_name,
            policy_document,
        };
        Ok(Output { effective_policies: policies.into_iter().map(shown).collect() })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Effective {
    policy_name: PolicyName,
    policy_arn: String,
    policy_document: String,
}
