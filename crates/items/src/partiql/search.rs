//! What `WHERE` says, and what of it a key can answer.

use crate::condition::{Comparator, Condition, Node, Operand};
use crate::expression::{KeyTest, KeyTests};
use crate::item::Item;
use crate::value::Value;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    node: Node,
}

impl Search {
    pub(super) fn new(node: Node) -> Search {
        Search { node }
    }

    pub(super) fn node(&self) -> &Node {
        &self.node
    }

    /// Those that must all hold.
    fn parts(&self) -> &[Node] {
        match &self.node {
            Node::And(nodes) => nodes,
            node => std::slice::from_ref(node),
        }
    }

    fn equal(&self, name: &str) -> Option<&Value> {
        self.parts().iter().find_map(|node| match node {
            Node::Compare(Comparator::Equal, Operand::Path(path), Operand::Value(value))
            | Node::Compare(Comparator::Equal, Operand::Value(value), Operand::Path(path))
                if path.steps.is_empty() && path.name == name =>
            {
                Some(value)
            }
            _ => None,
        })
    }

    /// The key of the one item that is meant; `None` if that is not said of each of the attributes.
    pub fn key<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Option<Item> {
        let mut key = Item::new();
        for name in names {
            key.insert(name, self.equal(name)?.clone());
        }
        Some(key)
    }

    /// What must hold beside the key; `None` if nothing must.
    pub fn beside_key(&self, names: &[&str]) -> Option<Condition> {
        let is_key = |node: &Node| match node {
            Node::Compare(Comparator::Equal, Operand::Path(path), Operand::Value(_))
            | Node::Compare(Comparator::Equal, Operand::Value(_), Operand::Path(path)) => {
                path.steps.is_empty() && names.contains(&path.name.as_str())
            }
            _ => false,
        };
        let rest: Vec<Node> = self.parts().iter().filter(|node| !is_key(node)).cloned().collect();
        (!rest.is_empty()).then(|| Condition::new(Node::And(rest)))
    }

    /// The partition that is meant and the first test of its sort key; `None` if all must be looked
    /// at. Whatever they say, the whole condition is to be asked too.
    pub fn partition(
        &self,
        partition: &str,
        sort: Option<&str>,
    ) -> Option<(Value, Option<KeyTest>)> {
        let value = self.equal(partition)?.clone();
        let test = sort.and_then(|sort| {
            self.parts().iter().find_map(|node| {
                let tests = KeyTests::of_condition(node.clone()).ok()?;
                tests.of(sort).cloned()
            })
        });
        Some((value, test))
    }
}
