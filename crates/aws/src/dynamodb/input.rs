//! What inputs are made of that serde alone does not know: names of tables, words of a set, and how
//! DynamoDB complains of what is no input.

use std::fmt;

use items::{Refusal, refusal};
use model::TableName;
use serde::de::{Deserialize, Deserializer, Error};
use serde_path_to_error::{Path, Segment};

use super::words::{constraint, serialization, validation};
use crate::error::AwsError;

const NAME_MIN: usize = 3;
const NAME_MAX: usize = 255;

/// A table, by its name or its ARN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TableRef(pub(crate) TableName);

impl TableRef {
    /// The path of its ARN, which permissions are asked for.
    pub(crate) fn resource(&self) -> String {
        format!("table/{}", self.0)
    }

    pub(crate) fn index_resource(&self, index: Option<&str>) -> String {
        match index {
            Some(index) => format!("table/{}/index/{index}", self.0),
            None => self.resource(),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn parse(text: &str) -> Result<TableRef, Refusal> {
        let name = match text.strip_prefix("arn:") {
            Some(rest) => rest.split_once(":table/").map_or("", |(_, name)| name),
            None => text,
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        if !(NAME_MIN..=NAME_MAX).contains(&name.len()) {
            return Err(Refusal::new(
                "TableName must be at least 3 characters long and at most 255 characters long",
            ));
        }
        if !name.chars().all(is_plain) {
            let what = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
            return Err(Refusal::new(constraint(name, "tableName", what)));
        }
        TableName::new(name).map(TableRef).map_err(|error| Refusal::new(error.to_string()))
    }
}

impl<'de> Deserialize<'de> for TableRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TableRef, D::Error> {
        let text = String::deserialize(deserializer)?;
        TableRef::parse(&text).map_err(|refusal| refusal.carried())
    }
}

/// Words of which a member is one, told at the place where it stands if it is none.
macro_rules! wire_words {
    ($(#[$doc:meta])* $type:ident at $at:literal { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $type { $($variant),+ }

        impl $type {
            #[allow(dead_code, reason = "not all words are answered")]
            pub(crate) fn as_str(self) -> &'static str {
                match self { $($type::$variant => $word),+ }
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                match text.as_str() {
                    $($word => Ok($type::$variant),)+
                    _ => {
                        let words = [$($word),+].join(", ");
                        let what = format!("Member must satisfy enum value set: [{words}]");
                        let message = crate::dynamodb::words::constraint(&text, $at, &what);
                        Err(items::Refusal::new(message).carried())
                    }
                }
            }
        }
    };
}
pub(crate) use wire_words;

/// A body that is no input of its operation, as DynamoDB answers it.
pub(crate) fn wrong_input(error: &serde_path_to_error::Error<serde_json::Error>) -> AwsError {
    let text = error.inner().to_string();
    if let Some(refusal) = refusal(&text) {
        return validation(refusal);
    }
    if error.inner().is_syntax() || error.inner().is_eof() {
        return serialization(format!("the body is no JSON: {text}"));
    }
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let quoted = |prefix: &str| what.strip_prefix(prefix)?.split('`').next().map(str::to_owned);
    if let Some(field) = quoted("missing field `") {
        return validation(missing(error.path(), &field));
    }
    if what.starts_with("unknown field `") {
        return validation(format!("{}{what}", Place { path: error.path(), last: "" }));
    }
    serialization(shape(what))
}

fn missing(path: &Path, field: &str) -> String {
    if field == "TableName" && path.iter().next().is_none() {
        return "The parameter 'TableName' is required but was not present in the request"
            .to_owned();
    }
    let place = Place { path, last: field };
    format!(
        "1 validation error detected: Value null at '{place}' failed to satisfy constraint: Member \
         must not be null"
    )
}

/// A place as DynamoDB writes it: `keySchema.1.member.attributeName`.
struct Place<'a> {
    path: &'a Path,
    last: &'a str,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in self.path {
            match segment {
                Segment::Seq { index } => write!(f, "{}.member.", index + 1)?,
                Segment::Map { key } => write!(f, "{}.", lower_first(key))?,
                Segment::Enum { variant } => write!(f, "{variant}.")?,
                Segment::Unknown => {}
            }
        }
        f.write_str(&lower_first(self.last))
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// What serde says of a wrong shape, as DynamoDB says it where that is known.
fn shape(what: &str) -> String {
    let found = [
        ("invalid type: integer", "NUMBER_VALUE"),
        ("invalid type: floating point", "DECIMAL_VALUE"),
        ("invalid type: boolean `true`", "TRUE_VALUE"),
        ("invalid type: boolean `false`", "FALSE_VALUE"),
        ("invalid type: string", "STRING_VALUE"),
    ];
    let wanted = [("a string", "String"), ("a boolean", "Boolean"), ("u32", "Integer")];
    let found = found.iter().find(|(begin, _)| what.starts_with(begin));
    let wanted = wanted.iter().find(|(end, _)| what.ends_with(end));
    match (found, wanted) {
        (Some((_, found)), Some((_, wanted))) => format!("{found} cannot be converted to {wanted}"),
        _ => what.to_owned(),
    }
}

/// A whole number that has bounds, told at its place.
pub(crate) fn bounded<'de, D, const LEAST: u32, const MOST: u32>(
    deserializer: D,
    at: &str,
) -> Result<Option<u32>, D::Error>
where
    D: Deserializer<'de>,
{
    let Some(number) = Option::<i64>::deserialize(deserializer)? else { return Ok(None) };
    let refused = |what: String| {
        Err(Refusal::new(constraint(&number.to_string(), at, &what)).carried::<D::Error>())
    };
    if number < i64::from(LEAST) {
        return refused(format!("Member must have value greater than or equal to {LEAST}"));
    }
    if number > i64::from(MOST) {
        return refused(format!("Member must have value less than or equal to {MOST}"));
    }
    u32::try_from(number).map(Some).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    wire_words! {
        Choice at "choice" { One = "ONE", Two = "TWO" }
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Input {
        table_name: TableRef,
        choice: Option<Choice>,
        #[serde(default)]
        parts: Vec<Part>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Part {
        attribute_name: String,
    }

    fn error(body: &str) -> (String, String) {
        let mut reader = serde_json::Deserializer::from_str(body);
        let error = serde_path_to_error::deserialize::<_, Input>(&mut reader).expect_err(body);
        let AwsError { code, message, .. } = wrong_input(&error);
        (code.split_once('#').expect("qualified").1.to_owned(), message)
    }

    #[test]
    fn wrong_inputs_are_told_as_dynamodb_does() {
        let validation = "ValidationException";
        for (body, code, message) in [
            (
                "{}",
                validation,
                "The parameter 'TableName' is required but was not present in the request",
            ),
            (
                r#"{"TableName":"a;"}"#,
                validation,
                "TableName must be at least 3 characters long and at most 255 characters long",
            ),
            (
                r#"{"TableName":"abc;"}"#,
                validation,
                "1 validation error detected: Value 'abc;' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
            ),
            (
                r#"{"TableName":"abc","Choice":"x"}"#,
                validation,
                "1 validation error detected: Value 'x' at 'choice' failed to satisfy constraint: Member must satisfy enum value set: [ONE, TWO]",
            ),
            (
                r#"{"TableName":"abc","Parts":[{}]}"#,
                validation,
                "1 validation error detected: Value null at 'parts.1.member.attributeName' failed to satisfy constraint: Member must not be null",
            ),
            (
                r#"{"TableName":"abc","More":1}"#,
                validation,
                "more.unknown field `More`, expected one of `TableName`, `Choice`, `Parts`",
            ),
            (
                r#"{"TableName":1}"#,
                "SerializationException",
                "NUMBER_VALUE cannot be converted to String",
            ),
            (
                r#"{"TableName"#,
                "SerializationException",
                "the body is no JSON: EOF while parsing a string at line 1 column 11",
            ),
        ] {
            assert_eq!(error(body), (code.to_owned(), message.to_owned()), "{body}");
        }
    }

    #[test]
    fn a_table_may_be_named_by_its_arn() {
        let table = TableRef::parse("arn:aws:dynamodb:eu-west-1:000000000000:table/lamps");
        assert_eq!(
            table.expect("a table").index_resource(Some("by-room")),
            "table/lamps/index/by-room"
        );
        assert!(TableRef::parse("arn:aws:s3:::lamps").is_err());
    }
}
