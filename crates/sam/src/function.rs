//! `AWS::Serverless::Function`: a function, its role, what publishes it, and what calls it.

use serde_json::{Map, Value, json};

use crate::error::SamError;
use crate::events;
use crate::given::Given;
use crate::made::Made;
use crate::names::hash;
use crate::object;
use crate::role::Role;

/// Properties that mean something here.
const KNOWN: &[&str] = &[
    "AssumeRolePolicyDocument",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "CodeUri",
    "DeadLetterQueue",
    "Description",
    "EventInvokeConfig",
    "Events",
    "InlineCode",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "Role",
    "RolePath",
    "Tags",
    "Tracing",
    "VersionDeletionPolicy",
    "VersionDescription",
];
/// Properties of the function itself, which are the same.
const SAME: &[&str] = &[
    "Architectures",
    "CodeSigningConfigArn",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "FunctionName",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Role",
    "Runtime",
    "RuntimeManagementConfig",
    "SnapStart",
    "Timeout",
    "VpcConfig",
];

/// The function, or the alias that stands before it, as events know it.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    /// What `FunctionName` is.
    pub(crate) name: Value,
    pub(crate) arn: Value,
}

pub(crate) fn translate(given: &Given<'_>, made: &mut Made) -> Result<(), SamError> {
    let known: Vec<&str> = KNOWN.iter().chain(SAME).copied().collect();
    given.only("", &given.properties, &known)?;
    let mut role = Role::of(given)?;
    let function = function(given)?;
    let mut called = Called {
        name: json!({ "Ref": given.name }),
        arn: json!({ "Fn::GetAtt": [given.name, "Arn"] }),
    };
    let alias = match given.properties.contains_key("AutoPublishAlias") {
        true => Some(publish(given, &function, made)?),
        false => None,
    };
    if let Some(alias) = &alias {
        let reference = json!({ "Ref": alias.id });
        called = Called { name: reference.clone(), arn: reference };
    }
    if given.properties.contains_key("EventInvokeConfig") {
        invoke_config(given, alias.as_ref(), &mut role, made)?;
    }
    role.add_given(given)?;
    events::translate(given, &called, &mut role, made)?;
    made.put(given.name, "AWS::Lambda::Function", &given.attributes, function)?;
    match given.properties.contains_key("Role") {
        true => Ok(()),
        false => role.put(given, made),
    }
}

fn function(given: &Given<'_>) -> Result<Map<String, Value>, SamError> {
    let mut properties = object([
        ("Code", code(given)?),
        ("Description", description(given)),
        ("Tags", tag_list(&given.get("Tags"), true)),
    ]);
    for property in SAME {
        if let Some(value) = given.properties.get(*property) {
            properties.insert((*property).to_owned(), value.clone());
        }
    }
    let tracing = given.get("Tracing");
    if !tracing.is_null() && given.resolved(&tracing) != "Disabled" {
        properties.insert("TracingConfig".to_owned(), json!({ "Mode": tracing }));
    }
    let letters = given.get("DeadLetterQueue");
    if !letters.is_null() {
        let target = json!({ "TargetArn": letters["TargetArn"] });
        properties.insert("DeadLetterConfig".to_owned(), target);
    }
    if !properties.contains_key("Role") {
        let arn = json!({ "Fn::GetAtt": [format!("{}Role", given.name), "Arn"] });
        properties.insert("Role".to_owned(), arn);
    }
    if given.get("PackageType") == "Image" {
        return Err(given.wrong("PackageType: Image is not served"));
    }
    match properties.contains_key("Runtime") && properties.contains_key("Handler") {
        true => Ok(properties),
        false => Err(given
            .wrong("Runtime and Handler needs to be present when PackageType is of type `Zip`")),
    }
}

fn code(given: &Given<'_>) -> Result<Value, SamError> {
    match (given.get("InlineCode"), given.properties.contains_key("CodeUri")) {
        (Value::Null, true) => {
            Ok(given.location("CodeUri", ["S3Bucket", "S3Key", "S3ObjectVersion"])?.into())
        }
        (Value::Null, false) => {
            Err(given.wrong("Only one of 'InlineCode' or 'CodeUri' can be set."))
        }
        (text, _) => Ok(json!({ "ZipFile": text })),
    }
}

/// Where the code's hash is given, it is a part of the description, so that a change of it is one to see.
fn description(given: &Given<'_>) -> Value {
    let (own, sum) = (given.get("Description"), given.get("AutoPublishCodeSha256"));
    let (own, sum) = (given.resolved(&own), given.resolved(&sum));
    let is_published = given.properties.contains_key("AutoPublishAlias");
    match (own, sum) {
        (_, Value::Null) => given.get("Description"),
        _ if !is_published => given.get("Description"),
        (Value::Null, sum) => sum,
        (Value::String(own), sum) => json!(format!("{own} {}", sum.as_str().unwrap_or_default())),
        (own, sum) => json!({ "Fn::Join": [" ", [own, sum]] }),
    }
}

struct Alias {
    id: String,
    name: String,
}

/// Adds a version, whose name changes with the code, and the alias that points to it.
fn publish(
    given: &Given<'_>,
    function: &Map<String, Value>,
    made: &mut Made,
) -> Result<Alias, SamError> {
    let Value::String(name) = given.resolved(&given.get("AutoPublishAlias")) else {
        return Err(
            given.wrong("'AutoPublishAlias' must be a string or a Ref to a template parameter")
        );
    };
    let sum = match given.resolved(&given.get("AutoPublishCodeSha256")) {
        Value::String(sum) => sum.chars().take(10).collect(),
        Value::Null => hash(&hashed(given, function)),
        _ => return Err(given.wrong("AutoPublishCodeSha256 must be a string")),
    };
    let version = format!("{}Version{sum}", given.name);
    let mut attributes = given.for_all.clone();
    let policy = match given.resolved(&given.get("VersionDeletionPolicy")) {
        Value::Null => json!("Retain"),
        said => said,
    };
    attributes.entry("DeletionPolicy").or_insert(policy);
    let properties = object([
        ("FunctionName", json!({ "Ref": given.name })),
        ("Description", given.get("VersionDescription")),
    ]);
    made.put(&version, "AWS::Lambda::Version", &attributes, properties)?;
    let part = |character: char| match character {
        '-' => "D".to_owned(),
        '_' => "U".to_owned(),
        other => other.to_string(),
    };
    let id = format!("{}Alias{}", given.name, name.chars().map(part).collect::<String>());
    let properties = object([
        ("FunctionName", json!({ "Ref": given.name })),
        ("FunctionVersion", json!({ "Fn::GetAtt": [version, "Version"] })),
        ("Name", json!(name)),
    ]);
    made.put(&id, "AWS::Lambda::Alias", &given.for_all, properties)?;
    made.names.insert(format!("{}.Version", given.name), version);
    made.names.insert(format!("{}.Alias", given.name), id.clone());
    Ok(Alias { id, name })
}

/// What a version's name depends on.
fn hashed(given: &Given<'_>, function: &Map<String, Value>) -> Value {
    if given.get("AutoPublishAliasAllProperties") == true {
        return function.clone().into();
    }
    let mut hashed = given.resolved(&function["Code"]);
    if let Value::Object(fields) = &mut hashed {
        if let Value::Object(environment) = given.get("Environment") {
            fields.extend(environment);
        }
        if !given.get("MemorySize").is_null() {
            fields.insert("MemorySize".to_owned(), given.get("MemorySize"));
        }
        let snap = given.get("SnapStart");
        if snap.get("ApplyOn").is_some_and(|on| on != "None") {
            fields.insert("SnapStart".to_owned(), snap);
        }
    }
    hashed
}

/// What becomes of events that were handed over.
fn invoke_config(
    given: &Given<'_>,
    alias: Option<&Alias>,
    role: &mut Role,
    made: &mut Made,
) -> Result<(), SamError> {
    let Value::Object(config) = given.get("EventInvokeConfig") else {
        return Err(given.wrong("EventInvokeConfig must be an object"));
    };
    let known = ["DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"];
    given.only("EventInvokeConfig: ", &config, &known)?;
    let name = format!("{}EventInvokeConfig", given.name);
    let mut destinations = Map::new();
    for side in ["OnSuccess", "OnFailure"] {
        let destination = &config.get("DestinationConfig").unwrap_or(&Value::Null)[side];
        if destination.is_null() {
            continue;
        }
        let (kind, arn) = (destination["Type"].as_str(), &destination["Destination"]);
        let (action, arn) = match kind {
            Some("SQS") if arn.is_null() => {
                let queue = format!("{name}{side}Queue");
                made.put(&queue, "AWS::SQS::Queue", &given.for_all, Map::new())?;
                ("sqs:SendMessage", json!({ "Fn::GetAtt": [queue, "Arn"] }))
            }
            Some("SQS") => ("sqs:SendMessage", arn.clone()),
            Some("Lambda") => ("lambda:InvokeFunction", arn.clone()),
            Some("EventBridge") => ("events:PutEvents", arn.clone()),
            other => {
                let what =
                    format!("EventInvokeConfig: a destination of Type {other:?} is not served");
                return Err(given.wrong(what));
            }
        };
        let suffix = kind.unwrap_or_default();
        role.policies.push(json!({
            "PolicyName": format!("{name}{side}{}Policy", if suffix == "EventBridge" { "EventBridge" } else { suffix }),
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{ "Effect": "Allow", "Action": action, "Resource": arn }],
            },
        }));
        destinations.insert(side.to_owned(), json!({ "Destination": arn }));
    }
    let mut attributes = given.attributes.clone();
    if let Some(alias) = alias {
        attributes.insert("DependsOn".to_owned(), json!([alias.id]));
    }
    let qualifier = alias.map_or("$LATEST", |alias| &alias.name);
    let field = |name: &str| config.get(name).cloned().unwrap_or_default();
    let properties = object([
        ("DestinationConfig", destinations.into()),
        ("FunctionName", json!({ "Ref": given.name })),
        ("MaximumEventAgeInSeconds", field("MaximumEventAgeInSeconds")),
        ("MaximumRetryAttempts", field("MaximumRetryAttempts")),
        ("Qualifier", json!(qualifier)),
    ]);
    made.put(&name, "AWS::Lambda::EventInvokeConfig", &attributes, properties)
}

/// Tags as a list; those of functions tell who made them.
pub(crate) fn tag_list(tags: &Value, is_function: bool) -> Value {
    let own = is_function.then(|| json!({ "Key": "lambda:createdBy", "Value": "SAM" }));
    let given = tags.as_object().into_iter().flatten();
    let given = given.map(|(key, value)| json!({ "Key": key, "Value": value }));
    own.into_iter().chain(given).collect()
}
