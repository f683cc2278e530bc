//! An operation of S3, its row, and which row a request is for.

use std::pin::Pin;

use http::request::Parts;

use crate::error::AwsError;
use crate::s3::ROWS;
use crate::s3::answer::Answer;
use crate::s3::ask::{Ask, Query};
use crate::s3::target::Target;

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Account,
    Bucket,
    Object,
}

/// One operation.
pub(super) trait Operation {
    const NAME: &'static str;
    const METHOD: &'static str;
    const ON: On;
    /// The parameter that tells it apart: `tagging`.
    const QUERY: &'static str = "";
    /// Whether it is told apart by what it copies from.
    const COPIES: bool = false;
    /// The IAM action, without `s3:`.
    const ACTION: &'static str;
    /// The action where a version is named.
    const VERSION_ACTION: &'static str = Self::ACTION;
    /// Whether it asks for each of its objects itself.
    const ASKS_ITSELF: bool = false;

    fn call(ask: Ask) -> impl Future<Output = Result<Answer, AwsError>> + Send;
}

type Answering = Pin<Box<dyn Future<Output = Result<Answer, AwsError>> + Send>>;

/// An operation without its type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(super) method: &'static str,
    pub(super) on: On,
    pub(super) query: &'static str,
    pub(super) copies: bool,
    pub(super) action: &'static str,
    pub(super) version_action: &'static str,
    pub(super) asks_itself: bool,
    pub(super) call: fn(Ask) -> Answering,
}

/// What else AWS has behind such parameters.
const NOT_SERVED: &[&str] = &[
    "abac",
    "analytics",
    "annotation",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "metadataAnnotationTable",
    "metadataConfiguration",
    "metadataInventoryTable",
    "metadataJournalTable",
    "metadataTable",
    "metrics",
    "renameObject",
    "restore",
    "retention",
    "select",
    "session",
    "torrent",
];

impl Row {
    pub(super) const fn of<O: Operation + 'static>() -> Row {
        Row {
            name: O::NAME,
            method: O::METHOD,
            on: O::ON,
            query: O::QUERY,
            copies: O::COPIES,
            action: O::ACTION,
            version_action: O::VERSION_ACTION,
            asks_itself: O::ASKS_ITSELF,
            call: call::<O>,
        }
    }

    /// As AWS's model has it: `PUT /{Bucket}/{Key+}`
    #[cfg(test)]
    pub(crate) fn way(&self) -> String {
        let path = match self.on {
            On::Account => "/",
            On::Bucket => "/{Bucket}",
            On::Object => "/{Bucket}/{Key+}",
        };
        format!("{} {path}", self.method)
    }

    /// The row that a request is for.
    pub(super) fn find(
        head: &Parts,
        target: &Target,
        query: &Query,
    ) -> Result<&'static Row, AwsError> {
        let on = match (&target.bucket, &target.key) {
            (None, _) => On::Account,
            (Some(_), None) => On::Bucket,
            (Some(_), Some(_)) => On::Object,
        };
        if let Some(name) = NOT_SERVED.iter().find(|name| query.has(name)) {
            return Err(not_implemented(&format!("{name} is not supported")));
        }
        let copies = head.headers.contains_key("x-amz-copy-source");
        let rows = ROWS.iter().filter(|row| row.on == on);
        let method = head.method.as_str();
        let named: Vec<&Row> =
            rows.clone().filter(|row| !row.query.is_empty() && query.has(row.query)).collect();
        let fit = |row: &&&Row| row.method == method && (copies || !row.copies);
        if !named.is_empty() {
            let best = named.iter().filter(fit).max_by_key(|row| row.copies);
            return best.copied().ok_or_else(|| {
                let query = named[0].query;
                not_implemented(&format!("{method} with {query} is not supported"))
            });
        }
        let plain: Vec<&Row> = rows.filter(|row| row.query.is_empty()).collect();
        plain.iter().filter(fit).max_by_key(|row| row.copies).copied().ok_or_else(|| {
            let message = "The specified method is not allowed against this resource.";
            AwsError::new(405, "MethodNotAllowed", message)
        })
    }
}

fn call<O: Operation + 'static>(ask: Ask) -> Answering {
    Box::pin(O::call(ask))
}

pub(super) fn not_implemented(what: &str) -> AwsError {
    AwsError::new(501, "NotImplemented", format!("{what}; docs/aws-coverage.md lists what is"))
}
