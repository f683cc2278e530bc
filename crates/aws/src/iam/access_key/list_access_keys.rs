//! ListAccessKeys

use std::sync::Arc;

use model::UserName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::{MaxItems, part};
use crate::iam::resource;
use crate::operation::Operation;
use crate::state::State;
use crate::timestamp::iso_8601;

#[derive(Debug)]
pub(crate) struct ListAccessKeys;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: Option<UserName>,
    marker: Option<String>,
    #[serde(default)]
    max_items: MaxItems,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    access_key_metadata: Vec<Metadata>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

impl Operation for ListAccessKeys {
    const NAME: &'static str = "ListAccessKeys";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, caller: &Caller, input: &Input) -> String {
        resource::user_or_caller(state, caller, input.user_name.as_ref())
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let user = resource::named_or_caller(&caller, input.user_name)?;
        let mut keys = state.iam.access_keys(&user)?;
        keys.sort_by(|one, other| one.id.cmp(&other.id));
        let id = |key: &iam::AccessKey| key.id.clone();
        let (keys, marker) = part(keys, input.marker.as_deref(), limit, id);
        let metadata = |key: iam::AccessKey| Metadata {
            user_name: key.user.to_string(),
            access_key_id: key.id,
            status: key.status.as_str(),
            create_date: iso_8601(key.created_at),
        };
        let access_key_metadata = keys.into_iter().map(metadata).collect();
        Ok(Output { access_key_metadata, is_truncated: marker.is_some(), marker })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    user_name: String,
    access_key_id: String,
    status: &'static str,
    create_date: String,
}
