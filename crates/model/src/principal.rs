//! Who acts.

use std::fmt;

use crate::name::CertificateId;

/// Whoever a connection or a call acts for, once it has proved it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A device with a registered certificate.
    Certificate(CertificateId),
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
            Principal::Anonymous => "anonymous",
            Principal::Server => "server",
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Principal::Certificate(id) => write!(f, "certificate {id}"),
            Principal::Anonymous => f.write_str("anonymous (plain listener)"),
            Principal::Server => f.write_str("the server"),
        }
    }
}
