//! From JSON text to a compiled document, refusing what is not understood.

use crate::action::ActionPattern;
use crate::arn::ArnPattern;
use crate::condition::Condition;
use crate::document::Document;
use crate::error::{PolicyError, Problem};
use crate::json::Json;
use crate::pattern::Reading;
use crate::principal::PrincipalPattern;
use crate::statement::{Effect, Listed, Statement};

/// White space is free in AWS's limits, but reading it costs us: a document may have so many
/// times more bytes than characters that count.
const BYTES_PER_CHARACTER_MAX: usize = 16;

/// Whose document it is, and so which fields its statements have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Of a principal, of which it therefore does not speak.
    Identity,
    Resource,
    /// Of a role: who may take it.
    Trust,
}

pub(crate) fn document(
    json: &str,
    characters_max: usize,
    form: Form,
) -> Result<Document, PolicyError> {
    let length = json.chars().filter(|character| !character.is_whitespace()).count();
    if length > characters_max || json.len() > characters_max * BYTES_PER_CHARACTER_MAX {
        return Err(PolicyError::TooLong { length, most: characters_max });
    }
    let json: Json =
        serde_json::from_str(json).map_err(|error| PolicyError::Json(error.to_string()))?;
    let Fields { variables, statements } = fields(json).map_err(PolicyError::Document)?;
    let compiled = statements.into_iter().enumerate().map(|(place, json)| {
        let located = |problem| PolicyError::Statement { number: place + 1, problem };
        statement(json, variables, form).map_err(located)
    });
    Ok(Document { statements: compiled.collect::<Result<_, _>>()? })
}

struct Fields {
    variables: bool,
    statements: Vec<Json>,
}

fn fields(json: Json) -> Result<Fields, Problem> {
    let (mut variables, mut statements) = (false, None);
    for (name, value) in object("the document", json)? {
        match name.as_str() {
            "Version" => variables = version_has_variables(text("Version", value)?)?,
            "Id" => drop(text("Id", value)?),
            "Statement" => statements = Some(list(value)),
            _ => return Err(Problem::UnknownField { field: name }),
        }
    }
    let statements = statements.ok_or(Problem::Missing { field: "Statement" })?;
    if statements.is_empty() {
        return Err(Problem::Empty { field: "Statement".to_owned() });
    }
    Ok(Fields { variables, statements })
}

/// Without a version a document is of 2008, when there were no variables.
fn version_has_variables(version: String) -> Result<bool, Problem> {
    match version.as_str() {
        "2012-10-17" => Ok(true),
        "2008-10-17" => Ok(false),
        _ => Err(Problem::Version { found: version }),
    }
}

/// The fields of a statement as they are found.
#[derive(Default)]
struct Draft {
    sid: Option<Box<str>>,
    effect: Option<Effect>,
    principals: Option<Listed<PrincipalPattern>>,
    actions: Option<Listed<ActionPattern>>,
    resources: Option<Listed<ArnPattern>>,
    conditions: Vec<Condition>,
}

fn statement(json: Json, variables: bool, form: Form) -> Result<Statement, Problem> {
    let mut draft = Draft::default();
    for (name, value) in object("the statement", json)? {
        draft.take(name, value, variables, form)?;
    }
    if form != Form::Identity && draft.principals.is_none() {
        return Err(Problem::Missing { field: "Principal" });
    }
    // A trust policy speaks of its role, whatever that is called.
    let everything = (form == Form::Trust).then(|| Listed::AllBut(Box::default()));
    Ok(Statement {
        sid: draft.sid,
        effect: draft.effect.ok_or(Problem::Missing { field: "Effect" })?,
        principals: draft.principals,
        actions: draft.actions.ok_or(Problem::Missing { field: "Action" })?,
        resources: draft.resources.or(everything).ok_or(Problem::Missing { field: "Resource" })?,
        conditions: draft.conditions.into(),
    })
}

impl Draft {
    fn take(
        &mut self,
        name: String,
        value: Json,
        variables: bool,
        form: Form,
    ) -> Result<(), Problem> {
        match name.as_str() {
            "Sid" => self.sid = Some(text("Sid", value)?.into()),
            "Effect" => self.effect = Some(effect(text("Effect", value)?)?),
            "Action" | "NotAction" => {
                let actions = patterns(&name, value, ActionPattern::parse)?;
                set_once(&mut self.actions, listed(&name, actions), "Action", "NotAction")?;
            }
            "Principal" | "NotPrincipal" if form != Form::Identity => {
                let principals = listed(&name, principals(&name, value)?);
                set_once(&mut self.principals, principals, "Principal", "NotPrincipal")?;
            }
            "Resource" | "NotResource" if form == Form::Trust => {
                return Err(Problem::ResourceOfTrust);
            }
            "Resource" | "NotResource" => {
                let reading = Reading { wildcards: true, variables };
                let arns = patterns(&name, value, |arn| ArnPattern::parse(arn, reading))?;
                set_once(&mut self.resources, listed(&name, arns), "Resource", "NotResource")?;
            }
            "Condition" => self.conditions = conditions(value, variables)?,
            _ => return Err(Problem::UnknownField { field: name }),
        }
        Ok(())
    }
}

fn effect(found: String) -> Result<Effect, Problem> {
    match found.as_str() {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        _ => Err(Problem::Effect { found }),
    }
}

fn listed<T>(field: &str, patterns: Vec<T>) -> Listed<T> {
    match field.starts_with("Not") {
        true => Listed::AllBut(patterns.into()),
        false => Listed::These(patterns.into()),
    }
}

fn set_once<T>(
    place: &mut Option<T>,
    value: T,
    one: &'static str,
    other: &'static str,
) -> Result<(), Problem> {
    match place.replace(value) {
        Some(_) => Err(Problem::Both { one, other }),
        None => Ok(()),
    }
}

fn patterns<T>(
    field: &str,
    json: Json,
    parse: impl Fn(&str) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    texts(field, json)?.iter().map(|text| parse(text)).collect()
}

/// `"*"` or `{"AWS": "…", "Service": ["…", "…"]}`
fn principals(field: &str, json: Json) -> Result<Vec<PrincipalPattern>, Problem> {
    let lists = match json {
        Json::Text(text) if text == "*" => return Ok(vec![PrincipalPattern::Anyone]),
        json => object(field, json)?,
    };
    let mut principals = Vec::new();
    for (kind, values) in lists {
        for text in texts(&format!("{field}.{kind}"), values)? {
            principals.push(PrincipalPattern::parse(&kind, &text)?);
        }
    }
    match principals.is_empty() {
        true => Err(Problem::Empty { field: field.to_owned() }),
        false => Ok(principals),
    }
}

/// `{"StringEquals": {"iot:ClientId": ["a", "b"]}, …}`
fn conditions(json: Json, variables: bool) -> Result<Vec<Condition>, Problem> {
    let mut conditions = Vec::new();
    for (operator, keys) in object("Condition", json)? {
        for (key, values) in object(&operator, keys)? {
            let wanted = scalars(&key, values)?;
            conditions.push(Condition::parse(&operator, &key, wanted, variables)?);
        }
    }
    Ok(conditions)
}

fn object(field: &str, json: Json) -> Result<Vec<(String, Json)>, Problem> {
    match json {
        Json::Object(fields) => Ok(fields),
        other => Err(mistyped(field, "an object", &other)),
    }
}

fn text(field: &str, json: Json) -> Result<String, Problem> {
    match json {
        Json::Text(text) => Ok(text),
        other => Err(mistyped(field, "a string", &other)),
    }
}

/// One string or a list of them, of which there must be at least one.
fn texts(field: &str, json: Json) -> Result<Vec<String>, Problem> {
    some(field, list(json).into_iter().map(|item| text(field, item)))
}

/// Condition values may be written as numbers and booleans too.
fn scalars(field: &str, json: Json) -> Result<Vec<String>, Problem> {
    let scalar = |item| match item {
        Json::Text(text) | Json::Number(text) => Ok(text),
        Json::Bool(value) => Ok(value.to_string()),
        other => Err(mistyped(field, "a string, a number, a boolean or a list of them", &other)),
    };
    some(field, list(json).into_iter().map(scalar))
}

fn some(
    field: &str,
    items: impl Iterator<Item = Result<String, Problem>>,
) -> Result<Vec<String>, Problem> {
    let items: Vec<String> = items.collect::<Result<_, _>>()?;
    match items.is_empty() {
        true => Err(Problem::Empty { field: field.to_owned() }),
        false => Ok(items),
    }
}

fn list(json: Json) -> Vec<Json> {
    match json {
        Json::List(items) => items,
        single => vec![single],
    }
}

fn mistyped(field: &str, expected: &'static str, found: &Json) -> Problem {
    Problem::Type { field: field.to_owned(), expected, found: found.kind() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> String {
        Document::parse(json).expect_err("refused").to_string()
    }

    fn refusal_of_statement(fields: &str) -> String {
        let good = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        refusal(&format!(r#"{{"Version":"2012-10-17","Statement":[{good},{{{fields}}}]}}"#))
    }

    #[test]
    fn a_statement_may_stand_alone_and_lists_may_be_single() {
        for json in [
            r#"{"Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}"#,
            r#"{"Version":"2008-10-17","Id":"x","Statement":[{"Sid":"a","Effect":"Deny",
                "NotAction":["iot:Connect"],"NotResource":["*"]}]}"#,
        ] {
            Document::parse(json).expect("a document");
        }
    }

    #[test]
    fn errors_name_the_statement_and_the_field() {
        for (fields, expected) in [
            (
                r#""Effect":"allow","Action":"*","Resource":"*""#,
                "statement 2: Effect must be Allow or Deny, not \"allow\"",
            ),
            (r#""Action":"*","Resource":"*""#, "statement 2: Effect is missing"),
            (r#""Effect":"Allow","Resource":"*""#, "statement 2: Action is missing"),
            (r#""Effect":"Allow","Action":"*""#, "statement 2: Resource is missing"),
            (
                r#""Effect":"Allow","Action":"*","Resource":"*","Principal":"*""#,
                "statement 2: the field \"Principal\" is not known",
            ),
            (
                r#""Effect":"Allow","Action":[],"Resource":"*""#,
                "statement 2: Action may not be empty",
            ),
            (
                r#""Effect":"Allow","Action":7,"Resource":"*""#,
                "statement 2: Action must be a string, not a number",
            ),
            (
                r#""Effect":"Allow","Action":"Publish","Resource":"*""#,
                "statement 2: Action must be * or SERVICE:NAME, not \"Publish\"",
            ),
            (
                r#""Effect":"Allow","Action":"*","NotAction":"*","Resource":"*""#,
                "statement 2: Action and NotAction exclude each other",
            ),
            (
                r#""Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*""#,
                "the document is not valid JSON: the field \"Effect\" comes twice at line 1 column 117",
            ),
            (
                r#""Effect":"Allow","Action":"*","Resource":"topic/a""#,
                "statement 2: Resource must be * or arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, \
                 not \"topic/a\"",
            ),
            (
                r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringIs":{"a":"b"}}"#,
                "statement 2: the condition operator \"StringIs\" is not known",
            ),
            (
                r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a":"maybe"}}"#,
                "statement 2: the condition Bool on a needs true or false, not \"maybe\"",
            ),
            (
                r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":"x"}"#,
                "statement 2: Bool must be an object, not a string",
            ),
            (
                r#""Effect":"Allow","Action":"*","Resource":"*","Condition":
                {"Bool":{"iot:Connection.Thing.Attached":true}}"#,
                "statement 2: the condition key or variable \"iot:Connection.Thing.Attached\" is not \
                 supported",
            ),
        ] {
            assert_eq!(refusal_of_statement(fields), expected);
        }
    }

    #[test]
    fn errors_of_the_whole_document_say_so() {
        for (json, expected) in [
            ("{}", "document: Statement is missing"),
            ("[]", "document: the document must be an object, not a list"),
            (r#"{"Statement":[]}"#, "document: Statement may not be empty"),
            (
                r#"{"Version":"2012-10-18","Statement":[]}"#,
                "document: Version must be 2012-10-17 or 2008-10-17, not \"2012-10-18\"",
            ),
            (r#"{"statement":[]}"#, "document: the field \"statement\" is not known"),
        ] {
            assert_eq!(refusal(json), expected);
        }
        assert!(refusal("{").starts_with("the document is not valid JSON: "));
    }

    #[test]
    fn white_space_is_free_but_not_without_end() {
        let json = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let padded = format!("{}{json}", " ".repeat(3000));
        assert!(Document::parse(&padded).is_ok());
        let long = format!("{}{json}", " ".repeat(40_000));
        assert!(matches!(Document::parse(&long), Err(PolicyError::TooLong { .. })));
        let short = Document::parse_within(json, 20).expect_err("too long");
        assert_eq!(short, PolicyError::TooLong { length: json.len(), most: 20 });
    }

    #[test]
    fn a_deep_document_is_refused_and_does_not_exhaust_the_stack() {
        assert!(refusal(&"[".repeat(2000)).contains("recursion limit"));
    }
}
