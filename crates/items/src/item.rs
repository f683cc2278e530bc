//! A map of names to values: a whole document, or one inside another.

use crate::value::Value;

/// Attributes in the order of their names' bytes. Documents have few, so a sorted list is faster to
/// read, to write and to look into than a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Item {
    attributes: Vec<(String, Value)>,
}

impl Item {
    pub const fn new() -> Item {
        Item { attributes: Vec::new() }
    }

    /// Takes attributes in any order; `Err` is a name that comes twice.
    pub fn from_unsorted(mut attributes: Vec<(String, Value)>) -> Result<Item, String> {
        if !attributes.is_sorted_by(|a, b| a.0 < b.0) {
            attributes.sort_by(|a, b| a.0.cmp(&b.0));
            if let Some(pair) = attributes.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                return Err(pair[0].0.clone());
            }
        }
        Ok(Item { attributes })
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.place(name).ok().map(|at| &self.attributes[at].1)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.place(name).ok().map(|at| &mut self.attributes[at].1)
    }

    pub fn contains(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// The value that was there before.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.place(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.attributes[at].1, value)),
            Err(at) => {
                self.attributes.insert(at, (name, value));
                None
            }
        }
    }

    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.place(name).ok().map(|at| self.attributes.remove(at).1)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + Clone {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub fn len(&self) -> usize {
        self.attributes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.attributes.binary_search_by(|(there, _)| there.as_str().cmp(name))
    }
}

impl IntoIterator for Item {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.attributes.into_iter()
    }
}

/// A name that comes again replaces the value that it had.
impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Item {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(attributes: I) -> Item {
        let mut item = Item::new();
        for (name, value) in attributes {
            item.insert(name, value);
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_in_order_and_once() {
        let item: Item = [("b", 1), ("a", 2), ("b", 3)].into_iter().collect();
        let names: Vec<&str> = item.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(item.get("b"), Some(&Value::from(3)));
        let twice = vec![("a".to_owned(), Value::Null), ("a".to_owned(), Value::Null)];
        assert_eq!(Item::from_unsorted(twice), Err("a".to_owned()));
    }
}
