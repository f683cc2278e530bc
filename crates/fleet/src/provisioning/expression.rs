//! Values of a template: texts, references, and the functions that make texts of texts.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::provisioning::error::TemplateError;

/// How deep functions may stand in each other. Ten is more than anybody can read.
const DEPTH_MAX: usize = 10;

/// What values can refer to.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) parameters: &'a BTreeMap<String, String>,
    pub(crate) mappings: &'a Mappings,
}

/// `Mappings`: table, row, column.
pub(crate) type Mappings = BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>;

impl Scope<'_> {
    /// The text that a value stands for.
    pub(crate) fn text(&self, value: &Value) -> Result<String, TemplateError> {
        self.text_within(value, 0)
    }

    fn text_within(&self, value: &Value, depth: usize) -> Result<String, TemplateError> {
        if depth > DEPTH_MAX {
            return Err(TemplateError::TooDeep);
        }
        if let Value::String(text) = value {
            return Ok(text.clone());
        }
        let (name, argument) = function(value).ok_or_else(|| malformed("a value", value))?;
        let depth = depth + 1;
        match name {
            "Ref" => match argument {
                Value::String(name) => self.parameter(name),
                other => Err(malformed("Ref", other)),
            },
            "Fn::Join" => {
                let [delimiter, list] = arguments(name, argument)?;
                let delimiter = self.text_within(delimiter, depth)?;
                Ok(self.texts_within(list, depth)?.join(&delimiter))
            }
            "Fn::Select" => {
                let [index, list] = arguments(name, argument)?;
                let place = index.as_u64().or_else(|| index.as_str()?.parse().ok());
                let place = place.and_then(|place| usize::try_from(place).ok());
                let place = place.ok_or_else(|| malformed("the index of Fn::Select", index))?;
                let texts = self.texts_within(list, depth)?;
                texts.get(place).cloned().ok_or(TemplateError::NotInList { place })
            }
            "Fn::FindInMap" => {
                let [table, row, column] = arguments(name, argument)?;
                let table = self.text_within(table, depth)?;
                let row = self.text_within(row, depth)?;
                let column = self.text_within(column, depth)?;
                let cell = self.mappings.get(&table).and_then(|table| table.get(&row));
                let cell = cell.and_then(|row| row.get(&column));
                cell.cloned().ok_or(TemplateError::NotInMap { table, row, column })
            }
            "Fn::Sub" => self.substitute(argument, depth),
            "Fn::Split" => Err(TemplateError::ListForText),
            other => Err(TemplateError::UnknownFunction { name: other.to_owned() }),
        }
    }

    fn texts_within(&self, value: &Value, depth: usize) -> Result<Vec<String>, TemplateError> {
        if depth > DEPTH_MAX {
            return Err(TemplateError::TooDeep);
        }
        if let Value::Array(items) = value {
            return items.iter().map(|item| self.text_within(item, depth + 1)).collect();
        }
        match function(value) {
            Some(("Fn::Split", argument)) => {
                let [delimiter, text] = arguments("Fn::Split", argument)?;
                let delimiter = self.text_within(delimiter, depth + 1)?;
                let text = self.text_within(text, depth + 1)?;
                match delimiter.is_empty() {
                    true => Err(malformed("the delimiter of Fn::Split", argument)),
                    false => Ok(text.split(&delimiter).map(str::to_owned).collect()),
                }
            }
            _ => Err(malformed("a list", value)),
        }
    }

    /// `"a ${b}"`, or `["a ${b}", {"b": …}]`; `${!b}` is `${b}` as it stands.
    fn substitute(&self, argument: &Value, depth: usize) -> Result<String, TemplateError> {
        let empty = serde_json::Map::new();
        let (text, own) = match argument {
            Value::String(text) => (text.as_str(), &empty),
            Value::Array(items) => match items.as_slice() {
                [Value::String(text), Value::Object(own)] => (text.as_str(), own),
                _ => return Err(malformed("Fn::Sub", argument)),
            },
            other => return Err(malformed("Fn::Sub", other)),
        };
        let (mut result, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                return Err(malformed("Fn::Sub", argument));
            };
            result.push_str(before);
            match (name.strip_prefix('!'), own.get(name)) {
                (Some(literal), _) => result.push_str(&format!("${{{literal}}}")),
                (None, Some(value)) => result.push_str(&self.text_within(value, depth)?),
                (None, None) => result.push_str(&self.parameter(name)?),
            }
            rest = after;
        }
        result.push_str(rest);
        Ok(result)
    }

    fn parameter(&self, name: &str) -> Result<String, TemplateError> {
        let missing = || TemplateError::MissingParameter { name: name.to_owned() };
        self.parameters.get(name).cloned().ok_or_else(missing)
    }
}

/// `{"Fn::Join": …}`
fn function(value: &Value) -> Option<(&str, &Value)> {
    let mut entries = value.as_object()?.iter();
    let (name, argument) = entries.next()?;
    entries.next().is_none().then_some((name.as_str(), argument))
}

fn arguments<'v, const COUNT: usize>(
    name: &str,
    argument: &'v Value,
) -> Result<[&'v Value; COUNT], TemplateError> {
    let items = argument.as_array().map(Vec::as_slice).unwrap_or_default();
    let items: Vec<&Value> = items.iter().collect();
    items.try_into().map_err(|_| malformed(name, argument))
}

fn malformed(what: &str, value: &Value) -> TemplateError {
    TemplateError::Malformed { what: format!("{what} cannot be {value}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> Result<String, String> {
        let parameters = [("Name", "lamp"), ("List", "a,b,c"), ("Place", "Rome")];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let mappings: Mappings =
            serde_json::from_value(json!({ "Sites": { "Rome": { "Url": "r.example" } } }))
                .expect("mappings");
        let scope = Scope { parameters: &parameters, mappings: &mappings };
        scope.text(value).map_err(|error| error.to_string())
    }

    #[test]
    fn functions_make_texts_of_texts() {
        for (value, expected) in [
            (json!("plain"), "plain"),
            (json!({ "Ref": "Name" }), "lamp"),
            (json!({ "Fn::Join": ["-", ["a", { "Ref": "Name" }]] }), "a-lamp"),
            (json!({ "Fn::Select": [1, ["a", "b"]] }), "b"),
            (json!({ "Fn::Select": ["2", { "Fn::Split": [",", { "Ref": "List" }] }] }), "c"),
            (json!({ "Fn::FindInMap": ["Sites", { "Ref": "Place" }, "Url"] }), "r.example"),
            (json!({ "Fn::Sub": "x/${Name}/y ${!Name}" }), "x/lamp/y ${Name}"),
            (json!({ "Fn::Sub": ["${a}-${Name}", { "a": { "Ref": "Place" } }] }), "Rome-lamp"),
            (json!({ "Fn::Join": ["", { "Fn::Split": [",", "a,b"] }] }), "ab"),
        ] {
            assert_eq!(text(&value).as_deref(), Ok(expected), "{value}");
        }
    }

    #[test]
    fn what_cannot_be_evaluated_is_said() {
        for (value, expected) in [
            (json!(1), "a value cannot be 1"),
            (json!({ "Ref": "Nobody" }), "the parameter Nobody is missing"),
            (json!({ "Fn::Upper": "x" }), "the function Fn::Upper is not known"),
            (json!({ "Fn::Join": ["-"] }), "Fn::Join cannot be [\"-\"]"),
            (json!({ "Fn::Select": [3, ["a"]] }), "the list has no item 3"),
            (json!({ "Fn::Split": [",", "a"] }), "a list stands where a text is expected"),
            (json!({ "Fn::Sub": "${x" }), "Fn::Sub cannot be \"${x\""),
            (
                json!({ "Fn::FindInMap": ["Sites", "Oslo", "Url"] }),
                "the mapping Sites has no Url for Oslo",
            ),
        ] {
            assert_eq!(text(&value).expect_err("refused"), expected, "{value}");
        }
        let deep = (0..20).fold(json!("x"), |inner, _| json!({ "Fn::Join": ["", [inner]] }));
        assert_eq!(text(&deep).expect_err("refused"), "functions stand too deep in each other");
    }
}
