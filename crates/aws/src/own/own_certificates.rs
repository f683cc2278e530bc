//! The certificates of the house itself: the one that its doors show, and the one that it is trusted by.

use serde::Serialize;

use crate::error::AwsError;
use crate::state::State;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnCertificate {
    kind: Kind,
    pub(crate) not_after: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Server,
    Root,
}

impl OwnCertificate {
    /// The one that the doors show. It is renewed long before it ends.
    pub(crate) fn of_server(state: &State) -> Result<OwnCertificate, AwsError> {
        let not_after = state.shown.not_after().map_err(|error| unreadable(&error))?;
        Ok(OwnCertificate { kind: Kind::Server, not_after })
    }

    /// The one that devices hold. Nobody can renew it but by going to each of them.
    pub(crate) fn of_root(state: &State) -> Result<OwnCertificate, AwsError> {
        let root = pki::describe_pem(&state.fleet.root_certificate_pem())
            .map_err(|error| unreadable(&error))?;
        Ok(OwnCertificate { kind: Kind::Root, not_after: root.not_after })
    }
}

fn unreadable(error: &pki::PkiError) -> AwsError {
    AwsError::internal(format!("a certificate of the server cannot be read: {error}"))
}
