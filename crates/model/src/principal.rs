//! Who acts.

use std::fmt;
use std::sync::Arc;

use crate::name::CertificateId;

/// Whoever a connection or a call acts for, once it has proved it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A device with a registered certificate.
    Certificate(CertificateId),
    /// Someone with an access key: a user, a role's session, or the installation's owner; by the
    /// identifier that AWS has for them (`AIDA…`, `AROA…:session`, the account).
    Iam(Arc<str>),
    /// Someone whom a custom authorizer vouches for, by the identifier that it gave.
    Custom(Arc<str>),
    /// A client of the plain listener.
    Anonymous,
    /// The server itself: events, wills that it sends, messages of its own.
    Server,
}

impl Principal {
    /// What presence events call `principalIdentifier`.
    pub fn identifier(&self) -> &str {
        match self {
            Principal::Certificate(id) => id.as_str(),
            Principal::Iam(id) | Principal::Custom(id) => id,
            Principal::Anonymous => "anonymous",
            Principal::Server => "server",
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Principal::Certificate(id) => write!(f, "certificate {id}"),
            Principal::Iam(id) => write!(f, "IAM principal {id}"),
            Principal::Custom(id) => write!(f, "{id}, by a custom authorizer"),
            Principal::Anonymous => f.write_str("anonymous (plain listener)"),
            Principal::Server => f.write_str("the server"),
        }
    }
}
