//! `Expected`: what a write asks of the item that is there.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::conditions::{Operator, combined, node};
use super::{Combine, LegacyError};
use crate::condition::{Comparator, Condition, Node};
use crate::path::Path;
use crate::value::Value;

pub type ExpectedAttributes = BTreeMap<String, ExpectedAttribute>;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ExpectedAttribute {
    #[serde(default)]
    pub value: Option<Value>,
    #[serde(default)]
    pub exists: Option<bool>,
    #[serde(default)]
    pub comparison_operator: Option<String>,
    #[serde(default)]
    pub attribute_value_list: Option<Vec<Value>>,
}

impl Condition {
    pub fn of_expected(
        expected: ExpectedAttributes,
        combine: Combine,
    ) -> Result<Condition, LegacyError> {
        let nodes = expected.into_iter().map(|(attribute, expected)| expected.node(attribute));
        Ok(combined(nodes.collect::<Result<_, _>>()?, combine))
    }
}

impl ExpectedAttribute {
    fn node(self, attribute: String) -> Result<Node, LegacyError> {
        let ExpectedAttribute { value, exists, comparison_operator, attribute_value_list } = self;
        if value.is_some() && attribute_value_list.is_some() {
            return Err(LegacyError::ValueAndList { attribute });
        }
        let Some(operator) = comparison_operator else {
            return match attribute_value_list {
                Some(_) => Err(LegacyError::ListWithoutOperator { attribute }),
                None => without_operator(attribute, value, exists),
            };
        };
        let operator = Operator::parse(&operator, || format!("expected.{attribute}.member"))?;
        if exists.is_some() {
            return Err(LegacyError::ExistsAndOperator { attribute });
        }
        let is_told = value.is_some() || attribute_value_list.is_some();
        if !is_told && !operator.1.takes(0) {
            return Err(LegacyError::NoValue { operator: operator.0, attribute });
        }
        let values = match value {
            Some(value) => vec![value],
            None => attribute_value_list.unwrap_or_default(),
        };
        node(&attribute, operator, values)
    }
}

fn without_operator(
    attribute: String,
    value: Option<Value>,
    exists: Option<bool>,
) -> Result<Node, LegacyError> {
    match (exists, value) {
        (Some(false), None) => Ok(Node::Not(Box::new(Node::Exists(Path::of(attribute))))),
        (Some(false), Some(_)) => Err(LegacyError::ValueWithoutExistence { attribute }),
        (_, Some(value)) => {
            node(&attribute, ("EQ", Operator::Compare(Comparator::Equal)), vec![value])
        }
        (exists, None) => {
            let exists = if exists.is_some() { "true" } else { "null" };
            Err(LegacyError::ValueWanted { exists, attribute })
        }
    }
}
