//! Values for tests that try many.

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

use crate::item::Item;
use crate::number::Number;
use crate::value::Value;

/// Numbers of every size, and pairs of them that are close to each other more often than not.
pub(crate) fn number() -> impl Strategy<Value = Number> {
    let digits = prop_oneof![
        Just(0u128),
        1..100u128,
        0..10u128.pow(19),
        (0..3u128).prop_map(|less| 10u128.pow(38) - 1 - less),
        0..10u128.pow(38),
    ];
    let exponent = prop_oneof![Just(0i32), -3..4i32, -45..45i32, -130..126i32];
    (any::<bool>(), digits, exponent).prop_filter_map("in range", |(minus, digits, exponent)| {
        let sign = if minus { "-" } else { "" };
        Number::parse(&format!("{sign}{digits}E{exponent}")).ok()
    })
}

/// Values that keys may have.
pub(crate) fn key() -> impl Strategy<Value = Value> {
    prop_oneof![
        ".*".prop_map(Value::S),
        number().prop_map(Value::N),
        vec(prop_oneof![Just(0u8), Just(255), any::<u8>()], 0..20).prop_map(Value::B),
    ]
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        key(),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        btree_set(".{0,8}", 1..4).prop_map(|set| Value::Ss(set.into_iter().collect())),
        btree_set(number(), 1..4).prop_map(|set| Value::Ns(set.into_iter().collect())),
        btree_set(vec(any::<u8>(), 0..8), 1..4)
            .prop_map(|set| Value::Bs(set.into_iter().collect())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::L),
            btree_map("[a-c\"é]{1,2}", inner, 0..4)
                .prop_map(|map| Value::M(map.into_iter().collect())),
        ]
    })
}

pub(crate) fn item() -> impl Strategy<Value = Item> {
    btree_map("[a-d\\\\\"é]{1,3}", value(), 0..6).prop_map(|map| map.into_iter().collect())
}
