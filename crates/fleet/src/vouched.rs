//! What an authorizer said of a client: the policies of who has no certificate.

use std::sync::Arc;

use model::AuthorizerName;
use policy::Document;

use crate::authorizer::Answer;

#[derive(Clone, Debug)]
pub(crate) struct Vouched {
    /// Each under a name that says where it comes from.
    pub(crate) documents: Vec<(String, Arc<Document>)>,
}

impl Vouched {
    pub(crate) fn of(authorizer: &AuthorizerName, answer: Answer) -> Vouched {
        let named = answer.documents.into_iter().enumerate().map(|(index, (_, document))| {
            (format!("{authorizer}, policyDocuments[{index}]"), document)
        });
        Vouched { documents: named.collect() }
    }
}
