//! One statement of a document, compiled: does it speak of this request?

use crate::action::ActionPattern;
use crate::arn::{ArnComparison, ArnPattern, Resource};
use crate::condition::Condition;
use crate::context::Context;
use crate::pattern::{Case, Variable};
use crate::principal::{Asker, Naming, PrincipalPattern};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// A list that names what is meant, or, as `NotAction` and `NotResource`, what is not.
#[derive(Clone, Debug)]
pub(crate) enum Listed<T> {
    These(Box<[T]>),
    AllBut(Box<[T]>),
}

#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) sid: Option<Box<str>>,
    pub(crate) effect: Effect,
    /// Only in resource-based documents.
    pub(crate) principals: Option<Listed<PrincipalPattern>>,
    pub(crate) actions: Listed<ActionPattern>,
    pub(crate) resources: Listed<ArnPattern>,
    pub(crate) conditions: Box<[Condition]>,
}

impl Statement {
    /// Whether, and how closely, the statement speaks of whoever asks.
    pub(crate) fn names_principal(
        &self,
        asker: &Asker<'_>,
        homes: ArnComparison,
    ) -> Option<Naming> {
        let named = |principals: &[PrincipalPattern]| {
            principals.iter().filter_map(|principal| principal.names(asker, homes)).max()
        };
        match self.principals.as_ref()? {
            Listed::These(principals) => named(principals),
            Listed::AllBut(principals) => named(principals).is_none().then_some(Naming::Itself),
        }
    }

    pub(crate) fn names_action(&self, action: &str) -> bool {
        match &self.actions {
            Listed::These(actions) => actions.iter().any(|named| named.matches(action)),
            Listed::AllBut(actions) => !actions.iter().any(|named| named.matches(action)),
        }
    }

    /// Whether the resource is one that the statement speaks of. Where a variable of `NotResource`
    /// has no value nobody knows what is excluded: then an allow speaks of nothing, and a deny of
    /// everything.
    pub(crate) fn names_resource(
        &self,
        resource: &Resource<'_>,
        homes: ArnComparison,
        context: &Context<'_>,
    ) -> bool {
        match &self.resources {
            Listed::These(arns) => arns.iter().any(|arn| {
                let values = match self.effect {
                    Effect::Allow => arn.resolve_to_allow(resource, context),
                    Effect::Deny => arn.resolve(context),
                };
                arn.matches_home(resource, homes, context)
                    && values
                        .is_ok_and(|values| arn.path().matches(resource.path, &values, Case::Exact))
            }),
            Listed::AllBut(arns) => arns.iter().all(|arn| match arn.resolve(context) {
                Ok(values) => {
                    !arn.matches_home(resource, homes, context)
                        || !arn.path().matches(resource.path, &values, Case::Exact)
                }
                Err(_) => self.effect == Effect::Deny,
            }),
        }
    }

    pub(crate) fn allows_all_of(&self, service: &str) -> bool {
        let (Listed::These(actions), Listed::These(arns)) = (&self.actions, &self.resources) else {
            return false;
        };
        let is_all = |action: &ActionPattern| {
            let service_of_all = action.text().strip_suffix(":*");
            action.text() == "*" || service_of_all.is_some_and(|s| s.eq_ignore_ascii_case(service))
        };
        self.effect == Effect::Allow
            && actions.iter().any(is_all)
            && arns.iter().any(|arn| arn.text() == "*")
            && self.conditions.is_empty()
    }

    /// The first condition that does not hold.
    pub(crate) fn failing_condition(&self, context: &Context<'_>) -> Option<&Condition> {
        self.conditions.iter().find(|condition| !condition.holds(context))
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = &Variable> {
        let (Listed::These(arns) | Listed::AllBut(arns)) = &self.resources;
        let of_resources = arns.iter().flat_map(ArnPattern::variables);
        of_resources.chain(self.conditions.iter().flat_map(Condition::variables))
    }

    pub(crate) fn depends_on_time(&self) -> bool {
        self.conditions.iter().any(|condition| condition.key.is_time())
            || self.variables().any(|variable| variable.key.is_time())
    }
}
