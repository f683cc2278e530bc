//! Calls of the API that IAM's policies refused.

use std::net::IpAddr;

use iam::{Denial, Why};

use crate::explain::{RefusalKind, Subject};
use crate::fleet::Fleet;
use crate::reason::Reason;

/// A call that was refused.
#[derive(Clone, Debug)]
pub struct RefusedCall {
    pub denial: Denial,
    pub source_ip: Option<IpAddr>,
    /// The epoch of IAM at which it was decided.
    pub epoch: u64,
}

impl Fleet {
    /// Keeps a refused call beside the refusals of devices, and answers its id.
    pub fn refused_call(&self, call: RefusedCall) -> u64 {
        let RefusedCall { denial, source_ip, epoch } = call;
        let Denial { arn, action, resource, why } = denial;
        let reason = reason(why);
        let subject = Subject {
            kind: RefusalKind::Call,
            principal: Some(arn),
            client_id: None,
            source_ip,
            action: Some(action),
            resource: Some(resource),
            // The same call may be refused for another reason, as under other conditions.
            what: Some(reason.to_string()),
        };
        let now = self.0.clock.now();
        self.0.refusals.keep(subject, true, now, epoch, || (reason, Vec::new()))
    }
}

fn reason(why: Why) -> Reason {
    match why {
        Why::Denied { by, cause } => {
            Reason::Denied { policy: None, cause: format!("{cause} ({by})") }
        }
        Why::NotAllowed { policies, nearest, .. } => Reason::NoMatch { policies, nearest },
        Why::NoRole => Reason::NoRole,
        Why::NotTrusted => Reason::NotTrusted,
        Why::SessionToken => Reason::SessionToken,
    }
}
