//! What functions ask outside. Evaluation stops with the question and is done again with the
//! answer: it is the same each time, so it comes to the same question.

use std::borrow::Cow;
use std::fmt;

use crate::ast::Expression;
use crate::convert::to_text;
use crate::function::Function;
use crate::json::{Json, write_string};
use crate::value::Value;
use crate::version::Version;

/// A question to the outside.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// get_thing_shadow: answered with the shadow's document.
    Shadow { thing: String, shadow: Option<String>, role_arn: String },
    /// get_dynamodb: answered with the item as plain JSON. Key values are JSON too.
    Item {
        table: String,
        partition: (String, String),
        sort: Option<(String, String)>,
        role_arn: String,
    },
    /// aws_lambda: the input is JSON; answered with what the function returned.
    Function { arn: String, input: String },
    /// get_secret: answered with the value, or that of the key in it.
    Secret { id: String, kind: SecretKind, key: Option<String>, role_arn: String },
    /// get_registry_data: answered with the response of the operation.
    Registry { operation: RegistryOperation, thing: String, role_arn: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretKind {
    SecretString,
    SecretBinary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegistryOperation {
    DescribeThing,
    ListThingGroupsForThing,
}

impl Lookup {
    /// The function that asks.
    pub fn function(&self) -> &'static str {
        match self {
            Lookup::Shadow { .. } => "get_thing_shadow",
            Lookup::Item { .. } => "get_dynamodb",
            Lookup::Function { .. } => "aws_lambda",
            Lookup::Secret { .. } => "get_secret",
            Lookup::Registry { .. } => "get_registry_data",
        }
    }

    /// The role to ask with; aws_lambda asks as the service itself.
    pub fn role_arn(&self) -> Option<&str> {
        match self {
            Lookup::Shadow { role_arn, .. }
            | Lookup::Item { role_arn, .. }
            | Lookup::Secret { role_arn, .. }
            | Lookup::Registry { role_arn, .. } => Some(role_arn),
            Lookup::Function { .. } => None,
        }
    }
}

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self {
            Lookup::Shadow { thing, .. } | Lookup::Registry { thing, .. } => thing,
            Lookup::Item { table, .. } => table,
            Lookup::Function { arn, .. } => arn,
            Lookup::Secret { id, .. } => id,
        };
        write!(f, "{} of {of}", self.function())
    }
}

/// A call that asks outside, as far as the statement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupCall {
    pub function: &'static str,
    pub role_arn: Option<String>,
    /// The first argument, if it is a literal: the table, the thing, the function, the secret.
    pub subject: Option<String>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// JSON of any kind.
    Json(String),
    /// There is nothing: the value is Undefined.
    Nothing,
    Failed(String),
}

/// What people see of a secret.
const VEIL: &[u8] = b"\"***\"";

/// What was asked and answered for one event.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    given: Vec<(Lookup, Answer)>,
}

impl Answers {
    /// More questions than any rule asks; one that asks for each element of an array stops here.
    pub const LOOKUPS_MAX: usize = 16;

    pub fn new() -> Answers {
        Answers::default()
    }

    /// An answer that is no JSON is a failure.
    pub fn put(&mut self, lookup: Lookup, answer: Answer) {
        let checked = match answer {
            Answer::Json(text) => match Json::from_text(&text) {
                Ok(_) => Answer::Json(text.trim().to_owned()),
                Err(fault) => Answer::Failed(format!("the answer is not JSON: {fault}")),
            },
            other => other,
        };
        self.given.retain(|(held, _)| *held != lookup);
        self.given.push((lookup, checked));
    }

    pub fn get(&self, lookup: &Lookup) -> Option<&Answer> {
        self.given.iter().find(|(held, _)| held == lookup).map(|(_, answer)| answer)
    }

    /// The same with other texts in the place of secrets, to show people what was made of them; nothing
    /// if there are no secrets among them.
    pub fn veiled(&self) -> Option<Answers> {
        let is_secret = |lookup: &Lookup| matches!(lookup, Lookup::Secret { .. });
        if !self.given.iter().any(|(lookup, _)| is_secret(lookup)) {
            return None;
        }
        let veiled = |(lookup, answer): &(Lookup, Answer)| match answer {
            Answer::Json(text) if is_secret(lookup) => {
                let mut out = Vec::new();
                veil(Json::from_checked(text), &mut out);
                let out = String::from_utf8(out).expect("made of texts");
                (lookup.clone(), Answer::Json(out))
            }
            other => (lookup.clone(), other.clone()),
        };
        Some(Answers { given: self.given.iter().map(veiled).collect() })
    }

    pub fn len(&self) -> usize {
        self.given.len()
    }

    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }
}

/// Names of members may be seen, and no value.
fn veil(json: Json<'_>, out: &mut Vec<u8>) {
    if !json.as_str().starts_with('{') {
        out.extend_from_slice(VEIL);
        return;
    }
    out.push(b'{');
    for (at, (name, value)) in json.entries().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_string(&name.to_text(), out);
        out.push(b':');
        veil(value, out);
    }
    out.push(b'}');
}

// === What can be checked of the arguments as they are written

/// AWS assumes the role when the rule runs, and wants it written out.
pub(crate) fn role_last(function: &Function, arguments: &[Expression]) -> Result<(), String> {
    exactly(function, arguments)?;
    match arguments.last() {
        Some(Expression::Text(_)) => Ok(()),
        _ => Err(format!("the last argument of {} must be a literal role ARN", function.name)),
    }
}

/// A function that asks outside is refused with a wrong number of arguments: it could never ask.
pub(crate) fn exactly(function: &Function, arguments: &[Expression]) -> Result<(), String> {
    let (least, most) = (function.arguments_min, function.arguments_max);
    // Keys of tables come in pairs.
    let is_pair = function.name != "get_dynamodb" || arguments.len().is_multiple_of(2);
    if function.takes(arguments.len()) && is_pair {
        return Ok(());
    }
    let wanted = if least == most { least.to_string() } else { format!("{least} or {most}") };
    Err(format!("{} takes {wanted} arguments, not {}", function.name, arguments.len()))
}

pub(crate) fn check_secret(function: &Function, arguments: &[Expression]) -> Result<(), String> {
    role_last(function, arguments)?;
    match literal(arguments, 1).and_then(secret_kind) {
        Some(_) => Ok(()),
        None => {
            Err("the second argument of get_secret must be 'SecretString' or 'SecretBinary'".into())
        }
    }
}

pub(crate) fn check_registry(function: &Function, arguments: &[Expression]) -> Result<(), String> {
    role_last(function, arguments)?;
    match literal(arguments, 0).and_then(registry_operation) {
        Some(_) => Ok(()),
        None => Err("the first argument of get_registry_data must be 'DescribeThing' or \
                     'ListThingGroupsForThing'"
            .into()),
    }
}

fn literal(arguments: &[Expression], at: usize) -> Option<&str> {
    match arguments.get(at)? {
        Expression::Text(text) => Some(text),
        _ => None,
    }
}

fn secret_kind(name: &str) -> Option<SecretKind> {
    match name {
        "SecretString" => Some(SecretKind::SecretString),
        "SecretBinary" => Some(SecretKind::SecretBinary),
        _ => None,
    }
}

fn registry_operation(name: &str) -> Option<RegistryOperation> {
    match name {
        "DescribeThing" => Some(RegistryOperation::DescribeThing),
        "ListThingGroupsForThing" => Some(RegistryOperation::ListThingGroupsForThing),
        _ => None,
    }
}

// === Questions from the values of arguments

fn string(value: &Value<'_>, version: Version) -> Option<String> {
    to_text(value, version).map(Cow::into_owned)
}

pub(crate) fn shadow(arguments: &[Value<'_>], version: Version) -> Option<Lookup> {
    let (role, names) = arguments.split_last()?;
    let thing = string(names.first()?, version)?;
    let shadow = names.get(1).map(|name| string(name, version));
    Some(Lookup::Shadow {
        thing,
        shadow: shadow.map_or(Some(None), |name| name.map(Some))?,
        role_arn: string(role, version)?,
    })
}

pub(crate) fn table(arguments: &[Value<'_>], version: Version) -> Option<Lookup> {
    let (role, rest) = arguments.split_last()?;
    let (table, keys) = rest.split_first()?;
    let key = |pair: &[Value<'_>]| -> Option<(String, String)> {
        let is_key = matches!(pair.get(1)?, Value::String(_) | Value::Number(_));
        is_key.then_some((string(pair.first()?, version)?, pair[1].to_json(version)))
    };
    let mut pairs = keys.chunks(2);
    let partition = key(pairs.next()?)?;
    let sort = match pairs.next() {
        Some(pair) => Some(key(pair)?),
        None => None,
    };
    let (table, role_arn) = (string(table, version)?, string(role, version)?);
    Some(Lookup::Item { table, partition, sort, role_arn })
}

pub(crate) fn function(arguments: &[Value<'_>], version: Version) -> Option<Lookup> {
    let input = match arguments.get(1)? {
        Value::Undefined | Value::Bytes(_) => return None,
        value => value.to_json(version),
    };
    Some(Lookup::Function { arn: string(arguments.first()?, version)?, input })
}

pub(crate) fn secret(arguments: &[Value<'_>], version: Version) -> Option<Lookup> {
    let (role, rest) = arguments.split_last()?;
    let key = match rest.get(2) {
        Some(key) => Some(string(key, version)?),
        None => None,
    };
    let kind = secret_kind(&string(rest.get(1)?, version)?)?;
    let (id, role_arn) = (string(rest.first()?, version)?, string(role, version)?);
    Some(Lookup::Secret { id, kind, key, role_arn })
}

pub(crate) fn registry(arguments: &[Value<'_>], version: Version) -> Option<Lookup> {
    let operation = registry_operation(&string(arguments.first()?, version)?)?;
    let thing = string(arguments.get(1)?, version)?;
    Some(Lookup::Registry { operation, thing, role_arn: string(arguments.get(2)?, version)? })
}
