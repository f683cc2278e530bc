//! The keys of a certificate, as they are shown once.

use serde::Serialize;

/// AWS writes these two with capitals.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct KeyPair {
    pub(crate) public_key: String,
    pub(crate) private_key: String,
}
