//! May this identity do that? An explicit deny wins, wherever it stands; then the identity's own
//! policies or the resource's must allow it, and every limit around them must allow it too.

use std::fmt;
use std::net::IpAddr;

use policy::{
    ArnComparison, Asker, Context, Decision, NearMiss, Request, Resource, ResourceDecision,
    ResourceDocument, evaluate, nearest_miss,
};
use stdx::clock::UnixMillis;

use crate::identity::{Documents, Identity};

/// An action on a resource, and what is known of the request.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// `iot:CreateThing`
    pub action: &'a str,
    /// An ARN, or `*` for an action that knows no resource.
    pub resource: &'a str,
    pub source_ip: Option<IpAddr>,
    pub now: UnixMillis,
    /// Condition keys in lower case, with their values.
    pub keys: &'a [(&'a str, &'a [&'a str])],
    /// The policy of the resource itself, with the name that a cause is told by.
    pub resource_policy: Option<(&'a str, &'a ResourceDocument)>,
}

/// A refusal, which reads as AWS words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Who was refused.
    pub arn: String,
    pub action: String,
    pub resource: String,
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A statement denies it.
    Denied { by: PolicyKind, cause: String },
    /// No statement allows it; of the identity's own, perhaps one nearly does.
    NotAllowed { by: PolicyKind, policies: Vec<String>, nearest: Option<Box<NearMiss>> },
    /// There is no such role.
    NoRole,
    /// The role's trust does not name whoever asks, or names it under a condition that does not hold.
    NotTrusted,
    /// Credentials of GetSessionToken are not for IAM, nor for most of STS.
    SessionToken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    Identity,
    Resource,
    Boundary,
    Session,
}

impl Identity {
    pub fn authorize(&self, asked: &Asked<'_>) -> Result<(), Box<Denial>> {
        self.judge(asked).map_err(|why| {
            let (arn, action) = (self.arn.clone(), asked.action.to_owned());
            Box::new(Denial { arn, action, resource: asked.resource.to_owned(), why })
        })
    }

    fn judge(&self, asked: &Asked<'_>) -> Result<(), Why> {
        let is_lent = self.is_temporary() && !self.is_role() && !self.is_of_console;
        if is_lent && needs_lasting_key(asked.action) {
            return Err(Why::SessionToken);
        }
        let service = asked.action.split(':').next().unwrap_or_default();
        if self.is_root() || (self.is_unrestricted(service) && asked.resource_policy.is_none()) {
            return Ok(());
        }
        let own: Vec<(&str, [&str; 1])> =
            self.keys.iter().map(|(key, value)| (key.as_str(), [value.as_str()])).collect();
        let more: Vec<(&str, &[&str])> = own
            .iter()
            .map(|(key, values)| (*key, values.as_slice()))
            .chain(asked.keys.iter().copied())
            .collect();
        let context = Context {
            source_ip: asked.source_ip,
            now: Some(asked.now),
            more: &more,
            ..Context::default()
        };
        self.judge_in(asked, &context)
    }

    /// Whether it may do everything in a service whose resources have no policies of their own:
    /// [`Identity::authorize`] allows whatever it is asked there. For a service that temporary
    /// credentials may call.
    pub fn may_all_of(&self, service: &str) -> bool {
        self.is_root() || self.is_unrestricted(service)
    }

    /// Whether there is nothing to evaluate: everything in the service is allowed, and nothing
    /// limits or denies. An MQTT connection asks this for each message.
    fn is_unrestricted(&self, service: &str) -> bool {
        let is_limited = self.boundary.is_some() || self.session.is_some();
        !is_limited
            && !self.documents.iter().any(|(_, document)| document.denies())
            && self.documents.iter().any(|(_, document)| document.allows_all_of(service))
    }

    fn judge_in(&self, asked: &Asked<'_>, context: &Context<'_>) -> Result<(), Why> {
        let resource = resource(asked.resource);
        let request = Request { action: asked.action, resource, homes: ArnComparison::AnyHome };
        let limits = [(PolicyKind::Boundary, &self.boundary), (PolicyKind::Session, &self.session)];
        let own = decide(&self.documents, &request, context);
        refuse_denied(PolicyKind::Identity, own)?;
        let limits: Vec<(PolicyKind, &Documents, Decision<'_>)> = limits
            .into_iter()
            .filter_map(|(kind, documents)| {
                let documents = documents.as_ref()?;
                Some((kind, documents, decide(documents, &request, context)))
            })
            .collect();
        for (kind, _, decision) in &limits {
            refuse_denied(*kind, *decision)?;
        }
        let by_resource = self.by_resource(asked, &request, context)?;
        if !own.is_allowed() && !by_resource {
            let nearest = nearest_miss(documents(&self.documents), &request, context);
            return Err(not_allowed(PolicyKind::Identity, &self.documents, nearest));
        }
        match limits.iter().find(|(_, _, decision)| !decision.is_allowed()) {
            Some((kind, documents, _)) => Err(not_allowed(*kind, documents, None)),
            None => Ok(()),
        }
    }

    /// Whether the resource's own policy allows it to this identity by name.
    fn by_resource(
        &self,
        asked: &Asked<'_>,
        request: &Request<'_>,
        context: &Context<'_>,
    ) -> Result<bool, Why> {
        let Some((name, document)) = asked.resource_policy else { return Ok(false) };
        let names = self.names();
        match document.evaluate(name, request, &Asker::Aws { names: &names }, context) {
            ResourceDecision::Allowed { is_named, .. } => Ok(is_named),
            ResourceDecision::NoMatch => Ok(false),
            ResourceDecision::Denied(cause) => {
                Err(Why::Denied { by: PolicyKind::Resource, cause: cause.to_string() })
            }
        }
    }

    fn is_role(&self) -> bool {
        matches!(self.kind, crate::identity::IdentityKind::Role { .. })
    }
}

/// AWS lets credentials of GetSessionToken call neither IAM nor, but for these two, STS.
fn needs_lasting_key(action: &str) -> bool {
    action.starts_with("iam:")
        || (action.starts_with("sts:")
            && !matches!(action, "sts:AssumeRole" | "sts:TagSession" | "sts:GetCallerIdentity"))
}

/// The pieces of an ARN. `*` is a resource of no service: only a policy for `*` speaks of it.
pub(crate) fn resource(arn: &str) -> Resource<'_> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let mut part = || parts.next().unwrap_or("*");
    let (service, region, account, path) = (part(), part(), part(), part());
    Resource { service, region, account, path }
}

fn documents(documents: &Documents) -> impl Iterator<Item = (&str, &policy::Document)> {
    documents.iter().map(|(name, document)| (name.as_str(), document))
}

fn decide<'a>(list: &'a Documents, request: &Request<'_>, context: &Context<'_>) -> Decision<'a> {
    evaluate(documents(list), request, context)
}

fn refuse_denied(by: PolicyKind, decision: Decision<'_>) -> Result<(), Why> {
    match decision {
        Decision::Denied(cause) => Err(Why::Denied { by, cause: cause.to_string() }),
        Decision::Allowed(_) | Decision::NoMatch => Ok(()),
    }
}

fn not_allowed(by: PolicyKind, documents: &Documents, nearest: Option<NearMiss>) -> Why {
    let policies = documents.iter().map(|(name, _)| name.clone()).collect();
    Why::NotAllowed { by, policies, nearest: nearest.map(Box::new) }
}

impl fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PolicyKind::Identity => "identity-based policy",
            PolicyKind::Resource => "resource-based policy",
            PolicyKind::Boundary => "permissions boundary",
            PolicyKind::Session => "session policy",
        })
    }
}

/// `User: arn:… is not authorized to perform: iot:CreateThing on resource: arn:… because no
/// identity-based policy allows the iot:CreateThing action`
impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Denial { arn, action, resource, why } = self;
        write!(f, "User: {arn} is not authorized to perform: {action} on resource: {resource}")?;
        match why {
            Why::Denied { by: by @ PolicyKind::Identity, .. } => {
                write!(f, " with an explicit deny in an {by}")
            }
            Why::Denied { by, .. } => write!(f, " with an explicit deny in a {by}"),
            Why::NotAllowed { by, .. } => write!(f, " because no {by} allows the {action} action"),
            Why::SessionToken => f.write_str(" with credentials of GetSessionToken"),
            // Whoever may not take a role is not told whether there is one.
            Why::NoRole | Why::NotTrusted => Ok(()),
        }
    }
}
