//! Items as they are answered.

use items::{Item, Projection};
use serde::{Serialize, Serializer};
use tables::{ItemDamaged, StoredItem};

use crate::error::AwsError;
use crate::reply::Reply;

/// A stored item is written as it is stored; a part of one was taken out of it.
#[derive(Clone, Debug)]
pub(crate) enum Shown {
    Stored(StoredItem),
    Part(Item),
}

impl Shown {
    pub(crate) fn of(
        item: StoredItem,
        projection: Option<&Projection>,
    ) -> Result<Shown, ItemDamaged> {
        match projection {
            None => Ok(Shown::Stored(item)),
            Some(projection) => {
                projection.project_encoded(item.encoded()).map(Shown::Part).map_err(|_| ItemDamaged)
            }
        }
    }
}

/// An answer of items as JSON: the bytes that are stored become the bytes that are sent.
#[derive(Debug)]
pub(crate) struct Answer(Vec<u8>);

/// Most answers are an item or a few.
const USUAL_BYTES: usize = 1_000;

impl Answer {
    pub(crate) fn new() -> Answer {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        bytes.push(b'{');
        Answer(bytes)
    }

    /// Adds a field that is one item.
    pub(crate) fn item(&mut self, name: &str, item: &Shown) -> Result<(), AwsError> {
        self.begin(name);
        item.push_json(&mut self.0)
    }

    /// Adds a field that is a list of items.
    pub(crate) fn items(&mut self, name: &str, items: &[Shown]) -> Result<(), AwsError> {
        self.begin(name);
        self.0.push(b'[');
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                self.0.push(b',');
            }
            item.push_json(&mut self.0)?;
        }
        self.0.push(b']');
        Ok(())
    }

    /// Adds all fields of an object, and ends.
    pub(crate) fn end(mut self, rest: &impl Serialize) -> Result<Reply, AwsError> {
        let (begin, is_first) = (self.0.len(), self.0.len() == 1);
        serde_json::to_writer(&mut self.0, rest).map_err(AwsError::output)?;
        // Its own brace: `{"Item":{}` and `{"Count":1}` become `{"Item":{},"Count":1}`.
        match (is_first, self.0.len() - begin) {
            (false, 3..) => self.0[begin] = b',',
            _ => drop(self.0.remove(begin)),
        }
        Ok(Reply::Json(self.0.into()))
    }

    fn begin(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }
}

impl Shown {
    fn push_json(&self, into: &mut Vec<u8>) -> Result<(), AwsError> {
        match self {
            Shown::Stored(item) => Ok(item.encoded().push_json(into).map_err(|_| ItemDamaged)?),
            Shown::Part(item) => serde_json::to_writer(into, item).map_err(AwsError::output),
        }
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Shown::Stored(item) => item.encoded().serialize(serializer),
            Shown::Part(item) => item.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Rest {
        #[serde(skip_serializing_if = "Option::is_none")]
        count: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<&'static str>,
    }

    fn told(fill: impl FnOnce(&mut Answer), count: Option<u32>) -> String {
        let mut answer = Answer::new();
        fill(&mut answer);
        let Ok(Reply::Json(json)) = answer.end(&Rest { count, note: None }) else {
            panic!("JSON was to come");
        };
        String::from_utf8(json.to_vec()).expect("text")
    }

    #[test]
    fn items_and_what_follows_are_one_object() {
        let part = || Shown::Part([("id", "lamp")].into_iter().collect());
        let item = |answer: &mut Answer| answer.item("Item", &part()).expect("written");
        let two = |answer: &mut Answer| answer.items("Items", &[part(), part()]).expect("written");
        let none = |answer: &mut Answer| answer.items("Items", &[]).expect("written");
        let lamp = r#"{"id":{"S":"lamp"}}"#;
        for (told, expected) in [
            (told(|_| {}, None), "{}".to_owned()),
            (told(|_| {}, Some(7)), r#"{"count":7}"#.to_owned()),
            (told(item, None), format!(r#"{{"Item":{lamp}}}"#)),
            (told(item, Some(7)), format!(r#"{{"Item":{lamp},"count":7}}"#)),
            (told(two, Some(7)), format!(r#"{{"Items":[{lamp},{lamp}],"count":7}}"#)),
            (told(none, None), r#"{"Items":[]}"#.to_owned()),
        ] {
            assert_eq!(told, expected);
        }
    }
}
