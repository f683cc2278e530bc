//! Where the work on a stack is done: in somebody's name, by the operations that everybody may call.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use iam::{Identity, Login, ServiceCall};
use serde_json::{Map, Value, json};
use stacks::{Aim, Stack, StacksError};

use crate::caller::{Caller, Who};
use crate::error::AwsError;
use crate::operation::Given;
use crate::reply::Reply;
use crate::s3::{self, Inside};
use crate::service::SERVICES;
use crate::state::State;

/// What trust policies know us by.
const PRINCIPAL: &str = "cloudformation.amazonaws.com";

pub(crate) struct Desk {
    pub(crate) state: Arc<State>,
    pub(crate) stack_name: String,
    pub(crate) stack_id: String,
    /// As it was when the work on it began.
    pub(crate) stack: Stack,
    login: Arc<Login>,
}

/// A resource as it is to be.
pub(crate) struct Wanted<'a> {
    pub(crate) logical_id: &'a str,
    pub(crate) kind: &'a str,
    /// The end of a name of our making.
    pub(crate) suffix: &'a str,
    pub(crate) properties: &'a Map<String, Value>,
    /// It may be there, made by an attempt that was stopped.
    pub(crate) is_again: bool,
}

impl Desk {
    pub(crate) fn of(state: &Arc<State>, stack: &Stack) -> Result<Desk, AwsError> {
        let identity = identity(state, stack, &stack.aim)?;
        let login = Arc::new(Login { secret: String::new(), identity });
        let (stack_name, stack_id) = (stack.name.clone(), stack.id.clone());
        Ok(Desk { state: Arc::clone(state), stack_name, stack_id, stack: stack.clone(), login })
    }

    pub(crate) fn login(&self) -> &Arc<Login> {
        &self.login
    }

    /// Whether what is done here is still what is wanted.
    pub(crate) fn is_wanted(&self) -> Result<bool, StacksError> {
        let now = self.state.stacks.find(&self.stack_id)?;
        Ok(now.status == self.stack.status && now.is_cancelled == self.stack.is_cancelled)
    }

    /// Where clients on this machine reach the AWS door.
    pub(crate) fn endpoint(&self) -> String {
        let address = self.state.endpoints.aws.map(|address| match address.ip().is_unspecified() {
            true => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()),
            false => address,
        });
        format!("http://{}", address.map(|address| address.to_string()).unwrap_or_default())
    }

    /// Asks S3, and answers the body of its answer.
    pub(crate) async fn ask_s3(&self, inside: Inside<'_>) -> Result<Bytes, AwsError> {
        s3::ask(&self.state, Arc::clone(&self.login), inside).await
    }

    /// Calls an operation as its clients do, with its input's fields, and answers its output's.
    pub(crate) async fn ask(
        &self,
        signing_name: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, AwsError> {
        self.ask_with((signing_name, operation), input, Bytes::new()).await
    }

    /// The same of an operation whose body is no list of fields.
    pub(crate) async fn ask_with(
        &self,
        (signing_name, operation): (&str, &str),
        input: Value,
        body: Bytes,
    ) -> Result<Value, AwsError> {
        let found = SERVICES
            .iter()
            .filter(|service| service.signing_name == signing_name)
            .find_map(|service| {
                Some((service, service.operations.iter().find(|row| row.name == operation)?))
            });
        let (service, row) = found.ok_or_else(|| AwsError::unknown_operation(operation))?;
        let endpoint = self.state.endpoints.aws.map(|address| address.to_string());
        let caller = Caller {
            who: Who::Signed(Arc::clone(&self.login)),
            host: endpoint.unwrap_or_default(),
            user_agent: PRINCIPAL.to_owned(),
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            is_secure: true,
            protocol: service.protocol,
            body,
        };
        let reply = (row.call)(
            Arc::clone(&self.state),
            service,
            caller,
            Given::Fields(without_nulls(input)),
        )
        .await?;
        let bytes = match reply {
            Reply::Fields(fields) => return Ok(fields),
            Reply::Json(bytes) => bytes,
            Reply::Payload(payload) => payload.bytes,
            Reply::Shaped(shaped) => shaped.bytes,
        };
        match bytes.is_empty() {
            true => Ok(json!({})),
            false => serde_json::from_slice(&bytes).map_err(AwsError::output),
        }
    }

    /// The same for what makes something: that it is there already is no fault of a second attempt.
    pub(crate) async fn make(
        &self,
        want: &Wanted<'_>,
        signing_name: &str,
        operation: &str,
        input: Value,
    ) -> Result<(), AwsError> {
        // Nobody else would have made one of a name that ends like this.
        let is_our_name = input.as_object().is_some_and(|fields| {
            let texts = fields.values().filter_map(Value::as_str);
            texts.into_iter().any(|text| text.contains(want.suffix))
        });
        let is_ours = want.is_again && (is_our_name || self.has_receipt(want)?);
        match self.receipted(want, self.ask(signing_name, operation, input)).await {
            Err(error) if is_ours && is_there_already(&error) => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// The same for what would change what is there already: another operation is asked first whether it is.
    pub(crate) async fn make_new(
        &self,
        want: &Wanted<'_>,
        signing_name: &str,
        (look, looked_for): (&str, Value),
        (operation, input): (&str, Value),
    ) -> Result<Value, AwsError> {
        if !(want.is_again && self.has_receipt(want)?) {
            match self.ask(signing_name, look, looked_for).await {
                Ok(_) => return Err(self.exists(want)),
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(error),
            }
        }
        self.receipted(want, self.ask(signing_name, operation, input)).await
    }

    /// That something has the name already, and is not ours.
    pub(crate) fn exists(&self, want: &Wanted<'_>) -> AwsError {
        let what = format!("what {} names already exists", want.logical_id);
        AwsError::new(400, "AlreadyExists", what)
    }

    /// Whether an attempt that was stopped did something.
    pub(crate) fn has_receipt(&self, want: &Wanted<'_>) -> Result<bool, AwsError> {
        Ok(self.state.stacks.has_receipt(&self.stack_id, want.logical_id)?)
    }

    /// What leaves a receipt, if it does something.
    pub(crate) fn receipted<F: Future>(&self, want: &Wanted<'_>, work: F) -> kv::Riding<F> {
        self.state.stacks.receipt(&self.stack_id, want.logical_id).with(work)
    }

    /// The same for what takes something away, which may be gone already.
    pub(crate) async fn take(
        &self,
        signing_name: &str,
        operation: &str,
        input: Value,
    ) -> Result<(), AwsError> {
        match self.ask(signing_name, operation, input).await {
            Err(error) if is_gone(&error) => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// The name that a property gives, or one of our making, as CloudFormation makes them.
    pub(crate) fn name(&self, want: &Wanted<'_>, property: &str, bytes_max: usize) -> String {
        self.name_or(want, property, bytes_max, '-')
    }

    pub(crate) fn name_or(
        &self,
        want: &Wanted<'_>,
        property: &str,
        bytes_max: usize,
        between: char,
    ) -> String {
        if let Some(name) = want.text(property) {
            return name;
        }
        let suffix = want.suffix;
        let stack = if between == '-' {
            self.stack_name.clone()
        } else {
            self.stack_name.replace('-', "_")
        };
        let mut start = format!("{stack}{between}{}", want.logical_id);
        start.truncate(bytes_max.saturating_sub(suffix.len() + 1));
        format!("{start}{between}{suffix}")
    }

    /// An ARN of this account.
    pub(crate) fn arn(&self, service: &str, path: &str) -> String {
        let home = self.state.fleet.registry().home();
        let region = if service == "iam" { "" } else { &*home.region };
        format!("arn:aws:{service}:{region}:{}:{path}", home.account)
    }
}

impl Wanted<'_> {
    pub(crate) fn get(&self, property: &str) -> Value {
        self.properties.get(property).cloned().unwrap_or_default()
    }

    pub(crate) fn text(&self, property: &str) -> Option<String> {
        match self.properties.get(property)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// One that must be there.
    pub(crate) fn need(&self, property: &str) -> Result<String, AwsError> {
        let missing =
            || AwsError::validation(format!("Property validation failure: {property} is missing"));
        self.text(property).ok_or_else(missing)
    }

    /// A document, which may be given as an object.
    pub(crate) fn document(&self, property: &str) -> Value {
        document(&self.get(property))
    }

    /// Some of the properties, by the same names.
    pub(crate) fn some(&self, names: &[&str]) -> Value {
        let some = names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.properties.get(*name)?.clone())));
        Value::Object(some.collect())
    }

    /// Refuses what is said within a property and not served.
    pub(crate) fn only(&self, place: &str, given: &Value, known: &[&str]) -> Result<(), AwsError> {
        let other = given
            .as_object()
            .and_then(|fields| fields.keys().find(|name| !known.contains(&name.as_str())));
        match other {
            Some(other) => Err(AwsError::validation(format!(
                "Encountered unsupported properties: [/Resources/{}/Properties/{place}/{other}]",
                self.logical_id
            ))),
            None => Ok(()),
        }
    }

    /// `[{Key, Value}]`
    pub(crate) fn tags(&self) -> Value {
        match self.get("Tags") {
            Value::Array(tags) => tags.into(),
            _ => json!([]),
        }
    }
}

pub(crate) fn document(value: &Value) -> Value {
    match value {
        Value::Object(_) => Value::from(value.to_string()),
        other => other.clone(),
    }
}

/// Names of properties as names of fields: `RoleArn` as `roleArn`, all the way down.
pub(crate) fn camel(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
                (first.to_ascii_lowercase() + rest, camel(value))
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(camel).collect(),
        other => other.clone(),
    }
}

/// In whose name a stack is worked on.
fn identity(state: &State, stack: &Stack, aim: &Aim) -> Result<Identity, AwsError> {
    if let Some(role_arn) = &aim.role_arn {
        let call = ServiceCall {
            service: PRINCIPAL.to_owned(),
            role_arn: role_arn.clone(),
            session_name: "AWSCloudFormation".to_owned(),
            source_arn: Some(stack.id.clone()),
            keys: std::collections::BTreeMap::new(),
        };
        let identity = state.iam.service_identity(&call, state.clock.now())?;
        return Ok(Identity::clone(&identity));
    }
    Ok(state.iam.identity_of_principal(&stack.principal_arn)?)
}

pub(crate) fn is_there_already(error: &AwsError) -> bool {
    matches!(
        error.code,
        "ResourceAlreadyExistsException"
            | "EntityAlreadyExists"
            | "ResourceInUseException"
            | "ConflictException"
            | "ResourceConflictException"
            | "QueueAlreadyExists"
            | "ParameterAlreadyExists"
            | "ResourceExistsException"
    )
}

fn is_gone(error: &AwsError) -> bool {
    matches!(
        error.code,
        "ResourceNotFoundException"
            | "NoSuchEntity"
            | "NotFoundException"
            | "QueueDoesNotExist"
            | "AWS.SimpleQueueService.NonExistentQueue"
            | "ParameterNotFound"
            | "NoSuchBucket"
            | "NoSuchBucketPolicy"
    )
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}
