//! Who may invoke a function, as the function itself says: its resource policy.

use model::FunctionName;
use policy::ResourceDocument;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::BlueprintError;
use crate::function::{Function, check_revision, random_uuid};
use crate::qualifier::Qualifier;
use crate::store::Blueprints;

/// AWS's limit.
const POLICY_CHARACTERS_MAX: usize = 20 * 1024;

/// The policy of a function, a version or an alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub revision: String,
    pub permissions: Vec<Permission>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    pub statement_id: String,
    /// `lambda:InvokeFunction`
    pub action: String,
    /// A service, an account, an ARN, or `*`.
    pub principal: String,
    pub source_arn: Option<String>,
    pub source_account: Option<String>,
    pub organization: Option<String>,
}

impl Permission {
    /// The statement about a resource, in the form that AWS gives it.
    pub fn statement(&self, resource: &str, account: &str) -> Value {
        let Permission { statement_id, action, principal, .. } = self;
        let mut statement = Map::new();
        statement.insert("Sid".to_owned(), json!(statement_id));
        statement.insert("Effect".to_owned(), json!("Allow"));
        statement.insert("Principal".to_owned(), principal_of(principal, account));
        statement.insert("Action".to_owned(), json!(action));
        statement.insert("Resource".to_owned(), json!(resource));
        let mut condition = Map::new();
        let mut equals = Map::new();
        if let Some(account) = &self.source_account {
            equals.insert("AWS:SourceAccount".to_owned(), json!(account));
        }
        if let Some(organization) = &self.organization {
            equals.insert("aws:PrincipalOrgID".to_owned(), json!(organization));
        }
        if !equals.is_empty() {
            condition.insert("StringEquals".to_owned(), Value::Object(equals));
        }
        if let Some(arn) = &self.source_arn {
            condition.insert("ArnLike".to_owned(), json!({ "AWS:SourceArn": arn }));
        }
        if !condition.is_empty() {
            statement.insert("Condition".to_owned(), Value::Object(condition));
        }
        Value::Object(statement)
    }
}

fn principal_of(principal: &str, account: &str) -> Value {
    if principal == "*" {
        return json!("*");
    }
    if principal.len() == 12 && principal.bytes().all(|byte| byte.is_ascii_digit()) {
        return json!({ "AWS": format!("arn:aws:iam::{principal}:root") });
    }
    match principal.starts_with("arn:") {
        true => {
            json!({ "AWS": principal.replace("arn:aws:iam:::", &format!("arn:aws:iam::{account}:")) })
        }
        false => json!({ "Service": principal }),
    }
}

impl Policy {
    /// The document, as GetPolicy answers it.
    pub fn document(&self, resource: &str, account: &str) -> String {
        let statements = self.permissions.iter();
        let statements: Vec<Value> =
            statements.map(|permission| permission.statement(resource, account)).collect();
        json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements }).to_string()
    }
}

impl Blueprints {
    /// Adds a statement to the policy of a function, or of one of its versions or aliases.
    pub async fn add_permission(
        &self,
        name: &FunctionName,
        qualifier: Option<&Qualifier>,
        permission: Permission,
        revision: Option<String>,
    ) -> Result<(), BlueprintError> {
        // There must be what it is about.
        self.version(name, qualifier)?;
        let (resource, key) = (self.arn(name, qualifier), policy_key(qualifier));
        let account = self.home.account.clone();
        self.change(name, move |function| {
            let fresh = || Policy { revision: random_uuid(), permissions: Vec::new() };
            let policy = function.policies.entry(key).or_insert_with(fresh);
            if !policy.permissions.is_empty() {
                check_revision(&policy.revision, revision.as_deref())?;
            }
            let id = &permission.statement_id;
            if policy.permissions.iter().any(|there| there.statement_id == *id) {
                return Err(BlueprintError::Conflict {
                    what: format!(
                        "The statement id ({id}) provided already exists. Please provide a new \
                         statement id, or remove the existing statement."
                    ),
                });
            }
            policy.permissions.push(permission);
            policy.revision = random_uuid();
            let document = policy.document(&resource, &account);
            match ResourceDocument::parse(&document, POLICY_CHARACTERS_MAX) {
                Ok(_) => Ok(()),
                Err(error) => Err(BlueprintError::unfit(error.to_string())),
            }
        })
        .await
    }

    pub async fn remove_permission(
        &self,
        name: &FunctionName,
        qualifier: Option<&Qualifier>,
        statement_id: &str,
        revision: Option<String>,
    ) -> Result<(), BlueprintError> {
        let (key, id) = (policy_key(qualifier), statement_id.to_owned());
        self.change(name, move |function| {
            let what = format!("Statement {id} is not found in resource policy.");
            let not_found = || BlueprintError::Nothing { what: what.clone() };
            let policy = function.policies.get_mut(&key).ok_or_else(not_found)?;
            check_revision(&policy.revision, revision.as_deref())?;
            let count = policy.permissions.len();
            policy.permissions.retain(|there| there.statement_id != id);
            if policy.permissions.len() == count {
                return Err(not_found());
            }
            policy.revision = random_uuid();
            if policy.permissions.is_empty() {
                function.policies.remove(&key);
            }
            Ok(())
        })
        .await
    }

    /// The document and its revision.
    pub fn policy(
        &self,
        name: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<(String, String), BlueprintError> {
        let function = self.function(name)?;
        let policy = function.policies.get(&policy_key(qualifier)).ok_or_else(|| {
            let what = "The resource you requested does not exist.".to_owned();
            BlueprintError::Nothing { what }
        })?;
        let document = policy.document(&self.arn(name, qualifier), &self.home.account);
        Ok((document, policy.revision.clone()))
    }

    /// Whether the function lets a service (`iot.amazonaws.com`) invoke it for one of the account's
    /// resources.
    pub fn may_service_invoke(
        &self,
        function: &Function,
        qualifier: Option<&Qualifier>,
        service: &str,
        source_arn: &str,
    ) -> bool {
        let Some(policy) = function.policies.get(&policy_key(qualifier)) else { return false };
        let arn = self.arn(&function.name, qualifier);
        let document = policy.document(&arn, &self.home.account);
        let Ok(document) = ResourceDocument::parse(&document, POLICY_CHARACTERS_MAX) else {
            return false;
        };
        let ours = (source_arn, self.home.account.as_str());
        document.lets_service(service, "lambda:InvokeFunction", &arn, ours, None)
    }
}

/// `$LATEST` and no qualifier are one.
fn policy_key(qualifier: Option<&Qualifier>) -> String {
    match qualifier {
        None | Some(Qualifier::Latest) => String::new(),
        Some(qualifier) => qualifier.text(),
    }
}
