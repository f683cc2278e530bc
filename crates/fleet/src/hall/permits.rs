//! Whether the role of an action may do what the action is about to.

use std::hash::{Hash, Hasher};
use std::sync::{PoisonError, RwLock};

use actions::Target;
use hashbrown::{Equivalent, HashMap};
use iam::{Asked, Iam};
use model::Home;
use policy::ResourceDocument;
use stdx::clock::UnixMillis;

use crate::hall::rule::Rule;

/// A policy may depend on the time: no permission is older than this.
const AGE_MAX_MS: u64 = 10_000;

/// Permissions that a rule remembers. One whose tables or topics depend on the message has many.
const REMEMBERED_MAX: usize = 256;

/// What was permitted lately.
#[derive(Debug, Default)]
pub(crate) struct Permitted(RwLock<HashMap<Question, Given>>);

#[derive(Debug, PartialEq, Eq)]
struct Question {
    role_arn: Box<str>,
    action: Box<str>,
    name: Box<str>,
}

/// The same, borrowed: it is asked for each message.
struct Borrowed<'a> {
    role_arn: &'a str,
    action: &'a str,
    name: &'a str,
}

#[derive(Clone, Copy, Debug)]
struct Given {
    epoch: u64,
    at: UnixMillis,
}

/// The permits of one rule, at one moment.
#[derive(Debug)]
pub(crate) struct RulePermits<'a> {
    pub(crate) iam: &'a Iam,
    pub(crate) home: &'a Home,
    pub(crate) rule: &'a Rule,
    pub(crate) now: UnixMillis,
}

/// What is known of what is acted on, beside its name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About<'a> {
    /// Its own.
    pub(crate) policy: Option<&'a ResourceDocument>,
    /// Condition keys in lower case, with their values.
    pub(crate) keys: &'a [(&'a str, &'a [&'a str])],
}

impl actions::Permits for RulePermits<'_> {
    fn check(&self, role_arn: &str, action: &str, target: Target<'_>) -> Result<(), String> {
        let epoch = self.iam.epoch();
        let asked = Borrowed { role_arn, action, name: target.name() };
        if self.rule.permitted.holds(&asked, epoch, self.now) {
            return Ok(());
        }
        self.check_with(role_arn, action, target, About::default())?;
        self.rule.permitted.keep(&asked, Given { epoch, at: self.now });
        Ok(())
    }
}

impl RulePermits<'_> {
    /// The same for what may have a policy of its own, and condition keys. Nothing is remembered: nobody
    /// tells when those change.
    pub(crate) fn check_with(
        &self,
        role_arn: &str,
        action: &str,
        target: Target<'_>,
        About { policy, keys }: About<'_>,
    ) -> Result<(), String> {
        let call = self.rule.calls.iter().find(|call| call.role_arn == role_arn);
        let call = call.expect("the rule's actions have no other roles");
        let identity =
            self.iam.service_identity(call, self.now).map_err(|error| error.to_string())?;
        identity
            .authorize(&Asked {
                action,
                resource: &target.arn(self.home),
                source_ip: None,
                now: self.now,
                keys,
                resource_policy: policy.map(|policy| ("resource policy", policy)),
            })
            .map_err(|denial| denial.to_string())
    }
}

impl Permitted {
    fn holds(&self, asked: &Borrowed<'_>, epoch: u64, now: UnixMillis) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(asked).is_some_and(|given| {
            given.epoch == epoch && (given.at..given.at + AGE_MAX_MS).contains(&now)
        })
    }

    fn keep(&self, asked: &Borrowed<'_>, given: Given) {
        let question = Question {
            role_arn: asked.role_arn.into(),
            action: asked.action.into(),
            name: asked.name.into(),
        };
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(question, given);
    }
}

impl Hash for Question {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Question { role_arn, action, name } = self;
        Borrowed { role_arn, action, name }.hash(state);
    }
}

impl Hash for Borrowed<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.role_arn, self.action, self.name).hash(state);
    }
}

impl Equivalent<Question> for Borrowed<'_> {
    fn equivalent(&self, held: &Question) -> bool {
        // An action knows one kind of resource, so its name is enough.
        *held.name == *self.name && *held.action == *self.action && *held.role_arn == *self.role_arn
    }
}
