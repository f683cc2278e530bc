//! AWS::SecretsManager::Secret

use secrets::new_token;
use serde_json::{Map, Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone, plain, said};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct Secret;

/// What is said of a password that is to be made.
const GENERATE: &str = "GenerateSecretString";

impl Deed for Secret {
    const KIND: &'static str = "AWS::SecretsManager::Secret";
    const CHANGED: &'static [&'static str] =
        &["Description", GENERATE, "KmsKeyId", "SecretString", "Tags"];
    const REPLACED: &'static [&'static str] = &["Name"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "Name", 512);
        let mut input = want.some(&["Description", "KmsKeyId"]);
        input["Name"] = json!(name);
        input["Tags"] = tags::list(&want.get("Tags"));
        set_value(desk, want, &mut input).await?;
        desk.make(want, "secretsmanager", "CreateSecret", input).await?;
        or_undone::<Secret>(desk, want, &name, shown(desk, &name).await).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let arn = &made.physical_id;
        // What is said no more is taken away.
        let mut input = json!({
            "SecretId": arn,
            "Description": want.text("Description").unwrap_or_default(),
            "KmsKeyId": want.text("KmsKeyId").unwrap_or_default(),
        });
        let differs = |name: &str| made.properties.get(name) != want.properties.get(name);
        if differs("SecretString") || differs(GENERATE) {
            set_value(desk, want, &mut input).await?;
        }
        desk.ask("secretsmanager", "UpdateSecret", input).await?;
        tags::retag(desk, tags::SECRET, json!({ "SecretId": arn }), made, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let input = json!({ "SecretId": made.physical_id, "ForceDeleteWithoutRecovery": true });
        desk.take("secretsmanager", "DeleteSecret", input).await
    }
}

/// A secret is known by its ARN, of which only the service knows the end.
async fn shown(desk: &Desk, name: &str) -> Result<Made, AwsError> {
    let found = desk.ask("secretsmanager", "DescribeSecret", json!({ "SecretId": name })).await?;
    let arn = said(&found, "/ARN");
    let id = arn.as_str().unwrap_or_default().to_owned();
    Ok(made(id, arn.clone(), [("Id", arn)]))
}

/// Gives an input the value that the template says or wants made, if it does.
async fn set_value(desk: &Desk, want: &Wanted<'_>, input: &mut Value) -> Result<(), AwsError> {
    let value = match (want.text("SecretString"), want.get(GENERATE)) {
        (None, Value::Null) => return Ok(()),
        (Some(text), Value::Null) => text,
        (None, recipe) => generated(desk, want, recipe).await?,
        (Some(_), _) => {
            let what = format!("You can't specify both SecretString and {GENERATE}");
            return Err(AwsError::validation(what));
        }
    };
    input["SecretString"] = json!(value);
    input["ClientRequestToken"] = json!(new_token());
    Ok(())
}

/// A password, or a template with the password in it.
async fn generated(desk: &Desk, want: &Wanted<'_>, recipe: Value) -> Result<String, AwsError> {
    const TEMPLATE: &str = "SecretStringTemplate";
    const KEY: &str = "GenerateStringKey";
    let known = [
        TEMPLATE,
        KEY,
        "ExcludeCharacters",
        "ExcludeLowercase",
        "ExcludeNumbers",
        "ExcludePunctuation",
        "ExcludeUppercase",
        "IncludeSpace",
        "PasswordLength",
        "RequireEachIncludedType",
    ];
    want.only(GENERATE, &recipe, &known)?;
    let Value::Object(mut recipe) = recipe else {
        return Err(AwsError::validation(format!("{GENERATE} is no object")));
    };
    let (template, key) = (recipe.remove(TEMPLATE), recipe.remove(KEY));
    let characters = recipe.remove("ExcludeCharacters");
    let mut input = plain(Value::Object(recipe));
    // Which are characters, also where they look like a number.
    input["ExcludeCharacters"] = characters.unwrap_or_default();
    let made = desk.ask("secretsmanager", "GetRandomPassword", input).await?;
    let password = said(&made, "/RandomPassword");
    let (template, key) = match (template, key) {
        (None, None) => return Ok(password.as_str().unwrap_or_default().to_owned()),
        (Some(Value::String(template)), Some(Value::String(key))) => (template, key),
        _ => {
            let what = format!("{GENERATE}: {TEMPLATE} and {KEY} go together");
            return Err(AwsError::validation(what));
        }
    };
    let mut members: Map<String, Value> = serde_json::from_str(&template).map_err(|error| {
        AwsError::validation(format!("{GENERATE}.{TEMPLATE} is no JSON object: {error}"))
    })?;
    members.insert(key, password);
    Ok(Value::Object(members).to_string())
}
