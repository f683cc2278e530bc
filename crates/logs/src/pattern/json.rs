//! Messages that are JSON, by their properties: `{ $.user.id = 1 && ($.tags[*] = "a" || $.x NOT EXISTS) }`

use serde_json::Value;

use super::UnfitPattern;
use super::condition::Condition;
use super::cursor::Cursor;

/// Parentheses within parentheses. Nobody writes more.
const DEPTH_MAX: usize = 32;

#[derive(Clone, Debug)]
pub(super) struct Json(Expression);

#[derive(Clone, Debug)]
enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Test(Vec<Step>, Test),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Property(String),
    Element(usize),
    /// `[*]` and `.*`
    Each,
}

#[derive(Clone, Debug)]
enum Test {
    Holds(Condition),
    Null,
    Missing,
    True,
    False,
}

impl Json {
    pub(super) fn parse(text: &str) -> Result<Json, UnfitPattern> {
        let mut cursor = Cursor::new(text);
        if !cursor.take("{") {
            return cursor.expected("{");
        }
        let expression = any(&mut cursor, 0)?;
        if !cursor.take("}") {
            return cursor.expected("&&, || or }");
        }
        match cursor.is_done() {
            true => Ok(Json(expression)),
            false => cursor.expected("nothing more"),
        }
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        // Most lines of most logs are no JSON.
        message.trim_start().starts_with(['{', '['])
            && serde_json::from_str(message).is_ok_and(|message| self.0.holds(&message))
    }
}

fn any(cursor: &mut Cursor<'_>, depth: usize) -> Result<Expression, UnfitPattern> {
    let mut choices = vec![all(cursor, depth)?];
    while cursor.take("||") {
        choices.push(all(cursor, depth)?);
    }
    Ok(Expression::Any(choices))
}

fn all(cursor: &mut Cursor<'_>, depth: usize) -> Result<Expression, UnfitPattern> {
    let mut parts = vec![one(cursor, depth)?];
    while cursor.take("&&") {
        parts.push(one(cursor, depth)?);
    }
    Ok(Expression::All(parts))
}

fn one(cursor: &mut Cursor<'_>, depth: usize) -> Result<Expression, UnfitPattern> {
    if !cursor.take("(") {
        let path = path(cursor)?;
        return Ok(Expression::Test(path, test(cursor)?));
    }
    if depth == DEPTH_MAX {
        return cursor.expected("fewer parentheses");
    }
    let inner = any(cursor, depth + 1)?;
    match cursor.take(")") {
        true => Ok(inner),
        false => cursor.expected("&&, || or )"),
    }
}

fn test(cursor: &mut Cursor<'_>) -> Result<Test, UnfitPattern> {
    if cursor.take_word("NOT") {
        return match cursor.take_word("EXISTS") {
            true => Ok(Test::Missing),
            false => cursor.expected("EXISTS"),
        };
    }
    if cursor.take_word("IS") {
        let words = [("NULL", Test::Null), ("TRUE", Test::True), ("FALSE", Test::False)];
        return match words.into_iter().find(|(word, _)| cursor.take_word(word)) {
            Some((_, test)) => Ok(test),
            None => cursor.expected("NULL, TRUE or FALSE"),
        };
    }
    let is_end = |character: char| character.is_whitespace() || "()&|}".contains(character);
    Condition::read(cursor, is_end).map(Test::Holds)
}

fn path(cursor: &mut Cursor<'_>) -> Result<Vec<Step>, UnfitPattern> {
    if !cursor.take("$") {
        return cursor.expected("a property, as $.name");
    }
    let mut steps = Vec::new();
    loop {
        match cursor.rest().chars().next() {
            Some('.') => {
                cursor.take(".");
                let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '*');
                match cursor.take_while(is_name) {
                    "" => return cursor.expected("the name of a property"),
                    "*" => steps.push(Step::Each),
                    name => steps.push(Step::Property(name.to_owned())),
                }
            }
            Some('[') => {
                cursor.take("[");
                steps.push(within_brackets(cursor)?);
                if !cursor.take("]") {
                    return cursor.expected("]");
                }
            }
            _ => return Ok(steps),
        }
    }
}

fn within_brackets(cursor: &mut Cursor<'_>) -> Result<Step, UnfitPattern> {
    if cursor.take("*") {
        return Ok(Step::Each);
    }
    for mark in ['\'', '"'] {
        if let Some(name) = cursor.take_between(mark) {
            return Ok(Step::Property(name.to_owned()));
        }
    }
    match cursor.take_while(|character| character.is_ascii_digit()).parse() {
        Ok(at) => Ok(Step::Element(at)),
        Err(_) => cursor.expected("a number, * or a name in quotation marks"),
    }
}

impl Expression {
    fn holds(&self, message: &Value) -> bool {
        match self {
            Expression::All(parts) => parts.iter().all(|part| part.holds(message)),
            Expression::Any(choices) => choices.iter().any(|choice| choice.holds(message)),
            Expression::Test(path, test) => {
                let mut found = Vec::new();
                find(message, path, &mut found);
                test.holds(&found)
            }
        }
    }
}

fn find<'v>(value: &'v Value, path: &[Step], found: &mut Vec<&'v Value>) {
    let Some((step, rest)) = path.split_first() else {
        return found.push(value);
    };
    match (step, value) {
        (Step::Property(name), value) => {
            value.get(name).into_iter().for_each(|value| find(value, rest, found));
        }
        (Step::Element(at), value) => {
            value.get(*at).into_iter().for_each(|value| find(value, rest, found));
        }
        (Step::Each, Value::Array(values)) => {
            values.iter().for_each(|value| find(value, rest, found));
        }
        (Step::Each, Value::Object(values)) => {
            values.values().for_each(|value| find(value, rest, found));
        }
        (Step::Each, _) => {}
    }
}

impl Test {
    fn holds(&self, found: &[&Value]) -> bool {
        match self {
            Test::Missing => found.is_empty(),
            Test::Null => found.iter().any(|value| value.is_null()),
            Test::True => found.contains(&&Value::Bool(true)),
            Test::False => found.contains(&&Value::Bool(false)),
            Test::Holds(condition) => found.iter().any(|value| match value {
                Value::String(text) => condition.holds(text),
                Value::Number(number) => condition.holds(&number.to_string()),
                Value::Bool(is) => condition.holds(if *is { "true" } else { "false" }),
                _ => false,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_compared_as_the_guide_says() {
        let message = r#"{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","errorCode":400,
            "latency":0.5,"flag":true,"nothing":null,"tags":["a","b"],"list":[{"n":1},{"n":7}],
            "a b":{"c":"d"}}"#;
        let cases = [
            (r#"{ $.eventType = "UpdateTrail" }"#, true),
            ("{ $.eventType = Update* }", true),
            ("{ $.eventType = UpdateTrai }", false),
            ("{ $.sourceIPAddress != 123.123.* }", true),
            ("{ $.missing != 1 }", false),
            ("{ $.errorCode = 400 }", true),
            ("{ $.errorCode = 400.0 }", true),
            ("{ $.errorCode = 4* }", true),
            ("{ $.errorCode >= 400 }", true),
            ("{ $.errorCode > 400 }", false),
            ("{ $.latency < 1e0 }", true),
            ("{ $.eventType > 1 }", false),
            ("{ $.tags[0] = a }", true),
            ("{ $.tags[1] = \"a\" }", false),
            ("{ $.tags[*] = b }", true),
            ("{ $.list[*].n > 5 }", true),
            ("{ $['a b'].c = d }", true),
            ("{ $.flag IS TRUE }", true),
            ("{ $.flag IS FALSE }", false),
            ("{ $.nothing IS NULL }", true),
            ("{ $.missing IS NULL }", false),
            ("{ $.missing NOT EXISTS }", true),
            ("{ $.flag NOT EXISTS }", false),
            ("{ $.eventType = %T.ail$% }", true),
            ("{ ($.errorCode = 1) || ($.flag IS TRUE && $.tags[0] = \"a\") }", true),
            ("{ $.errorCode = 1 || $.errorCode = 400 && $.flag IS FALSE }", false),
            ("{$.errorCode=400}", true),
        ];
        for (text, expected) in cases {
            let json = Json::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(json.matches(message), expected, "{text}");
        }
        assert!(!Json::parse("{ $.a NOT EXISTS }").expect("right").matches("no JSON"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let cases = [
            ("{ a = 1 }", "a property, as $.name expected at character 2"),
            ("{ $.a }", "one of = != < <= > >= expected at character 6"),
            ("{ $.a = }", "a value expected"),
            ("{ $.a > x }", "a number expected"),
            ("{ $.a = 1", "&&, || or } expected"),
            ("{ $.a = 1 } x", "nothing more expected"),
            ("{ ($.a = 1 }", "&&, || or ) expected"),
            ("{ $.a = \"x }", "quotation mark"),
            ("{ $.a = %[% }", "regular expression"),
            ("{ $.a IS x }", "NULL, TRUE or FALSE expected"),
            ("{ $.a NOT x }", "EXISTS expected"),
            ("{ $.a[x] = 1 }", "a number, *"),
            ("{}", "a property"),
        ];
        for (text, expected) in cases {
            let refused = Json::parse(text).expect_err(text).to_string();
            assert!(refused.contains(expected), "{text}: {refused}");
        }
        let deep = format!("{{ {}$.a = 1{} }}", "(".repeat(400), ")".repeat(400));
        Json::parse(&deep).expect_err("too deep");
    }
}
