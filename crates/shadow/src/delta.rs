//! The difference between what is desired and what is reported.

use serde_json::Value;

use crate::document::Section;

/// The desired fields that are missing from the reported ones or differ, each below its path from
/// the root. What is only reported is no difference. Arrays are compared whole.
pub(crate) fn delta(desired: &Section, reported: &Section) -> Section {
    let differs = |(name, wanted): (&String, &Value)| {
        let difference = match (wanted, reported.get(name)) {
            (Value::Object(wanted), Some(Value::Object(held))) => {
                Some(delta(wanted, held)).filter(|inner| !inner.is_empty()).map(Value::Object)
            }
            (wanted, Some(held)) if is_same(wanted, held) => None,
            (wanted, _) => Some(wanted.clone()),
        };
        difference.map(|difference| (name.clone(), difference))
    };
    desired.iter().filter_map(differs).collect()
}

/// Numbers are the same if their values are: 1 and 1.0.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64().zip(other.as_f64()).is_some_and(|(a, b)| a == b)
        }
        _ => one == other,
    }
}

/// The part of `metadata` for the fields of `difference`.
pub(crate) fn select(metadata: &Section, difference: &Section) -> Section {
    let pick = |(name, value): (&String, &Value)| {
        let found = match (metadata.get(name)?, value) {
            (Value::Object(inner), Value::Object(fields)) => Value::Object(select(inner, fields)),
            (found, _) => found.clone(),
        };
        Some((name.clone(), found))
    };
    difference.iter().filter_map(pick).collect()
}
