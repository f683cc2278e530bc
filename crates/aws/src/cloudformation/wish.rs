//! What a caller asks a stack to be, checked as a whole before anything is made.

use std::collections::BTreeMap;
use std::sync::Arc;

use iam::Login;
use serde::Deserialize;
use serde_json::json;
use stacks::{Aim, OnFailure, Stack, Status};
use templates::{Scope, Template, parameter_values};

use crate::cloudformation::desk::Desk;
use crate::cloudformation::macros;
use crate::cloudformation::resources::kind;
use crate::cloudformation::source::Source;
use crate::cloudformation::world::pseudo;
use crate::error::AwsError;
use crate::iam::Tag;
use crate::input::from_text;
use crate::state::State;

/// What a caller says that lets macros make what they make.
pub(crate) const EXPANSION: &str = "CAPABILITY_AUTO_EXPAND";
const TAGS_MAX: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct ParameterIn {
    pub(crate) parameter_key: String,
    pub(crate) parameter_value: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    use_previous_value: Option<bool>,
}

/// How a stack is worked on: as ever, which is all that is served.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct DeploymentConfig {
    mode: Option<String>,
}

impl DeploymentConfig {
    pub(crate) fn check(config: Option<&DeploymentConfig>) -> Result<(), AwsError> {
        match config.and_then(|config| config.mode.as_deref()) {
            None | Some("STANDARD") => Ok(()),
            Some(other) => {
                Err(AwsError::validation(format!("DeploymentConfig: Mode {other} is not served")))
            }
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Wish {
    pub(crate) template_body: Option<String>,
    pub(crate) template_url: Option<String>,
    pub(crate) is_previous_template: bool,
    pub(crate) parameters: Vec<ParameterIn>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) tags: Option<Vec<Tag>>,
    pub(crate) role_arn: Option<String>,
    pub(crate) notification_arns: Option<Vec<String>>,
    /// Whether what macros make of the template is shown before it is done, or vouched for.
    pub(crate) takes_expansion: bool,
}

impl ParameterIn {
    pub(crate) fn of(key: String, value: String) -> ParameterIn {
        ParameterIn { parameter_key: key, parameter_value: Some(value), use_previous_value: None }
    }
}

/// A stack of which nothing is there yet.
pub(crate) fn new_stack(
    state: &State,
    name: &str,
    principal_arn: String,
) -> Result<Stack, AwsError> {
    check_name(name)?;
    Ok(Stack {
        id: state.stacks.new_id(name),
        name: name.to_owned(),
        status: Status::CreateInProgress,
        reason: None,
        aim: Aim::default(),
        former: None,
        created_at: state.clock.now(),
        updated_at: None,
        deleted_at: None,
        principal_arn,
        on_failure: OnFailure::default(),
        is_protected: false,
        retained: Vec::new(),
        token: None,
        outputs: Vec::new(),
        change_set_id: None,
        is_cancelled: false,
        skipped: Vec::new(),
        parent_id: None,
        root_id: None,
    })
}

fn check_name(name: &str) -> Result<(), AwsError> {
    let is_good = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && name.len() <= 128;
    match is_good {
        true => Ok(()),
        false => Err(AwsError::validation(format!(
            "1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        ))),
    }
}

impl Wish {
    /// What the stack is to be. `stack` is what it is now, with the aim that values and the template may be taken
    /// over from.
    /// `login` and `host` are whoever asks and the name by which our doors were reached: templates in buckets
    /// are read in that name.
    pub(crate) async fn aim(
        self,
        state: &Arc<State>,
        login: &Arc<Login>,
        host: &str,
        stack: &Stack,
    ) -> Result<Aim, AwsError> {
        let before = &stack.aim;
        let source = Source {
            body: self.template_body,
            url: self.template_url,
            previous: self.is_previous_template.then_some(before),
        };
        let text = source.text(state, login, host).await?;
        let template = parse(&text)?;
        let mut given = BTreeMap::new();
        for parameter in self.parameters {
            let key = parameter.parameter_key;
            let value = match parameter.use_previous_value {
                Some(true) => before.parameters.get(&key).cloned(),
                _ => parameter.parameter_value,
            };
            let missing = || AwsError::validation(format!("Parameters: [{key}] must have values"));
            given.insert(key.clone(), value.ok_or_else(missing)?);
        }
        let parameters = parameter_values(&template, &given).map_err(unfit)?;
        let (text, original) = macros::expand(&template, text, &parameters)?;
        let template = if original.is_some() { parse(&text)? } else { template };
        if original.is_some()
            && !self.takes_expansion
            && !self.capabilities.iter().any(|held| held == EXPANSION)
        {
            let message = format!("Requires capabilities : [{EXPANSION}]");
            return Err(AwsError::new(400, "InsufficientCapabilitiesException", message));
        }
        let tags = match self.tags {
            None => before.tags.clone(),
            Some(tags) => tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        };
        if tags.len() > TAGS_MAX {
            return Err(AwsError::validation(format!("a stack may have {TAGS_MAX} tags at most")));
        }
        let mut aim = Aim {
            template: text,
            original,
            parameters,
            looked_up: BTreeMap::new(),
            tags,
            capabilities: self.capabilities,
            role_arn: self.role_arn.or_else(|| before.role_arn.clone()),
            notification_arns: self
                .notification_arns
                .unwrap_or_else(|| before.notification_arns.clone()),
        };
        if !aim.notification_arns.is_empty() {
            return Err(AwsError::validation("NotificationARNs is not served"));
        }
        let meant = Stack { aim: aim.clone(), ..stack.clone() };
        aim.looked_up = look_up(state, &meant, &template).await?;
        check(state, &Stack { aim: aim.clone(), ..meant }, &template)?;
        Ok(aim)
    }
}

/// A template, with no macros but those that are known.
pub(crate) fn parse(text: &str) -> Result<Template, AwsError> {
    let template = Template::parse(text).map_err(unfit)?;
    match template.transforms.iter().find(|name| !macros::is_known(name)) {
        Some(name) => Err(AwsError::validation(format!("the transform {name} is not served"))),
        None => Ok(template),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn unfit(error: templates::TemplateError) -> AwsError {
    AwsError::validation(error.to_string())
}

async fn look_up(
    state: &Arc<State>,
    stack: &Stack,
    template: &Template,
) -> Result<BTreeMap<String, String>, AwsError> {
    let mut found = BTreeMap::new();
    for (name, parameter) in &template.parameters {
        let Some(stored) =
            stack.aim.parameters.get(name).filter(|_| parameter.is_stored_elsewhere())
        else {
            continue;
        };
        let answer =
            Desk::of(state, stack)?.ask("ssm", "GetParameter", json!({ "Name": stored })).await;
        let answer = answer.map_err(|_| {
            let what = format!(
                "Unable to fetch parameters [{stored}] from parameter store for this account."
            );
            AwsError::validation(what)
        })?;
        let value = answer["Parameter"]["Value"].as_str().unwrap_or_default();
        found.insert(name.clone(), value.to_owned());
    }
    Ok(found)
}

/// Whether all that the template wants is served, and the caller knows what it may make.
fn check(state: &State, stack: &Stack, template: &Template) -> Result<(), AwsError> {
    let (pseudo, values) = (pseudo(state, stack), stack.aim.values());
    let scope = Scope::new(template, &pseudo, &values);
    scope.order().map_err(|error| unfit(template.with_line(error)))?;
    let resources = scope.resources().map_err(|error| unfit(template.with_line(error)))?;
    let (mut types, mut properties) = (Vec::new(), Vec::new());
    let mut needed = None;
    for (name, resource) in resources {
        let Some(kind) = kind(&resource.kind) else {
            types.push(resource.kind.clone());
            continue;
        };
        let unknown = resource.properties.keys().filter(|property| !kind.knows(property));
        properties
            .extend(unknown.map(|property| format!("/Resources/{name}/Properties/{property}")));
        needed = needed.max(capability(&resource.kind, &resource.properties));
    }
    types.sort();
    types.dedup();
    let mut wrong = Vec::new();
    if !types.is_empty() {
        wrong.push(format!("Unrecognized resource types: [{}]", types.join(", ")));
    }
    if !properties.is_empty() {
        wrong.push(format!("Encountered unsupported properties: [{}]", properties.join(", ")));
    }
    if !wrong.is_empty() {
        return Err(AwsError::validation(format!("Template format error: {}", wrong.join("; "))));
    }
    match needed {
        Some(needed) if !needed.is_held(&stack.aim.capabilities) => {
            let message = format!("Requires capabilities : [{}]", needed.word());
            Err(AwsError::new(400, "InsufficientCapabilitiesException", message))
        }
        _ => Ok(()),
    }
}

/// What a caller must say that it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Capability {
    Iam,
    NamedIam,
}

impl Capability {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Capability::Iam => "CAPABILITY_IAM",
            Capability::NamedIam => "CAPABILITY_NAMED_IAM",
        }
    }

    fn is_held(self, held: &[String]) -> bool {
        let has = |word: &str| held.iter().any(|held| held == word);
        has("CAPABILITY_NAMED_IAM") || (self == Capability::Iam && has("CAPABILITY_IAM"))
    }
}

pub(crate) fn capability(
    kind: &str,
    properties: &serde_json::Map<String, serde_json::Value>,
) -> Option<Capability> {
    if !kind.starts_with("AWS::IAM::") {
        return None;
    }
    let names = ["RoleName", "ManagedPolicyName", "UserName", "GroupName", "InstanceProfileName"];
    match names.iter().any(|name| properties.contains_key(*name)) {
        true => Some(Capability::NamedIam),
        false => Some(Capability::Iam),
    }
}
