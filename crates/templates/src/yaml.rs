//! YAML with the short forms of functions (`!Ref Table`), as the values that JSON would spell.
//!
//! The only file that knows the parser. What a text may cost is bounded: by its size, its depth, and by the
//! number of values, as one that names itself again and again grows without end.

use std::collections::{BTreeMap, HashMap};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::{Map, Number, Value};

use crate::error::TemplateError;
use crate::source::Source;

/// Deeper than any template; JSON's reader has a bound like this.
const DEPTH_MAX: usize = 100;
/// Each value of a text of the largest size costs a few bytes of it at least.
const VALUES_MAX: usize = 300_000;

/// Functions that have a short form beside `!Ref` and `!Condition`.
const SHORT: &[&str] = &[
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "Transform",
];

pub(crate) fn read(text: &str) -> Result<Source, TemplateError> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: HashMap::new(),
        lines: BTreeMap::new(),
        values: 0,
    };
    let value = reader.document()?;
    Ok(Source { value, lines: reader.lines })
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// What was named, with how many values it is.
    anchors: HashMap<usize, (Value, usize)>,
    lines: BTreeMap<String, usize>,
    values: usize,
}

type Read<T> = Result<T, TemplateError>;

impl<'a> Reader<'a> {
    fn next(&mut self) -> Read<(Event<'a>, Span)> {
        match self.parser.next() {
            Some(found) => found.map_err(|error| syntax(&error)),
            None => Err(wrong(None, "ends too early")),
        }
    }

    fn document(&mut self) -> Read<Value> {
        let mut value = Value::Null;
        let mut documents = 0;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(value),
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                Event::DocumentStart(_) if documents == 0 => documents = 1,
                Event::DocumentStart(_) => {
                    return Err(wrong(Some(&span), "only one document may stand here"));
                }
                event => value = self.value(event, &span, "", 0)?,
            }
        }
    }

    fn value(&mut self, event: Event<'a>, span: &Span, path: &str, depth: usize) -> Read<Value> {
        let before = self.values;
        self.count(1, span)?;
        if depth > DEPTH_MAX {
            return Err(wrong(Some(span), "the template is too deep"));
        }
        let (value, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => (scalar(&text, style), anchor, tag),
            Event::SequenceStart(anchor, tag) => (self.sequence(path, depth)?, anchor, tag),
            Event::MappingStart(anchor, tag) => (self.mapping(path, depth)?, anchor, tag),
            Event::Alias(anchor) => {
                let unknown = || wrong(Some(span), "an alias names what is not there");
                let (value, values) = self.anchors.get(&anchor).cloned().ok_or_else(unknown)?;
                self.count(values, span)?;
                return Ok(value);
            }
            _ => return Err(wrong(Some(span), "a value is missing")),
        };
        let value = match tag {
            Some(tag) => tagged(&tag, value, span)?,
            None => value,
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), self.values - before));
        }
        Ok(value)
    }

    fn sequence(&mut self, path: &str, depth: usize) -> Read<Value> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::Array(items)),
                (event, span) => {
                    let place = format!("{path}/{}", items.len());
                    items.push(self.value(event, &span, &place, depth + 1)?);
                }
            }
        }
    }

    fn mapping(&mut self, path: &str, depth: usize) -> Read<Value> {
        let mut entries = Map::new();
        loop {
            let (event, span) = self.next()?;
            let key = match event {
                Event::MappingEnd => return Ok(Value::Object(entries)),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(wrong(Some(&span), "a key must be a text")),
            };
            if key == "<<" {
                return Err(wrong(Some(&span), "merge keys (<<) are not served"));
            }
            let place = format!("{path}/{key}");
            self.lines.insert(place.clone(), span.start.line());
            let (event, value_span) = self.next()?;
            let value = self.value(event, &value_span, &place, depth + 1)?;
            if entries.insert(key.clone(), value).is_some() {
                return Err(wrong(Some(&span), format!("the key {key} comes twice")));
            }
        }
    }

    fn count(&mut self, values: usize, span: &Span) -> Read<()> {
        self.values = self.values.saturating_add(values);
        match self.values > VALUES_MAX {
            true => Err(wrong(Some(span), "the template holds too many values")),
            false => Ok(()),
        }
    }
}

fn tagged(tag: &Tag, value: Value, span: &Span) -> Read<Value> {
    if tag.is_yaml_core_schema() {
        return match (tag.suffix.as_str(), value) {
            ("str", Value::Bool(value)) => Ok(Value::String(value.to_string())),
            ("str", Value::Number(value)) => Ok(Value::String(value.to_string())),
            ("str" | "map" | "seq" | "int" | "float" | "bool" | "null", value) => Ok(value),
            (other, _) => Err(wrong(Some(span), format!("the tag !!{other} is not known"))),
        };
    }
    let name = tag.suffix.as_str();
    let (name, value) = match (name, value) {
        ("Ref" | "Condition", value) => (name.to_owned(), value),
        // The attribute is what stands behind the first dot.
        ("GetAtt", Value::String(text)) => {
            let (resource, attribute) = text.split_once('.').unwrap_or((&text, ""));
            ("Fn::GetAtt".to_owned(), Value::from(vec![resource, attribute]))
        }
        (name, value) if SHORT.contains(&name) => (format!("Fn::{name}"), value),
        (other, _) => return Err(wrong(Some(span), format!("the tag !{other} is not known"))),
    };
    Ok(Value::Object(Map::from_iter([(name, value)])))
}

/// What a text without quotes means. One like `000000000001` is an account, no number.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::String(text.to_owned());
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && (digits == "0" || digits.starts_with("0.") || !digits.starts_with('0'));
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
        _ => Value::String(text.to_owned()),
    }
}

fn number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::from(whole));
    }
    Number::from_f64(text.parse().ok()?).map(Value::Number)
}

fn wrong(span: Option<&Span>, what: impl Into<String>) -> TemplateError {
    let (line, column) = span.map_or((0, 0), |span| (span.start.line(), span.start.col() + 1));
    TemplateError::Syntax { language: "YAML", line, column, what: what.into() }
}

fn syntax(error: &ScanError) -> TemplateError {
    let (line, column) = (error.marker().line(), error.marker().col() + 1);
    TemplateError::Syntax { language: "YAML", line, column, what: error.info().to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_forms_are_long_ones() {
        for (text, expected) in [
            ("a: !Ref B", json!({"a": {"Ref": "B"}})),
            ("a: !GetAtt B.C.D", json!({"a": {"Fn::GetAtt": ["B", "C.D"]}})),
            ("a: !GetAtt [B, C]", json!({"a": {"Fn::GetAtt": ["B", "C"]}})),
            ("a: !Join ['-', [a, !Ref B]]", json!({"a": {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}})),
            ("a: !If\n  - C\n  - 1\n  - '1'", json!({"a": {"Fn::If": ["C", 1, "1"]}})),
            ("a: !Condition C", json!({"a": {"Condition": "C"}})),
            ("a: &x {b: 1}\nc: *x", json!({"a": {"b": 1}, "c": {"b": 1}})),
            (
                "a: 000000000001\nb: 2012-10-17\nc: 1.5\nd: -3\ne: yes",
                json!({
                    "a": "000000000001", "b": "2012-10-17", "c": 1.5, "d": -3, "e": "yes"
                }),
            ),
            ("a: !!str 1", json!({"a": "1"})),
            ("a: |\n  x\n  y\n", json!({"a": "x\ny\n"})),
            ("a:\nb: ~", json!({"a": null, "b": null})),
        ] {
            assert_eq!(read(text).expect(text).value, expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_line() {
        for (text, line, what) in [
            ("a: 1\nb: !Nope x", 2, "the tag !Nope is not known"),
            ("a: 1\na: 2", 2, "the key a comes twice"),
            ("a: 1\n---\nb: 1", 2, "only one document"),
            ("a: {<<: b}", 1, "merge keys"),
            ("a: [1", 1, ""),
        ] {
            let error = read(text).expect_err(text);
            let TemplateError::Syntax { line: found, what: said, .. } = &error else {
                panic!("{error}")
            };
            assert!(*found >= line && said.contains(what), "{text}: {error}");
        }
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
        }
        let error = read(&text).expect_err("refused").to_string();
        assert!(error.contains("too many values"), "{error}");
        let deep = "[".repeat(1_000);
        assert!(read(&deep).is_err());
    }
}
