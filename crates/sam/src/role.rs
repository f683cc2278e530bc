//! The role that a function is given if it has none.

use serde_json::{Map, Value, json};

use crate::error::SamError;
use crate::function::tag_list;
use crate::given::Given;
use crate::made::Made;
use crate::object;
use crate::policy_templates;

#[derive(Clone, Debug, Default)]
pub(crate) struct Role {
    managed: Vec<Value>,
    pub(crate) policies: Vec<Value>,
}

impl Role {
    pub(crate) fn of(given: &Given<'_>) -> Result<Role, SamError> {
        let mut role = Role::default();
        role.manage("service-role/AWSLambdaBasicExecutionRole");
        let tracing = given.get("Tracing");
        if !tracing.is_null() && given.resolved(&tracing) != "Disabled" {
            role.manage("AWSXRayDaemonWriteAccess");
        }
        if given.properties.contains_key("VpcConfig") {
            role.manage("service-role/AWSLambdaVPCAccessExecutionRole");
        }
        if let Some(letters) = given.properties.get("DeadLetterQueue") {
            role.policies.push(dead_letters(given, letters)?);
        }
        Ok(role)
    }

    /// Those that the template names.
    pub(crate) fn add_given(&mut self, given: &Given<'_>) -> Result<(), SamError> {
        let given_policies = match given.get("Policies") {
            Value::Null => Vec::new(),
            Value::Array(list) => list,
            one => vec![one],
        };
        for (number, policy) in given_policies.iter().enumerate() {
            self.add(given, number, policy)?;
        }
        Ok(())
    }

    /// Attaches a policy of AWS.
    pub(crate) fn manage(&mut self, name: &str) {
        let arn = json!(format!("arn:aws:iam::aws:policy/{name}"));
        if !self.managed.contains(&arn) {
            self.managed.push(arn);
        }
    }

    fn add(&mut self, given: &Given<'_>, number: usize, policy: &Value) -> Result<(), SamError> {
        let inline = |document: Value| json!({ "PolicyName": format!("{}RolePolicy{number}", given.name), "PolicyDocument": document });
        match policy {
            Value::String(name) if name.starts_with("arn:") => self.attach(json!(name)),
            Value::String(name) => self.attach(json!(managed(name))),
            Value::Object(fields) if fields.contains_key("Statement") => {
                self.policies.push(inline(policy.clone()));
            }
            Value::Object(fields) if fields.len() == 1 => {
                let (name, parameters) =
                    fields.iter().next().ok_or_else(|| given.wrong("Policies"))?;
                match name == "Ref" || name.starts_with("Fn::") {
                    true => self.attach(policy.clone()),
                    false => {
                        let document = policy_templates::document(name, parameters);
                        self.policies.push(inline(document.map_err(|what| given.wrong(what))?));
                    }
                }
            }
            _ => {
                let what =
                    format!("Policy at index {number} in the 'Policies' property is not valid");
                return Err(given.wrong(what));
            }
        }
        Ok(())
    }

    fn attach(&mut self, policy: Value) {
        if !self.managed.contains(&policy) {
            self.managed.push(policy);
        }
    }

    pub(crate) fn put(self, given: &Given<'_>, made: &mut Made) -> Result<(), SamError> {
        let trust = given.properties.get("AssumeRolePolicyDocument").cloned();
        let policies = if self.policies.is_empty() { Value::Null } else { self.policies.into() };
        let properties = object([
            ("AssumeRolePolicyDocument", trust.unwrap_or_else(|| trusts("lambda.amazonaws.com"))),
            ("ManagedPolicyArns", self.managed.into()),
            ("Path", given.get("RolePath")),
            ("PermissionsBoundary", given.get("PermissionsBoundary")),
            ("Policies", policies),
            ("Tags", tag_list(&given.get("Tags"), true)),
        ]);
        made.put(&format!("{}Role", given.name), "AWS::IAM::Role", &given.for_all, properties)
    }
}

/// A role that a service may take.
pub(crate) fn trusts(service: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": { "Service": [service] },
        }],
    })
}

/// AWS keeps the policies of its services below a path of their own.
fn managed(name: &str) -> String {
    let is_of_service =
        name.starts_with("AWSLambda") && (name.ends_with("Role") || name.ends_with("ENIs"));
    let path = if is_of_service { "service-role/" } else { "" };
    format!("arn:aws:iam::aws:policy/{path}{name}")
}

fn dead_letters(given: &Given<'_>, letters: &Value) -> Result<Value, SamError> {
    let none = Map::new();
    let fields = letters.as_object().unwrap_or(&none);
    given.only("DeadLetterQueue: ", fields, &["TargetArn", "Type"])?;
    match (letters["Type"].as_str(), &letters["TargetArn"]) {
        (Some("SQS"), arn) if !arn.is_null() => Ok(json!({
            "PolicyName": "DeadLetterQueuePolicy",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn }],
            },
        })),
        _ => Err(given.wrong(
            "'DeadLetterQueue' requires Type (SQS) and TargetArn properties to be specified.",
        )),
    }
}
