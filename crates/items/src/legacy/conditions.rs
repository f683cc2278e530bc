//! `QueryFilter`, `ScanFilter` and `KeyConditions`: an operator and its arguments for each attribute.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Combine, LegacyError};
use crate::condition::{Comparator, Condition, Node, Operand, order};
use crate::expression::{KeyTest, KeyTests};
use crate::path::Path;
use crate::value::{Kind, Value};

pub type AttributeConditions = BTreeMap<String, AttributeCondition>;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AttributeCondition {
    pub comparison_operator: String,
    #[serde(default)]
    pub attribute_value_list: Option<Vec<Value>>,
}

/// What an attribute is compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Compare(Comparator),
    In,
    Null,
    NotNull,
    Between,
    Contains,
    NotContains,
    BeginsWith,
}

const OPERATORS: [(&str, Operator); 13] = [
    ("EQ", Operator::Compare(Comparator::Equal)),
    ("NE", Operator::Compare(Comparator::NotEqual)),
    ("LE", Operator::Compare(Comparator::LessOrEqual)),
    ("LT", Operator::Compare(Comparator::Less)),
    ("GE", Operator::Compare(Comparator::GreaterOrEqual)),
    ("GT", Operator::Compare(Comparator::Greater)),
    ("IN", Operator::In),
    ("NULL", Operator::Null),
    ("NOT_NULL", Operator::NotNull),
    ("BETWEEN", Operator::Between),
    ("CONTAINS", Operator::Contains),
    ("NOT_CONTAINS", Operator::NotContains),
    ("BEGINS_WITH", Operator::BeginsWith),
];

impl Operator {
    /// `at` says where it stands, if it is none.
    pub(super) fn parse(
        name: &str,
        at: impl FnOnce() -> String,
    ) -> Result<(&'static str, Operator), LegacyError> {
        let found = OPERATORS.iter().find(|(known, _)| *known == name).copied();
        found.ok_or_else(|| LegacyError::UnknownOperator { at: at(), name: name.to_owned() })
    }

    pub(super) fn takes(self, count: usize) -> bool {
        match self {
            Operator::Null | Operator::NotNull => count == 0,
            Operator::In => count >= 1,
            Operator::Between => count == 2,
            _ => count == 1,
        }
    }

    fn takes_kind(self, kind: Kind) -> bool {
        match self {
            Operator::Compare(Comparator::Equal | Comparator::NotEqual) => true,
            Operator::BeginsWith => matches!(kind, Kind::S | Kind::B),
            Operator::Null | Operator::NotNull => true,
            _ => kind.is_scalar(),
        }
    }
}

/// Checks an operator's arguments, and makes a condition of an attribute of them.
pub(super) fn node(
    attribute: &str,
    (name, operator): (&'static str, Operator),
    values: Vec<Value>,
) -> Result<Node, LegacyError> {
    check(name, operator, &values)?;
    let of = || Operand::Path(Path::of(attribute));
    let mut values = values.into_iter().map(Operand::Value);
    let wrong_count = LegacyError::ArgumentCount { operator: name };
    let mut value = || values.next().ok_or(wrong_count.clone());
    Ok(match operator {
        Operator::Null => Node::Not(Box::new(Node::Exists(Path::of(attribute)))),
        Operator::NotNull => Node::Exists(Path::of(attribute)),
        Operator::Compare(comparator) => Node::Compare(comparator, of(), value()?),
        Operator::Between => Node::Between(of(), [value()?, value()?]),
        Operator::Contains => Node::Contains(of(), value()?),
        Operator::NotContains => Node::Not(Box::new(Node::Contains(of(), value()?))),
        Operator::BeginsWith => Node::BeginsWith(of(), value()?),
        Operator::In => Node::In(of(), values.collect()),
    })
}

pub(super) fn check(
    name: &'static str,
    operator: Operator,
    values: &[Value],
) -> Result<(), LegacyError> {
    if !operator.takes(values.len()) {
        return Err(LegacyError::ArgumentCount { operator: name });
    }
    if values.windows(2).any(|pair| pair[0].kind() != pair[1].kind()) {
        return Err(LegacyError::MixedTypes);
    }
    if let Some(value) = values.iter().find(|value| !operator.takes_kind(value.kind())) {
        let kind = value.kind().as_str();
        return Err(LegacyError::ArgumentType { operator: name, kind });
    }
    match values {
        [low, high]
            if operator == Operator::Between && order(low, high).is_some_and(Ordering::is_gt) =>
        {
            Err(LegacyError::BetweenOrder)
        }
        _ => Ok(()),
    }
}

pub(super) fn combined(nodes: Vec<Node>, combine: Combine) -> Condition {
    Condition::new(match combine {
        Combine::And => Node::And(nodes),
        Combine::Or => Node::Or(nodes),
    })
}

impl Condition {
    /// Of a `QueryFilter` or `ScanFilter`; `parameter` is its name as errors have it.
    pub fn of_filter(
        parameter: &str,
        filter: AttributeConditions,
        combine: Combine,
    ) -> Result<Condition, LegacyError> {
        let nodes = filter.into_iter().map(|(attribute, condition)| {
            let at = || format!("{parameter}.{attribute}.member");
            let operator = Operator::parse(&condition.comparison_operator, at)?;
            node(&attribute, operator, condition.attribute_value_list.unwrap_or_default())
        });
        Ok(combined(nodes.collect::<Result<_, _>>()?, combine))
    }
}

impl KeyTests {
    /// Of `KeyConditions`.
    pub fn of_conditions(conditions: AttributeConditions) -> Result<KeyTests, LegacyError> {
        let tests = conditions.into_iter().map(|(attribute, condition)| {
            let at = || format!("keyConditions.{attribute}.member");
            let (name, operator) = Operator::parse(&condition.comparison_operator, at)?;
            let values = condition.attribute_value_list.unwrap_or_default();
            check(name, operator, &values)?;
            Ok((attribute, key_test(name, operator, values)?))
        });
        let tests = tests.collect::<Result<Vec<_>, _>>()?;
        // A map has each name once, so only their count may be wrong.
        KeyTests::new(tests).map_err(|_| LegacyError::KeyCount)
    }
}

fn key_test(
    name: &'static str,
    operator: Operator,
    values: Vec<Value>,
) -> Result<KeyTest, LegacyError> {
    let mut values = values.into_iter();
    let mut value = || values.next().ok_or(LegacyError::ArgumentCount { operator: name });
    Ok(match operator {
        Operator::Compare(Comparator::Equal) => KeyTest::Equal(value()?),
        Operator::Compare(Comparator::Less) => KeyTest::Less(value()?),
        Operator::Compare(Comparator::LessOrEqual) => KeyTest::LessOrEqual(value()?),
        Operator::Compare(Comparator::Greater) => KeyTest::Greater(value()?),
        Operator::Compare(Comparator::GreaterOrEqual) => KeyTest::GreaterOrEqual(value()?),
        Operator::Between => KeyTest::Between(value()?, value()?),
        Operator::BeginsWith => KeyTest::BeginsWith(value()?),
        _ => return Err(LegacyError::NotIndexable),
    })
}
