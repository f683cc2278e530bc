//! Taking a role: who may, for how long, and with what.

use std::net::IpAddr;

use kv::Snapshot;
use model::{IamPath, RoleName, RoleSessionName};
use policy::{
    ArnComparison, Asker, Context, Document, PolicyError, Request, ResourceDecision,
    ResourceDocument,
};
use records::StoreError;
use stdx::clock::UnixMillis;

use crate::authorize::{Asked, Denial, PolicyKind, Why, resource};
use crate::entity::{Entity, EntityName};
use crate::entity_record::entity;
use crate::entity_store::characters;
use crate::error::IamError;
use crate::iam::Iam;
use crate::identity::{Identity, IdentityKind};
use crate::login::LoginError;
use crate::policy_key::managed;
use crate::session::{Holder, RoleSession, Session, SessionCredentials};
use crate::tag;

/// AWS's limits, in seconds.
pub const DURATION_SECS_MIN: u32 = 900;
pub const DURATION_SECS_DEFAULT: u32 = 3_600;
/// A role taken in the session of another.
const CHAINED_SECS_MAX: u32 = 3_600;
pub(crate) const SESSION_POLICY_CHARACTERS_MAX: usize = 2048;
const POLICY_ARNS_MAX: usize = 10;
const SESSION_NAME_CHARACTERS_MIN: usize = 2;

#[derive(Clone, Debug)]
pub struct AssumeRole {
    pub role_arn: String,
    pub session_name: RoleSessionName,
    pub duration_secs: Option<u32>,
    pub policy: Option<String>,
    pub policy_arns: Vec<String>,
    pub tags: Vec<(String, String)>,
    pub transitive_tag_keys: Vec<String>,
    pub external_id: Option<String>,
    pub source_ip: Option<IpAddr>,
}

#[derive(Debug, thiserror::Error)]
pub enum AssumeError {
    #[error(
        "User: {} is not authorized to perform: {} on resource: {}",
        .0.arn, .0.action, .0.resource
    )]
    Denied(Box<Denial>),
    /// Also where there is no such role.
    #[error(
        "Service: {service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
    )]
    ServiceDenied { service: String, role_arn: String },
    #[error("{what}")]
    Invalid { what: String },
    #[error("{0}")]
    MalformedPolicy(#[source] PolicyError),
    #[error("the policy {policy} cannot be read: {what}")]
    Unreadable { policy: String, what: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Iam {
    /// Credentials of a role, and the identity that they stand for.
    pub fn assume_role(
        &self,
        caller: &Identity,
        ask: &AssumeRole,
        now: UnixMillis,
    ) -> Result<(SessionCredentials, Identity), AssumeError> {
        if ask.session_name.as_str().len() < SESSION_NAME_CHARACTERS_MIN {
            let what = "RoleSessionName must have at least 2 characters".to_owned();
            return Err(AssumeError::Invalid { what });
        }
        let snapshot = self.snapshot();
        let denied = |action: &str, why| {
            let (arn, resource) = (caller.arn.clone(), ask.role_arn.clone());
            AssumeError::Denied(Box::new(Denial { arn, action: action.to_owned(), resource, why }))
        };
        let role = role_of_arn(&snapshot, &ask.role_arn)?;
        let role = role.ok_or_else(|| denied("sts:AssumeRole", Why::NoRole))?;
        let tags = self.session_tags(caller, ask)?;
        let more = condition_keys(caller, ask, &tags);
        let mut actions = vec!["sts:AssumeRole"];
        if !ask.tags.is_empty() {
            actions.push("sts:TagSession");
        }
        for action in actions {
            if let Some(why) = obstacle(caller, &role, action, ask, &more, now)? {
                return Err(denied(action, why));
            }
        }
        let seconds = duration(caller, &role, ask.duration_secs)?;
        self.check_session_policies(&snapshot, ask)?;
        let transitive = ask.transitive_tag_keys.iter().cloned();
        let taken = RoleSession {
            role_id: role.id.clone(),
            session_name: ask.session_name.to_string(),
            policy: ask.policy.clone(),
            policy_arns: ask.policy_arns.clone(),
            transitive: transitive.chain(caller.transitive.keys().cloned()).collect(),
            keys: Default::default(),
            tags,
        };
        let credentials =
            Session::begin(&self.shared.seal, Holder::Role(taken.clone()), seconds, now);
        let times = Some((now, credentials.expires_at));
        let identity = self.role_identity(&snapshot, &role, &taken, times)?;
        Ok((credentials, identity))
    }

    fn session_tags(&self, caller: &Identity, ask: &AssumeRole) -> Result<tag::Tags, AssumeError> {
        let new = tag::checked(&ask.tags)?;
        let is_given = |key: &String| new.keys().any(|given| given.eq_ignore_ascii_case(key));
        if let Some(key) = ask.transitive_tag_keys.iter().find(|key| !is_given(key)) {
            let what = format!("the transitive tag key {key} is not among the tags");
            return Err(AssumeError::Invalid { what });
        }
        if let Some(key) = caller.transitive.keys().find(|key| is_given(key)) {
            let what = format!("the tag {key} is transitive and cannot be given another value");
            return Err(AssumeError::Invalid { what });
        }
        Ok(new.into_iter().chain(caller.transitive.clone()).collect())
    }

    fn check_session_policies(
        &self,
        snapshot: &Snapshot,
        ask: &AssumeRole,
    ) -> Result<(), AssumeError> {
        if let Some(text) = &ask.policy {
            if characters(text) > SESSION_POLICY_CHARACTERS_MAX {
                let what =
                    format!("Policy may have at most {SESSION_POLICY_CHARACTERS_MAX} characters");
                return Err(AssumeError::Invalid { what });
            }
            Document::parse_within(text, SESSION_POLICY_CHARACTERS_MAX)
                .map_err(AssumeError::MalformedPolicy)?;
        }
        if ask.policy_arns.len() > POLICY_ARNS_MAX {
            let what = format!("PolicyArns may have at most {POLICY_ARNS_MAX} members");
            return Err(AssumeError::Invalid { what });
        }
        for arn in &ask.policy_arns {
            managed(snapshot, self.home(), arn)?;
        }
        Ok(())
    }
}

/// The condition keys that a request to take a role brings.
fn condition_keys(
    caller: &Identity,
    ask: &AssumeRole,
    tags: &tag::Tags,
) -> Vec<(String, Vec<String>)> {
    let mut keys = vec![("sts:rolesessionname".to_owned(), vec![ask.session_name.to_string()])];
    keys.extend(ask.external_id.iter().map(|id| ("sts:externalid".to_owned(), vec![id.clone()])));
    for (key, value) in &ask.tags {
        keys.push((format!("aws:requesttag/{}", key.to_ascii_lowercase()), vec![value.clone()]));
    }
    if !tags.is_empty() {
        keys.push(("aws:tagkeys".to_owned(), tags.keys().cloned().collect()));
    }
    if !ask.transitive_tag_keys.is_empty() {
        keys.push(("sts:transitivetagkeys".to_owned(), ask.transitive_tag_keys.clone()));
    }
    let own = caller.keys.iter().map(|(key, value)| (key.clone(), vec![value.clone()]));
    keys.extend(own);
    keys
}

/// What stands in the way. The role's trust must name the caller; if it names only the account, the
/// caller's own policies must allow it too.
fn obstacle(
    caller: &Identity,
    role: &Entity,
    action: &'static str,
    ask: &AssumeRole,
    more: &[(String, Vec<String>)],
    now: UnixMillis,
) -> Result<Option<Why>, AssumeError> {
    let trust = trust_of(role)?;
    let names = caller.names();
    let (trusted, own) = with_keys(more, |more| {
        let source_ip = ask.source_ip;
        let context = Context { source_ip, now: Some(now), more, ..Context::default() };
        let asker = Asker::Aws { names: &names };
        let trusted = decide_trust(&trust, &ask.role_arn, action, &asker, &context);
        let (resource, keys) = (ask.role_arn.as_str(), more);
        let asked = Asked { action, resource, source_ip, now, keys, resource_policy: None };
        (trusted, caller.authorize(&asked))
    });
    let own = own.err().map(|denial| denial.why);
    let is_silent = matches!(own, Some(Why::NotAllowed { by: PolicyKind::Identity, .. }));
    Ok(match trusted {
        Trusted::No => Some(Why::NotTrusted),
        // By name it needs no policy of its own to allow it, but none may deny it.
        Trusted::ByName if is_silent => None,
        Trusted::ByName | Trusted::ByAccount => own,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trusted {
    No,
    ByAccount,
    ByName,
}

pub(crate) fn decide_trust(
    trust: &ResourceDocument,
    role_arn: &str,
    action: &str,
    asker: &Asker<'_>,
    context: &Context<'_>,
) -> Trusted {
    let request = Request { action, resource: resource(role_arn), homes: ArnComparison::AnyHome };
    match trust.evaluate("trust", &request, asker, context) {
        ResourceDecision::Allowed { is_named: true, .. } => Trusted::ByName,
        ResourceDecision::Allowed { is_named: false, .. } => Trusted::ByAccount,
        ResourceDecision::Denied(_) | ResourceDecision::NoMatch => Trusted::No,
    }
}

/// Lends owned keys in the form that the evaluator takes.
pub(crate) fn with_keys<T>(
    keys: &[(String, Vec<String>)],
    use_keys: impl FnOnce(&[(&str, &[&str])]) -> T,
) -> T {
    let values: Vec<Vec<&str>> =
        keys.iter().map(|(_, values)| values.iter().map(String::as_str).collect()).collect();
    let lent: Vec<(&str, &[&str])> = keys
        .iter()
        .zip(&values)
        .map(|((key, _), values)| (key.as_str(), values.as_slice()))
        .collect();
    use_keys(&lent)
}

pub(crate) fn trust_of(role: &Entity) -> Result<ResourceDocument, AssumeError> {
    let settings = role.role()?;
    ResourceDocument::parse_trust(&settings.trust, usize::MAX / 64).map_err(|error| {
        let policy = format!("trust of the role {}", role.name);
        AssumeError::Unreadable { policy, what: error.to_string() }
    })
}

fn duration(caller: &Identity, role: &Entity, asked: Option<u32>) -> Result<u32, AssumeError> {
    let asked = asked.unwrap_or(DURATION_SECS_DEFAULT);
    let invalid = |what: String| Err(AssumeError::Invalid { what });
    if asked < DURATION_SECS_MIN {
        return invalid(format!("DurationSeconds must be at least {DURATION_SECS_MIN}"));
    }
    if matches!(caller.kind, IdentityKind::Role { .. }) && asked > CHAINED_SECS_MAX {
        return invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining"
                .to_owned(),
        );
    }
    if asked > role.role()?.max_session_secs {
        return invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
                .to_owned(),
        );
    }
    Ok(asked)
}

/// The role of an ARN in any account, if there is one of this path and name.
pub(crate) fn role_of_arn(snapshot: &Snapshot, arn: &str) -> Result<Option<Entity>, StoreError> {
    let Some((path, name)) = path_and_name(arn) else { return Ok(None) };
    let found = entity(snapshot, &EntityName::Role(name))?.map(|found| found.record);
    Ok(found.filter(|role| role.path == path))
}

fn path_and_name(arn: &str) -> Option<(IamPath, RoleName)> {
    let rest = arn.strip_prefix("arn:aws:iam::")?;
    let (_account, resource) = rest.split_once(':')?;
    let path = resource.strip_prefix("role")?;
    let (path, name) = path.split_at(path.rfind('/')? + 1);
    Some((IamPath::new(path).ok()?, RoleName::new(name).ok()?))
}

impl From<IamError> for AssumeError {
    fn from(error: IamError) -> AssumeError {
        match error {
            IamError::Store(error) => AssumeError::Store(error),
            other => AssumeError::Invalid { what: other.to_string() },
        }
    }
}

impl From<LoginError> for AssumeError {
    fn from(error: LoginError) -> AssumeError {
        match error {
            LoginError::Store(error) => AssumeError::Store(error),
            LoginError::Malformed { policy, what } => AssumeError::Unreadable { policy, what },
            other => AssumeError::Invalid { what: other.to_string() },
        }
    }
}
