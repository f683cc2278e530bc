//! What a template says of all resources of a kind.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::SamError;

/// Kinds that globals may be about, with their properties. Of those that are not served, whatever is said can
/// do nothing, as a resource of such a kind is refused.
const KINDS: &[(&str, &[&str])] = &[
    (
        "Function",
        &[
            "Architectures",
            "AssumeRolePolicyDocument",
            "AutoPublishAlias",
            "AutoPublishAliasAllProperties",
            "CodeUri",
            "DeadLetterQueue",
            "Description",
            "Environment",
            "EphemeralStorage",
            "EventInvokeConfig",
            "Handler",
            "KmsKeyArn",
            "Layers",
            "LoggingConfig",
            "MemorySize",
            "PermissionsBoundary",
            "PropagateTags",
            "ReservedConcurrentExecutions",
            "RolePath",
            "Runtime",
            "SnapStart",
            "Tags",
            "Timeout",
            "Tracing",
            "VersionDeletionPolicy",
            "VpcConfig",
        ],
    ),
    ("LayerVersion", &["PublishLambdaVersion"]),
    ("SimpleTable", &["SSESpecification"]),
];
const WITHOUT_MEANING: &[&str] = &["Api", "HttpApi", "StateMachine", "WebSocketApi"];

pub(crate) type Globals = BTreeMap<String, Map<String, Value>>;

pub(crate) fn take(sections: &mut Map<String, Value>) -> Result<Globals, SamError> {
    let Some(section) = sections.remove("Globals") else { return Ok(Globals::new()) };
    let wrong = |what: String| SamError::Globals(what);
    let Value::Object(kinds) = section else {
        return Err(wrong("It must be a non-empty dictionary".to_owned()));
    };
    let mut globals = Globals::new();
    for (kind, said) in kinds {
        if WITHOUT_MEANING.contains(&kind.as_str()) {
            continue;
        }
        let known = KINDS.iter().find(|(name, _)| *name == kind);
        let (_, properties) = known.ok_or_else(|| wrong(format!("'{kind}' is not supported.")))?;
        let Value::Object(said) = said else {
            return Err(wrong(format!("Value of '{kind}' must be a dictionary")));
        };
        if let Some(other) = said.keys().find(|name| !properties.contains(&name.as_str())) {
            return Err(wrong(format!("'{other}' is not a supported property of '{kind}'.")));
        }
        globals.insert(kind, said);
    }
    Ok(globals)
}

/// What is said for all and for one: lists are joined, objects merged, else the one counts.
pub(crate) fn merge(global: &Map<String, Value>, own: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = global.clone();
    for (name, value) in own {
        let value = match merged.remove(name) {
            Some(global) => both(&global, value),
            None => value.clone(),
        };
        merged.insert(name.clone(), value);
    }
    merged
}

fn both(global: &Value, own: &Value) -> Value {
    match (global, own) {
        (Value::Object(one), Value::Object(other)) if !is_function(one) && !is_function(other) => {
            merge(one, other).into()
        }
        (Value::Array(one), Value::Array(other)) => one.iter().chain(other).cloned().collect(),
        _ => own.clone(),
    }
}

/// Whether it says what is to be found out, so that there is nothing to be merged yet.
fn is_function(fields: &Map<String, Value>) -> bool {
    fields.len() == 1 && fields.keys().all(|name| name == "Ref" || name.starts_with("Fn::"))
}
