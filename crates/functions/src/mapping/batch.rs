//! A batch given to a function, and what it says of it.

use std::collections::HashSet;

use blueprints::Mapping;
use serde::Deserialize;

use crate::functions::Functions;
use crate::invocation::{Invocation, InvokeError, Outcome};

/// What the function made of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fed {
    All,
    /// These were left, by the names that they came with.
    But(HashSet<String>),
    /// None of it, as far as is known.
    Failed(Option<Outcome>),
    /// The function did not have it.
    Throttled(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    batch_item_failures: Option<Vec<Item>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    item_identifier: Option<String>,
}

impl Functions {
    pub(super) async fn feed(&self, mapping: &Mapping, payload: String) -> Fed {
        let invocation = Invocation {
            qualifier: mapping.qualifier(),
            ..Invocation::new(mapping.function.clone(), payload)
        };
        let outcome = match self.invoke(invocation).await {
            Ok(outcome) => outcome,
            Err(error @ InvokeError::TooLarge { .. }) => {
                tracing::warn!(%error, uuid = mapping.uuid, "a batch is too large");
                return Fed::Failed(None);
            }
            Err(error) => return Fed::Throttled(error.to_string()),
        };
        if outcome.is_error {
            return Fed::Failed(Some(outcome));
        }
        match mapping.reports_failures {
            true => read(&outcome),
            false => Fed::All,
        }
    }
}

/// As AWS reads it: an answer that says nothing of failures is a success, one that is no such answer at
/// all, or names nothing, a failure.
fn read(outcome: &Outcome) -> Fed {
    let empty = matches!(outcome.payload.as_ref(), b"" | b"null" | b"{}");
    if empty {
        return Fed::All;
    }
    let Ok(answer) = serde_json::from_slice::<Answer>(&outcome.payload) else {
        return Fed::Failed(Some(outcome.clone()));
    };
    let Some(items) = answer.batch_item_failures.filter(|items| !items.is_empty()) else {
        return Fed::All;
    };
    let names = items.into_iter().map(|item| item.item_identifier.filter(|name| !name.is_empty()));
    match names.collect::<Option<HashSet<String>>>() {
        Some(names) => Fed::But(names),
        None => Fed::Failed(Some(outcome.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_read_as_aws_reads_them() {
        let outcome = |payload: &str| Outcome {
            request_id: "r".to_owned(),
            executed_version: "$LATEST".to_owned(),
            payload: payload.to_owned().into(),
            is_error: false,
            tail: None,
        };
        for payload in
            ["", "null", "{}", r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#]
        {
            assert_eq!(read(&outcome(payload)), Fed::All, "{payload}");
        }
        let some = read(&outcome(r#"{"batchItemFailures":[{"itemIdentifier":"a"}]}"#));
        assert_eq!(some, Fed::But(HashSet::from(["a".to_owned()])));
        for payload in
            [r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, r#"{"batchItemFailures":1}"#, "x"]
        {
            assert!(matches!(read(&outcome(payload)), Fed::Failed(_)), "{payload}");
        }
    }
}
