//! Who calls, and whether they may.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use fleet::{Authority, RefusedCall, Verdict};
use iam::{Denial, Identity, Login};
use model::{Home, Principal};

use crate::auth::access_denied;
use crate::error::AwsError;
use crate::resource_policy;
use crate::service::Protocol;
use crate::state::State;

/// Condition keys in lower case, with their values.
pub(crate) type ConditionKeys = Vec<(String, Vec<String>)>;

/// Who calls, how it reached us, and what came beside the fields of the input.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) who: Who,
    /// The name and port that the caller dialled, as its `Host` header says.
    pub(crate) host: String,
    /// What it says that it is.
    pub(crate) user_agent: String,
    pub(crate) source_ip: IpAddr,
    /// Whether it came by TLS.
    pub(crate) is_secure: bool,
    /// How it is told of a refusal.
    pub(crate) protocol: Protocol,
    /// The body of an operation whose body is not a list of fields.
    pub(crate) body: Bytes,
}

/// What a caller proved.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// That it has an access key's secret.
    Signed(Arc<Login>),
    /// That it has the key of a registered certificate.
    Device(Arc<Authority>),
}

impl Who {
    /// Whoever it is, as messages know it.
    pub(crate) fn principal(&self) -> Principal {
        match self {
            Who::Signed(login) => Principal::Iam(login.identity.user_id.as_str().into()),
            Who::Device(authority) => authority.principal().clone(),
        }
    }
}

/// A role, and the service that will act with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PassedRole<'a> {
    pub(crate) arn: &'a str,
    pub(crate) service: &'static str,
}

/// An action on a resource, for which the caller needs permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `iot:CreateThing`
    pub(crate) action: String,
    pub(crate) resource: String,
    /// The same without the names of services, as IoT policies know one only.
    iot_action: String,
    path: String,
    keys: ConditionKeys,
}

impl Asked {
    /// `path` is a path below the service, as `thing/lamp`; a whole ARN; or `*`.
    pub(crate) fn new(home: &Home, service: &str, action: &str, path: &str) -> Asked {
        let resource = match path {
            "*" => path.to_owned(),
            arn if arn.starts_with("arn:") => arn.to_owned(),
            path => {
                // These services are the same in every region.
                let region = if matches!(service, "iam" | "sts") { "" } else { &*home.region };
                // What the jobs' data plane acts on are things, which are IoT's.
                let owner = if service == "iotjobsdata" { "iot" } else { service };
                format!("arn:aws:{owner}:{region}:{}:{path}", home.account)
            }
        };
        Asked {
            action: format!("{service}:{action}"),
            resource,
            iot_action: format!("iot:{action}"),
            path: path.to_owned(),
            keys: ConditionKeys::new(),
        }
    }

    pub(crate) fn with_keys(self, keys: ConditionKeys) -> Asked {
        Asked { keys, ..self }
    }
}

fn forbidden(asked: &Asked, refusal: u64) -> AwsError {
    let Asked { iot_action, resource, .. } = asked;
    let message =
        format!("not allowed: {iot_action} on {resource}; thingstead explain {refusal} says why");
    AwsError::new(403, "ForbiddenException", message)
}

impl Caller {
    /// Refuses what the caller's policies do not allow.
    pub(crate) fn check(&self, state: &State, asked: &Asked) -> Result<(), AwsError> {
        match &self.who {
            Who::Signed(login) => self.check_identity(state, &login.identity, asked),
            Who::Device(authority) => match authority.may_call(&asked.iot_action, &asked.path) {
                Verdict::Allowed => Ok(()),
                Verdict::Refused(refusal) => Err(forbidden(asked, refusal)),
            },
        }
    }

    /// Whether it may do everything in a service, so that no question needs to be asked.
    pub(crate) fn may_all_of(&self, service: &str) -> bool {
        match &self.who {
            Who::Signed(login) => login.identity.may_all_of(service),
            Who::Device(_) => false,
        }
    }

    /// Refuses whoever may not let a service act with this role.
    pub(crate) fn check_pass_role(
        &self,
        state: &State,
        role: PassedRole<'_>,
    ) -> Result<(), AwsError> {
        let keys = vec![("iam:passedtoservice".to_owned(), vec![role.service.to_owned()])];
        let home = state.fleet.registry().home();
        self.check(state, &Asked::new(home, "iam", "PassRole", role.arn).with_keys(keys))
    }

    /// Who signed; devices do not.
    pub(crate) fn identity(&self) -> Result<&Identity, AwsError> {
        match &self.who {
            Who::Signed(login) => Ok(&login.identity),
            Who::Device(_) => {
                let message = "a device has no identity of IAM".to_owned();
                Err(access_denied(message, self.protocol))
            }
        }
    }

    fn check_identity(
        &self,
        state: &State,
        identity: &Identity,
        asked: &Asked,
    ) -> Result<(), AwsError> {
        let values: Vec<Vec<&str>> = asked
            .keys
            .iter()
            .map(|(_, values)| values.iter().map(String::as_str).collect())
            .collect();
        let region = [state.fleet.registry().home().region.as_str()];
        let is_secure = [if self.is_secure { "true" } else { "false" }];
        let mut keys: Vec<(&str, &[&str])> =
            vec![("aws:requestedregion", &region), ("aws:securetransport", &is_secure)];
        let own = asked.keys.iter().zip(&values);
        keys.extend(own.map(|((key, _), values)| (key.as_str(), values.as_slice())));
        // Nobody denies the owner of the house anything.
        let document = match identity.is_root() {
            true => None,
            false => resource_policy::of(state, &asked.resource).map_err(|error| {
                tracing::error!(%error, resource = asked.resource, "a policy cannot be read");
                access_denied("the policy of the resource cannot be read".to_owned(), self.protocol)
            })?,
        };
        let request = iam::Asked {
            action: &asked.action,
            resource: &asked.resource,
            source_ip: Some(self.source_ip),
            now: state.clock.now(),
            keys: &keys,
            resource_policy: document.as_deref().map(|document| ("resource policy", document)),
        };
        identity.authorize(&request).map_err(|denial| {
            self.keep_refused(state, &denial);
            access_denied(denial.to_string(), self.protocol)
        })
    }

    /// Keeps a refusal where explain shows it.
    pub(crate) fn keep_refused(&self, state: &State, denial: &Denial) {
        let (denial, epoch) = (denial.clone(), state.iam.epoch());
        let source_ip = Some(self.source_ip);
        state.fleet.refused_call(RefusedCall { denial, source_ip, epoch });
    }
}
