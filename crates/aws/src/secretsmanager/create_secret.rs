//! CreateSecret

use std::sync::Arc;

use secrets::{NewSecret, SecretName};
use serde::{Deserialize, Serialize};

use super::value::given;
use super::words::{NamedOut, Tag, tags_of, unfit};
use super::{keys, words};
use crate::caller::{Asked, Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateSecret;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: String,
    client_request_token: Option<String>,
    description: Option<String>,
    kms_key_id: Option<String>,
    secret_binary: Option<String>,
    secret_string: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    /// Of copies in other regions, of which there are none.
    #[serde(default)]
    force_overwrite_replica_secret: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    named: NamedOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<String>,
}

impl Operation for CreateSecret {
    const NAME: &'static str = "CreateSecret";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        words::resource(state, &input.name)
    }

    fn condition_keys_in(_state: &State, input: &Input) -> ConditionKeys {
        let mut keys = keys::request_tags(&input.tags);
        keys.extend(keys::key("name", Some(&input.name)));
        keys.extend(keys::key("description", input.description.as_deref()));
        keys.extend(keys::key("kmskeyid", input.kms_key_id.as_deref()));
        keys
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        if input.force_overwrite_replica_secret {
            return Err(unfit("ForceOverwriteReplicaSecret: secrets are not replicated"));
        }
        if !input.tags.is_empty() {
            let keys = keys::request_tags(&input.tags);
            let resource = words::resource(&state, &input.name);
            let home = state.fleet.registry().home();
            let asked = Asked::new(home, "secretsmanager", "TagResource", &resource);
            caller.check(&state, &asked.with_keys(keys))?;
        }
        let new = NewSecret {
            name: SecretName::new(&input.name)?,
            description: input.description,
            kms_key_id: input.kms_key_id,
            tags: tags_of(input.tags),
            value: given(input.secret_string, input.secret_binary, input.client_request_token)?,
            now: state.clock.now(),
        };
        let written = state.secrets.create(new).await?;
        Ok(Output { named: written.secret.into(), version_id: written.version })
    }
}
