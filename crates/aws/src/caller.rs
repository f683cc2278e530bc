//! Who calls, and whether they may.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use fleet::{Authority, Verdict};
use model::{Home, Principal};

use crate::error::AwsError;

/// Who calls, how it reached us, and what came beside the fields of the input.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) who: Who,
    /// The name and port that the caller dialled, as its `Host` header says.
    pub(crate) host: String,
    pub(crate) source_ip: IpAddr,
    /// The body of an operation whose body is not a list of fields.
    pub(crate) body: Bytes,
}

/// What a caller proved.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// That it has an access key's secret.
    Key { access_key: String },
    /// That it has the key of a registered certificate.
    Device(Arc<Authority>),
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
}

impl Asked {
    /// `path` is a path below the service, as `thing/lamp`; a whole ARN; or `*`.
    pub(crate) fn new(home: &Home, service: &str, action: &str, path: &str) -> Asked {
        let resource = match path {
            "*" => path.to_owned(),
            arn if arn.starts_with("arn:") => arn.to_owned(),
            path => format!("arn:aws:{service}:{}:{}:{path}", home.region, home.account),
        };
        Asked {
            action: format!("{service}:{action}"),
            resource,
            iot_action: format!("iot:{action}"),
            path: path.to_owned(),
        }
    }
}

fn forbidden(asked: &Asked, refusal: u64) -> AwsError {
    let Asked { iot_action, resource, .. } = asked;
    let message =
        format!("not allowed: {iot_action} on {resource}; thingstead explain {refusal} says why");
    AwsError::new(403, "ForbiddenException", message)
}

impl Caller {
    pub(crate) fn principal(&self) -> Principal {
        match &self.who {
            Who::Key { access_key } => Principal::Iam(access_key.as_str().into()),
            Who::Device(authority) => authority.principal().clone(),
        }
    }

    /// Refuses what the caller's policies do not allow.
    pub(crate) fn check(&self, asked: &Asked) -> Result<(), AwsError> {
        match &self.who {
            // The one key of an installation is its owner's.
            Who::Key { access_key } => {
                let Asked { action, resource, .. } = asked;
                tracing::trace!(access_key, action, resource, ip = %self.source_ip, "allowed");
                Ok(())
            }
            Who::Device(authority) => match authority.may_call(&asked.iot_action, &asked.path) {
                Verdict::Allowed => Ok(()),
                Verdict::Refused(refusal) => Err(forbidden(asked, refusal)),
            },
        }
    }
}
