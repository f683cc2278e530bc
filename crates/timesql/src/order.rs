//! The order of rows by several keys.

use std::cmp::Ordering;

use crate::value::Value;

/// Compares keys; for each: whether it descends, whether its nulls come first.
pub(crate) fn compare(one: &[Value], two: &[Value], keys: &[(bool, bool)]) -> Ordering {
    let pairs = one.iter().zip(two).zip(keys);
    let mut orders = pairs.map(|((one, two), key)| compare_one(one, two, *key));
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

pub(crate) fn compare_one(
    one: &Value,
    two: &Value,
    (descending, nulls_first): (bool, bool),
) -> Ordering {
    match (one.is_null(), two.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) if nulls_first => Ordering::Less,
        (true, false) => Ordering::Greater,
        (false, true) => compare_one(two, one, (descending, nulls_first)).reverse(),
        (false, false) if descending => two.order(one),
        (false, false) => one.order(two),
    }
}
