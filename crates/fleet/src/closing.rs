//! Connections that the server ends, though their clients were let in.

use std::net::IpAddr;

use model::{ClientId, Principal};

use crate::explain::{RefusalKind, Subject};
use crate::fleet::Fleet;
use crate::reason::Reason;

impl Fleet {
    /// Keeps why a connection was ended; answers the id of the refusal.
    pub fn closed_connection(
        &self,
        principal: &Principal,
        client_id: &ClientId,
        source_ip: IpAddr,
        what: &str,
    ) -> u64 {
        let subject = Subject {
            kind: RefusalKind::Connection,
            principal: Some(principal.to_string()),
            client_id: Some(client_id.to_string()),
            source_ip: Some(source_ip),
            action: None,
            resource: None,
            what: Some(what.to_owned()),
        };
        let reason = || (Reason::Closed { what: what.to_owned() }, Vec::new());
        let is_known = matches!(principal, Principal::Certificate(_));
        self.0.refusals.keep(subject, is_known, self.0.clock.now(), 0, reason)
    }
}
