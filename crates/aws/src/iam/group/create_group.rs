//! CreateGroup

use std::sync::Arc;

use iam::NewEntity;
use model::{GroupName, IamPath};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::resource;
use crate::iam::shape::Named;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    path: IamPath,
    group_name: GroupName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    group: Named,
}

impl Operation for CreateGroup {
    const NAME: &'static str = "CreateGroup";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        resource::new("group", &input.path, input.group_name.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let new = NewEntity {
            name: input.group_name.into(),
            path: input.path,
            tags: Vec::new(),
            boundary: None,
            role: None,
        };
        let group = state.iam.create_entity(new, state.clock.now()).await?;
        Ok(Output { group: Named::group(&state.iam, &group) })
    }
}
