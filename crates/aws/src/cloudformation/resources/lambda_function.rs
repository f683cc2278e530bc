//! AWS::Lambda::Function

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::inline_code::archive;
use crate::cloudformation::resources::deed::{Deed, attribute, made, or_undone, plain, said};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct Function;

impl Deed for Function {
    const KIND: &'static str = "AWS::Lambda::Function";
    const CHANGED: &'static [&'static str] = &[
        "Code",
        "DeadLetterConfig",
        "Description",
        "Environment",
        "EphemeralStorage",
        "Handler",
        "Layers",
        "LoggingConfig",
        "MemorySize",
        "ReservedConcurrentExecutions",
        "Role",
        "Runtime",
        "SnapStart",
        "Tags",
        "Timeout",
        "TracingConfig",
        "VpcConfig",
    ];
    const REPLACED: &'static [&'static str] = &["Architectures", "FunctionName", "PackageType"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "FunctionName", 64);
        let mut input = settings(want);
        for field in ["Architectures", "PackageType"] {
            input[field] = want.get(field);
        }
        (input["FunctionName"], input["Code"]) = (json!(name), code(want)?);
        input["Tags"] = tags::object(&want.get("Tags"));
        desk.make(want, "lambda", "CreateFunction", input).await?;
        let rest = match reserve(desk, &name, None, want).await {
            Ok(()) => shown(desk, name.clone()).await,
            Err(error) => Err(error),
        };
        or_undone::<Function>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        let mut input = settings(want);
        input["FunctionName"] = json!(name);
        // What is said no longer is what it is where nothing was ever said.
        for (field, default) in DEFAULTS {
            if made.properties.contains_key(*field) && !want.properties.contains_key(*field) {
                input[*field] = serde_json::from_str(default).map_err(AwsError::output)?;
            }
        }
        desk.ask("lambda", "UpdateFunctionConfiguration", input).await?;
        if made.properties.get("Code") != want.properties.get("Code") {
            let mut input = code(want)?;
            input["FunctionName"] = json!(name);
            desk.ask("lambda", "UpdateFunctionCode", input).await?;
        }
        reserve(desk, &name, Some(made), want).await?;
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::LAMBDA, json!({ "Resource": arn }), made, want).await?;
        shown(desk, name).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("lambda", "DeleteFunction", json!({ "FunctionName": made.physical_id })).await
    }
}

/// AWS's defaults, as JSON.
const DEFAULTS: &[(&str, &str)] = &[
    ("DeadLetterConfig", "{}"),
    ("Description", "\"\""),
    ("Environment", "{\"Variables\":{}}"),
    ("EphemeralStorage", "{\"Size\":512}"),
    ("Layers", "[]"),
    ("MemorySize", "128"),
    ("Timeout", "3"),
    ("TracingConfig", "{\"Mode\":\"PassThrough\"}"),
];

/// Keeps so many runs for it, or none.
async fn reserve(
    desk: &Desk,
    name: &str,
    made: Option<&Made>,
    want: &Wanted<'_>,
) -> Result<(), AwsError> {
    const PROPERTY: &str = "ReservedConcurrentExecutions";
    let before = made.and_then(|made| made.properties.get(PROPERTY));
    let runs = want.properties.get(PROPERTY);
    let input = json!({ "FunctionName": name, PROPERTY: runs.cloned().map(plain) });
    match runs {
        _ if before == runs => Ok(()),
        Some(_) => desk.ask("lambda", "PutFunctionConcurrency", input).await.map(drop),
        None => {
            let input = json!({ "FunctionName": name });
            desk.take("lambda", "DeleteFunctionConcurrency", input).await
        }
    }
}

fn settings(want: &Wanted<'_>) -> Value {
    let texts = [
        "DeadLetterConfig",
        "Description",
        "Handler",
        "Layers",
        "LoggingConfig",
        "Role",
        "Runtime",
        "SnapStart",
        "TracingConfig",
        "VpcConfig",
    ];
    let mut input = want.some(&texts);
    for field in ["EphemeralStorage", "MemorySize", "Timeout"] {
        input[field] = plain(want.get(field));
    }
    // A template may say a number where the function is given a text.
    if let Some(variables) = want.get("Environment")["Variables"].as_object() {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let pairs = variables.iter().map(|(name, value)| (name.clone(), Value::from(text(value))));
        input["Environment"] = json!({ "Variables": Value::Object(pairs.collect()) });
    }
    input
}

/// Code in a bucket, or a text that is made an archive of.
fn code(want: &Wanted<'_>) -> Result<Value, AwsError> {
    let mut code = want.get("Code");
    if let Some(text) = code["ZipFile"].as_str() {
        code["ZipFile"] = json!(archive(&want.need("Runtime")?, &want.need("Handler")?, text)?);
    }
    Ok(code)
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let answer =
        desk.ask("lambda", "GetFunctionConfiguration", json!({ "FunctionName": name })).await?;
    Ok(made(name.clone(), name, [("Arn", said(&answer, "/FunctionArn"))]))
}
