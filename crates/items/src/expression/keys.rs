//! What a query asks of keys: a test for each, of those that an ordered store can answer.

use std::cmp::Ordering;

use crate::condition::{Comparator, Node, Operand};
use crate::value::Value;

/// Tests of key attributes, by name. Which of them is the partition key is the table's to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyTests {
    tests: Vec<(String, KeyTest)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyTest {
    Equal(Value),
    Less(Value),
    LessOrEqual(Value),
    Greater(Value),
    GreaterOrEqual(Value),
    Between(Value, Value),
    BeginsWith(Value),
}

/// Why tests cannot be answered by keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyTestError {
    #[error("Invalid operator used in KeyConditionExpression: {name}")]
    Operator { name: &'static str },
    #[error("KeyConditionExpressions cannot contain nested operations")]
    Nested,
    #[error("KeyConditionExpressions cannot have conditions on nested attributes")]
    Path,
    #[error(
        "Invalid condition in KeyConditionExpression: {name} operator must have the key attribute \
         as its first operand"
    )]
    NotFirst { name: &'static str },
    #[error(
        "Invalid condition in KeyConditionExpression: Multiple attribute names used in one \
         condition"
    )]
    ManyNames,
    #[error("Invalid condition in KeyConditionExpression: No key attribute specified")]
    NoName,
    #[error("KeyConditionExpressions must only contain one condition per key")]
    Twice,
    #[error("Conditions can be of length 1 or 2 only")]
    TooMany,
    #[error("Query condition missed key schema element: {name}")]
    Missed { name: String },
    #[error("Query key condition not supported")]
    NotSupported,
}

impl KeyTest {
    /// The values that it compares with: one, or two.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let (first, second) = match self {
            KeyTest::Between(low, high) => (low, Some(high)),
            KeyTest::Equal(value)
            | KeyTest::Less(value)
            | KeyTest::LessOrEqual(value)
            | KeyTest::Greater(value)
            | KeyTest::GreaterOrEqual(value)
            | KeyTest::BeginsWith(value) => (value, None),
        };
        std::iter::once(first).chain(second)
    }

    /// Whether a key value passes.
    pub fn holds(&self, value: &Value) -> bool {
        let order = |bound| crate::condition::order(value, bound);
        match self {
            KeyTest::Equal(wanted) => value == wanted,
            KeyTest::Less(bound) => order(bound).is_some_and(Ordering::is_lt),
            KeyTest::LessOrEqual(bound) => order(bound).is_some_and(Ordering::is_le),
            KeyTest::Greater(bound) => order(bound).is_some_and(Ordering::is_gt),
            KeyTest::GreaterOrEqual(bound) => order(bound).is_some_and(Ordering::is_ge),
            KeyTest::Between(low, high) => {
                order(low).is_some_and(Ordering::is_ge) && order(high).is_some_and(Ordering::is_le)
            }
            KeyTest::BeginsWith(with) => match (value, with) {
                (Value::S(value), Value::S(with)) => value.starts_with(with.as_str()),
                (Value::B(value), Value::B(with)) => value.starts_with(with),
                _ => false,
            },
        }
    }
}

impl KeyTests {
    /// A test comes once for each name.
    pub(crate) fn new(tests: Vec<(String, KeyTest)>) -> Result<KeyTests, KeyTestError> {
        for (at, (name, _)) in tests.iter().enumerate() {
            if tests[..at].iter().any(|(other, _)| other == name) {
                return Err(KeyTestError::Twice);
            }
        }
        match tests.len() {
            1 | 2 => Ok(KeyTests { tests }),
            _ => Err(KeyTestError::TooMany),
        }
    }

    pub(crate) fn of_condition(node: Node) -> Result<KeyTests, KeyTestError> {
        let mut tests = Vec::new();
        collect(node, &mut tests)?;
        KeyTests::new(tests)
    }

    /// The value of the partition key and the test of the sort key, for a schema.
    pub fn split(
        self,
        partition: &str,
        sort: Option<&str>,
    ) -> Result<(Value, Option<KeyTest>), KeyTestError> {
        let mut tests = self.tests;
        let count = tests.len();
        if sort.is_none() && count > 1 {
            return Err(KeyTestError::NotSupported);
        }
        let mut take = |name: &str| {
            let at = tests.iter().position(|(there, _)| there == name)?;
            Some(tests.swap_remove(at).1)
        };
        let missed = |name: &str| KeyTestError::Missed { name: name.to_owned() };
        let of_partition = take(partition).ok_or_else(|| missed(partition))?;
        let KeyTest::Equal(value) = of_partition else { return Err(KeyTestError::NotSupported) };
        let of_sort = match sort {
            Some(sort) if count > 1 => Some(take(sort).ok_or_else(|| missed(sort))?),
            _ => None,
        };
        Ok((value, of_sort))
    }

    /// What is tested of an attribute.
    pub fn of(&self, name: &str) -> Option<&KeyTest> {
        self.tests.iter().find(|(there, _)| there == name).map(|(_, test)| test)
    }

    /// The names that are tested, in the order in which they were written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().map(|(name, _)| name.as_str())
    }
}

fn collect(node: Node, tests: &mut Vec<(String, KeyTest)>) -> Result<(), KeyTestError> {
    let test = match node {
        Node::And(nodes) => {
            return nodes.into_iter().try_for_each(|node| collect(node, tests));
        }
        Node::Compare(Comparator::NotEqual, ..) => return Err(operator("<>")),
        Node::Compare(comparator, a, b) => compare(comparator, a, b)?,
        Node::Between(it, [low, high]) => {
            let name = name_of(it, "BETWEEN")?;
            (name, KeyTest::Between(value_of(low)?, value_of(high)?))
        }
        Node::BeginsWith(it, with) => {
            (name_of(it, "begins_with")?, KeyTest::BeginsWith(value_of(with)?))
        }
        Node::Or(_) => return Err(operator("OR")),
        Node::In(..) => return Err(operator("IN")),
        Node::Exists(_) => return Err(operator("attribute_exists")),
        Node::Type(..) => return Err(operator("attribute_type")),
        Node::Contains(..) => return Err(operator("contains")),
        Node::Not(node) => {
            // The only condition that is kept as the negation of another.
            let is_exists = matches!(*node, Node::Exists(_));
            return Err(operator(if is_exists { "attribute_not_exists" } else { "NOT" }));
        }
    };
    tests.push(test);
    Ok(())
}

fn operator(name: &'static str) -> KeyTestError {
    KeyTestError::Operator { name }
}

fn compare(
    comparator: Comparator,
    a: Operand,
    b: Operand,
) -> Result<(String, KeyTest), KeyTestError> {
    let (comparator, path, value) = match (a, b) {
        (Operand::Size(_), _) | (_, Operand::Size(_)) => return Err(KeyTestError::Nested),
        (Operand::Path(_), Operand::Path(_)) => return Err(KeyTestError::ManyNames),
        (Operand::Value(_), Operand::Value(_)) => return Err(KeyTestError::NoName),
        (Operand::Path(path), Operand::Value(value)) => (comparator, path, value),
        (Operand::Value(value), Operand::Path(path)) => (comparator.turned(), path, value),
    };
    if !path.steps.is_empty() {
        return Err(KeyTestError::Path);
    }
    let test = match comparator {
        Comparator::Equal => KeyTest::Equal(value),
        Comparator::Less => KeyTest::Less(value),
        Comparator::LessOrEqual => KeyTest::LessOrEqual(value),
        Comparator::Greater => KeyTest::Greater(value),
        Comparator::GreaterOrEqual => KeyTest::GreaterOrEqual(value),
        Comparator::NotEqual => return Err(operator("<>")),
    };
    Ok((path.name, test))
}

fn name_of(operand: Operand, operator: &'static str) -> Result<String, KeyTestError> {
    match operand {
        Operand::Path(path) if path.steps.is_empty() => Ok(path.name),
        Operand::Path(_) => Err(KeyTestError::Path),
        Operand::Size(_) => Err(KeyTestError::Nested),
        Operand::Value(_) => Err(KeyTestError::NotFirst { name: operator }),
    }
}

fn value_of(operand: Operand) -> Result<Value, KeyTestError> {
    match operand {
        Operand::Value(value) => Ok(value),
        Operand::Path(_) => Err(KeyTestError::ManyNames),
        Operand::Size(_) => Err(KeyTestError::Nested),
    }
}
