//! Fuzz targets: what must hold for any bytes that a stranger may send.
//!
//! Each target is a function from bytes to nothing that panics when a promise is broken, and has a
//! directory of inputs in `corpus/`. The tests of this crate run every input and some damage to
//! it; with a nightly compiler `cargo fuzz` (in the directory `fuzz` of the repository) looks for
//! more. A new target is one file here, one line in [`TARGETS`], one file there.
//!
//! What the decoders do with good input is not tested here, but where they are.

mod client;
mod document;
mod expression;
mod packet;
mod policy_document;
mod rule;
mod series_query;
mod signature;
mod topic_filter;

pub use client::client;
pub use document::document;
pub use expression::expression;
pub use packet::packet;
pub use policy_document::policy_document;
pub use rule::rule;
pub use series_query::series_query;
pub use signature::signature;
pub use topic_filter::topic_filter;

/// A target and the name of its corpus.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
}

pub const TARGETS: &[Target] = &[
    Target { name: "packet", run: packet },
    Target { name: "client", run: client },
    Target { name: "document", run: document },
    Target { name: "expression", run: expression },
    Target { name: "policy_document", run: policy_document },
    Target { name: "rule", run: rule },
    Target { name: "series_query", run: series_query },
    Target { name: "signature", run: signature },
    Target { name: "topic_filter", run: topic_filter },
];
