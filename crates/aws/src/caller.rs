//! Who calls, and whether they may.

use std::net::IpAddr;

use bytes::Bytes;
use http::HeaderMap;
use model::Home;

use crate::error::AwsError;

/// Who calls, how it reached us, and what came beside the fields of the input.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) who: Who,
    /// The name and port that the caller dialled, as its `Host` header says.
    pub(crate) host: String,
    pub(crate) source_ip: IpAddr,
    pub(crate) headers: HeaderMap,
    /// The body of an operation whose body is not a list of fields.
    pub(crate) body: Bytes,
}

/// What a caller proved.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// That it has an access key's secret.
    Key { access_key: String },
}

/// An action on a resource, for which the caller needs permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `iot:CreateThing`
    pub(crate) action: String,
    pub(crate) resource: String,
}

impl Asked {
    /// `path` is a path below the service, as `thing/lamp`; a whole ARN; or `*`.
    pub(crate) fn new(home: &Home, service: &str, action: &str, path: &str) -> Asked {
        let resource = match path {
            "*" => path.to_owned(),
            arn if arn.starts_with("arn:") => arn.to_owned(),
            path => format!("arn:aws:{service}:{}:{}:{path}", home.region, home.account),
        };
        Asked { action: format!("{service}:{action}"), resource }
    }
}

impl Caller {
    /// Refuses what the caller's policies do not allow.
    pub(crate) fn check(&self, asked: &Asked) -> Result<(), AwsError> {
        match &self.who {
            // The one key of an installation is its owner's.
            Who::Key { access_key } => {
                tracing::trace!(access_key, action = asked.action, resource = asked.resource);
                Ok(())
            }
        }
    }
}
