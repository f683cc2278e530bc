//! Policy documents, and what is asked of them.

use model::Home;
use policy::{
    ArnComparison, Context, Decision, Document, Request, Resource, evaluate, nearest_miss,
};

/// A client id of everything that means something somewhere else (CVE-2017-7650).
const HOSTILE: &str = "l*/+#${";

/// Reading a document and asking it ends without a panic, and what is refused can be explained.
pub fn policy_document(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(document) = Document::parse(text) else { return };
    let home = Home::default();
    let context = Context { client_id: Some(HOSTILE), ..Context::default() };
    for (action, path) in [
        ("iot:Connect", "client/l*/+#${"),
        ("iot:Publish", "topic/things/é/x"),
        ("iot:Subscribe", "topicfilter/#"),
        ("", ""),
    ] {
        let resource = Resource::iot(&home, path);
        let request = Request { action, resource, homes: ArnComparison::Exact };
        if evaluate([("p", &document)], &request, &context) == Decision::NoMatch {
            let miss = nearest_miss([("p", &document)], &request, &context);
            drop(miss.map(|miss| miss.to_string()));
        }
    }
    drop(document.expansions(&context));
}
