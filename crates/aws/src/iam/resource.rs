//! The resources that IAM's operations act on: ARNs with the path of what is there. What is not there
//! is asked for without a path.

use iam::EntityName;
use model::{GroupName, IamPath, InstanceProfileName, PolicyName, RoleName, UserName};

use crate::caller::{Caller, Who};
use crate::error::AwsError;
use crate::state::State;

pub(crate) fn entity(state: &State, name: &EntityName) -> String {
    match state.iam.entity(name) {
        Ok(found) => found.arn(state.iam.home()).to_string(),
        Err(_) => format!("{}/{name}", name.kind().as_str()),
    }
}

pub(crate) fn user(state: &State, name: &UserName) -> String {
    entity(state, &name.clone().into())
}

pub(crate) fn group(state: &State, name: &GroupName) -> String {
    entity(state, &name.clone().into())
}

pub(crate) fn role(state: &State, name: &RoleName) -> String {
    entity(state, &name.clone().into())
}

pub(crate) fn profile(state: &State, name: &InstanceProfileName) -> String {
    match state.iam.instance_profile(name) {
        Ok(found) => found.arn(state.iam.home()).to_string(),
        Err(_) => format!("instance-profile/{name}"),
    }
}

/// What is to be made: `user/night/bob`
pub(crate) fn new(kind: &str, path: &IamPath, name: &str) -> String {
    format!("{kind}{path}{name}")
}

/// What a user or group becomes, for which a caller needs permission as for what it was.
pub(crate) fn renamed(
    state: &State,
    name: &EntityName,
    new_path: Option<&IamPath>,
    new_name: Option<&str>,
) -> String {
    let old_path = state.iam.entity(name).map(|found| found.path).unwrap_or_default();
    let path = new_path.unwrap_or(&old_path);
    new(name.kind().as_str(), path, new_name.unwrap_or(name.as_str()))
}

pub(crate) fn new_policy(path: &IamPath, name: &PolicyName) -> String {
    new("policy", path, name.as_str())
}

/// The user of this name, or without one whoever calls.
pub(crate) fn user_or_caller(state: &State, caller: &Caller, name: Option<&UserName>) -> String {
    match (name, &caller.who) {
        (Some(name), _) => user(state, name),
        (None, Who::Signed(login)) => login.identity.arn.clone(),
        (None, Who::Device(_)) => "*".to_owned(),
    }
}

/// The user of this name, or without one whoever calls, if that is a user.
pub(crate) fn named_or_caller(
    caller: &Caller,
    name: Option<UserName>,
) -> Result<UserName, AwsError> {
    if let Some(name) = name {
        return Ok(name);
    }
    match &caller.identity()?.kind {
        iam::IdentityKind::User { name } => {
            UserName::new(name).map_err(|error| AwsError::validation(error.to_string()))
        }
        iam::IdentityKind::Root | iam::IdentityKind::Role { .. } => Err(AwsError::validation(
            "Must specify userName when calling with non-User credentials",
        )),
    }
}
