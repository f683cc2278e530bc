//! Whether the role of an action may do what the action is about to.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use iam::{Asked, Iam};
use stdx::clock::UnixMillis;

use crate::hall::rule::Rule;

/// A policy may depend on the time: no permission is older than this.
const AGE_MAX_MS: u64 = 10_000;

/// Permissions that a rule remembers. One whose tables or topics depend on the message has many.
const REMEMBERED_MAX: usize = 256;

/// What was permitted lately: action and resource by role.
#[derive(Debug, Default)]
pub(crate) struct Permitted(RwLock<HashMap<Box<str>, Given>>);

#[derive(Clone, Copy, Debug)]
struct Given {
    epoch: u64,
    at: UnixMillis,
}

/// The permits of one rule, at one moment.
#[derive(Debug)]
pub(crate) struct RulePermits<'a> {
    pub(crate) iam: &'a Iam,
    pub(crate) rule: &'a Rule,
    pub(crate) now: UnixMillis,
}

impl actions::Permits for RulePermits<'_> {
    fn check(&self, role_arn: &str, action: &str, resource: &str) -> Result<(), String> {
        let epoch = self.iam.epoch();
        let asked = format!("{role_arn} {action} {resource}");
        if self.rule.permitted.holds(&asked, epoch, self.now) {
            return Ok(());
        }
        let call = self.rule.calls.iter().find(|call| call.role_arn == role_arn);
        let call = call.expect("the rule's actions have no other roles");
        let identity =
            self.iam.service_identity(call, self.now).map_err(|error| error.to_string())?;
        identity
            .authorize(&Asked {
                action,
                resource,
                source_ip: None,
                now: self.now,
                keys: &[],
                resource_policy: None,
            })
            .map_err(|denial| denial.to_string())?;
        self.rule.permitted.keep(asked, Given { epoch, at: self.now });
        Ok(())
    }
}

impl Permitted {
    fn holds(&self, asked: &str, epoch: u64, now: UnixMillis) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(asked).is_some_and(|given| {
            given.epoch == epoch && (given.at..given.at + AGE_MAX_MS).contains(&now)
        })
    }

    fn keep(&self, asked: String, given: Given) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(asked.into_boxed_str(), given);
    }
}
