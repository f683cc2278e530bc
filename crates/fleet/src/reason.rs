//! Why someone was refused, as a sentence, and what to do about it.

use std::fmt;

use model::{CertificateId, PolicyName};
use policy::NearMiss;
use registry::CertificateStatus;

/// Why something was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The handshake did not come to an end; the text is the listener's.
    Handshake {
        what: String,
    },
    /// The connection was ended; the text is the broker's.
    Closed {
        what: String,
    },
    CertificateMalformed,
    CertificateUnknown {
        id: CertificateId,
    },
    CertificateStatus {
        id: CertificateId,
        status: CertificateStatus,
    },
    CertificateNotYetValid {
        id: CertificateId,
    },
    CertificateExpired {
        id: CertificateId,
    },
    NoPolicy {
        id: CertificateId,
    },
    /// No custom authorizer vouches for it.
    NotVouched {
        what: String,
    },
    /// A stored document cannot be read by this program.
    PolicyMalformed {
        name: PolicyName,
        what: String,
    },
    /// A statement denies it.
    Denied {
        /// The policy that has it, if it is a device that is denied.
        policy: Option<String>,
        cause: String,
    },
    /// No statement allows it; perhaps one nearly does.
    NoMatch {
        policies: Vec<String>,
        nearest: Option<Box<NearMiss>>,
    },
    /// Somebody asked for a role that there is not.
    NoRole,
    /// The trust of the role does not name whoever asked for it.
    NotTrusted,
    /// Credentials of GetSessionToken were used for IAM or STS.
    SessionToken,
    /// The registry could not be read, and what is not known to be allowed is refused.
    Unavailable,
}

impl Reason {
    pub(crate) fn no_longer_vouched() -> Reason {
        Reason::NotVouched { what: "its authorizer no longer vouches for it".to_owned() }
    }

    /// The policies that decided, or came nearest.
    pub fn policies(&self) -> Vec<&str> {
        match self {
            Reason::PolicyMalformed { name, .. } => vec![name.as_str()],
            Reason::Denied { policy, .. } => policy.iter().map(String::as_str).collect(),
            Reason::NoMatch { nearest: Some(nearest), .. } => vec![&nearest.policy],
            Reason::NoMatch { policies, nearest: None } => {
                policies.iter().map(String::as_str).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What to change, if we know.
    pub fn advice(&self) -> Option<String> {
        Some(match self {
            Reason::Handshake { .. } | Reason::Closed { .. } => return None,
            Reason::CertificateMalformed => "make the certificate anew".to_owned(),
            Reason::CertificateUnknown { id } => {
                format!("register the certificate {id} or use the one of `device add`")
            }
            Reason::CertificateStatus { status: CertificateStatus::Revoked, .. } => {
                "give the device a new certificate".to_owned()
            }
            Reason::CertificateStatus { .. } => "activate the certificate".to_owned(),
            Reason::CertificateNotYetValid { .. } => {
                "compare the clocks of this machine and of the one that signed it".to_owned()
            }
            Reason::CertificateExpired { .. } => "give the device a new certificate".to_owned(),
            Reason::NoPolicy { .. } => "attach a policy to the certificate".to_owned(),
            Reason::NotVouched { .. } => {
                "try it with test-invoke-authorizer, and look at the function's log".to_owned()
            }
            Reason::PolicyMalformed { name, .. } => {
                format!("store the policy {name} anew, corrected")
            }
            Reason::Denied { .. } => "change that statement, if this should be allowed".to_owned(),
            Reason::NoMatch { nearest: Some(nearest), .. } => nearest.advice(),
            Reason::NoMatch { nearest: None, .. } => "allow it in a policy".to_owned(),
            Reason::NoRole => "look at the role's name and path in the ARN".to_owned(),
            Reason::NotTrusted => {
                "name it in the role's trust policy, and look at the conditions there".to_owned()
            }
            Reason::SessionToken => "use the access key itself, or assume a role".to_owned(),
            Reason::Unavailable => "look at the server's log and disk".to_owned(),
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Handshake { what } | Reason::Closed { what } | Reason::NotVouched { what } => {
                f.write_str(what)
            }
            Reason::CertificateMalformed => f.write_str("the certificate is malformed"),
            Reason::CertificateUnknown { id } => {
                write!(f, "the certificate {id} is not registered")
            }
            Reason::CertificateStatus { id, status } => {
                write!(f, "the certificate {id} is {status}")
            }
            Reason::CertificateNotYetValid { id } => {
                write!(f, "the certificate {id} is not valid yet")
            }
            Reason::CertificateExpired { id } => write!(f, "the certificate {id} has expired"),
            Reason::NoPolicy { id } => write!(f, "the certificate {id} has no policy attached"),
            Reason::PolicyMalformed { name, what } => {
                write!(f, "the policy {:?} cannot be read: {what}", name.as_str())
            }
            Reason::Denied { cause, .. } => write!(f, "denied by {cause}"),
            Reason::NoMatch { nearest: Some(nearest), .. } => nearest.fmt(f),
            Reason::NoMatch { policies, nearest: None } if policies.is_empty() => {
                f.write_str("there is no policy that could allow it")
            }
            Reason::NoMatch { policies, nearest: None } => {
                write!(f, "no statement of {} comes near to allowing it", quoted(policies))
            }
            Reason::NoRole => f.write_str("there is no such role"),
            Reason::NotTrusted => {
                f.write_str("the role's trust policy does not let it have the role")
            }
            Reason::SessionToken => {
                f.write_str("credentials of GetSessionToken cannot call IAM, and little of STS")
            }
            Reason::Unavailable => f.write_str("the registry could not be read"),
        }
    }
}

fn quoted(policies: &[String]) -> String {
    let names: Vec<String> = policies.iter().map(|name| format!("{name:?}")).collect();
    match &names[..] {
        [one] => format!("the policy {one}"),
        _ => format!("the policies {}", names.join(", ")),
    }
}
