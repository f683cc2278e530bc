//! Which parts of an item are answered.

use std::collections::BTreeMap;

use crate::encoding::{EncodedItem, EncodingError};
use crate::item::Item;
use crate::path::{Path, Step};
use crate::value::Value;

/// Paths that are wanted. What is not there is left out, and so are maps and lists of which nothing
/// is wanted; the elements of a list that are wanted close up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    parts: BTreeMap<String, Wanted>,
}

/// What is wanted of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wanted {
    whole: bool,
    steps: BTreeMap<Step, Wanted>,
}

impl Projection {
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Projection {
        let mut projection = Projection::default();
        for path in paths {
            let mut wanted = projection.parts.entry(path.name.clone()).or_default();
            for step in &path.steps {
                wanted = wanted.steps.entry(step.clone()).or_default();
            }
            wanted.whole = true;
        }
        projection
    }

    /// Whole attributes, by their names.
    pub fn of_names<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Projection {
        let whole = |name: S| (name.into(), Wanted { whole: true, steps: BTreeMap::new() });
        Projection { parts: names.into_iter().map(whole).collect() }
    }

    /// The attributes of the item that are wanted, whole or in part.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }

    /// Those of which only a part is wanted: `a.b`, `a[1]`.
    pub fn names_of_parts(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().filter(|(_, wanted)| !wanted.steps.is_empty());
        parts.map(|(name, _)| name.as_str())
    }

    pub fn project(&self, item: &Item) -> Item {
        let part =
            |(name, wanted): (&String, &Wanted)| Some((name.clone(), wanted.of(item.get(name)?)?));
        self.parts.iter().filter_map(part).collect()
    }

    /// The same of an item as it is stored, of which no more is read than is wanted.
    pub fn project_encoded(&self, item: EncodedItem<'_>) -> Result<Item, EncodingError> {
        let mut parts = Item::new();
        for attribute in item.attributes() {
            let (name, value) = attribute?;
            let Some(wanted) = self.parts.get(name) else { continue };
            if let Some(value) = wanted.of(&value.decode()?) {
                parts.insert(name, value);
            }
        }
        Ok(parts)
    }
}

impl Wanted {
    fn of(&self, value: &Value) -> Option<Value> {
        if self.whole {
            return Some(value.clone());
        }
        let parts = self.steps.iter().filter_map(|(step, wanted)| {
            let part = wanted.of(step.of(value)?)?;
            Some((step, part))
        });
        match value {
            Value::M(_) => {
                let named = |(step, part): (&Step, Value)| match step {
                    Step::Name(name) => Some((name.clone(), part)),
                    Step::Index(_) => None,
                };
                let map: Item = parts.filter_map(named).collect();
                (!map.is_empty()).then_some(Value::M(map))
            }
            Value::L(_) => {
                let list: Vec<Value> = parts.map(|(_, part)| part).collect();
                (!list.is_empty()).then_some(Value::L(list))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::encode;
    use crate::expression::Arguments;

    #[test]
    fn parts_are_answered_where_they_were() {
        let item: Item = serde_json::from_str(
            r#"{"id":{"S":"1"},"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},
                "m":{"M":{"a":{"M":{"b":{"S":"deep"},"c":{"NULL":true}}},"d":{"S":"d"}}}}"#,
        )
        .expect("an item");
        let mut bytes = Vec::new();
        encode(&item, &mut bytes);
        for (expression, expected) in [
            ("id", r#"{"id":{"S":"1"}}"#),
            ("l[2], l[0]", r#"{"l":{"L":[{"N":"0"},{"N":"2"}]}}"#),
            ("m.a.b, id", r#"{"id":{"S":"1"},"m":{"M":{"a":{"M":{"b":{"S":"deep"}}}}}}"#),
            ("m.d, m.a.c", r#"{"m":{"M":{"a":{"M":{"c":{"NULL":true}}},"d":{"S":"d"}}}}"#),
            ("m.x.y, l[9], nothing, id.x", "{}"),
            ("l.x, m[0]", "{}"),
        ] {
            let mut arguments = Arguments::default();
            let projection = arguments.projection(expression).expect(expression);
            let projected = projection.project(&item);
            assert_eq!(serde_json::to_string(&projected).expect("written"), expected);
            let from_bytes = projection.project_encoded(EncodedItem::new(&bytes));
            assert_eq!(from_bytes, Ok(projected), "{expression}");
        }
    }
}
