//! A rule's statement: parsed when the rule is made, evaluated for each message.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use model::TopicFilter;

use crate::ast::{Expression, Item, Projection, Tree};
use crate::error::{Clause, EvaluationError, Failure, ParseError, Stop};
use crate::evaluate::{Bound, Evaluator, Halt, Row};
use crate::event::Event;
use crate::json::Json;
use crate::lookup::{Answers, LookupCall};
use crate::parser;
use crate::project::{Plan, project};
use crate::scene::{Scene, VALUE_BYTES_MAX};
use crate::value::Value;
use crate::variables::Variables;
use crate::version::Version;
use crate::visit::{lookup_call, visit_tree};

/// `[SET …] SELECT … [FROM 'filter'] [WHERE …]`, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Statement {
    tree: Tree,
    version: Version,
    plan: Plan,
}

/// What a statement made of an event.
#[derive(Clone, Debug)]
pub enum Outcome<'a> {
    /// WHERE does not hold.
    NoMatch,
    Match(Selected<'a>),
}

/// What a statement selected.
#[derive(Clone, Debug)]
pub struct Selected<'a> {
    pub output: Cow<'a, [u8]>,
    /// False if the output is a payload that is not JSON, or nothing.
    pub is_json: bool,
    pub variables: Variables,
    version: Version,
}

impl<'a> Selected<'a> {
    /// A document that no statement selected: what an error action is told.
    pub fn of_document(json: String, version: Version) -> Selected<'a> {
        let output = Cow::Owned(json.into_bytes());
        Selected { output, is_json: true, variables: Variables::default(), version }
    }
}

impl Selected<'_> {
    /// The output, to be read by [`Value::members`] and [`Value::elements`]; Undefined if it is not
    /// JSON.
    pub fn value(&self) -> Value<'_> {
        match str::from_utf8(&self.output) {
            // It is a payload that was checked, or was written by us.
            Ok(text) if self.is_json => {
                Value::from_json(Json::from_checked(text.trim_ascii()), self.version)
            }
            _ => Value::Undefined,
        }
    }
}

impl Statement {
    pub fn parse(sql: &str, version: Version) -> Result<Statement, ParseError> {
        let tree = parser::statement(sql, version)?;
        let plan = Plan::of(&tree.projection);
        Ok(Statement { tree, version, plan })
    }

    pub fn version(&self) -> Version {
        self.version
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The topics that the rule hears; none if it is only reached by Basic Ingest.
    pub fn filter(&self) -> Option<&TopicFilter> {
        self.tree.filter.as_ref()
    }

    /// The names that SET gives values.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.tree.assignments.iter().map(|assignment| &*assignment.name)
    }

    /// The calls that ask outside.
    pub fn lookups(&self) -> Vec<LookupCall> {
        let mut calls = Vec::new();
        visit_tree(&self.tree, &mut |expression| calls.extend(lookup_call(expression)));
        calls
    }

    /// Whether the statement can be evaluated for a payload that is not JSON: it names nothing in
    /// it, and selects it whole or makes something else.
    pub fn takes_bytes(&self) -> bool {
        let mut names = false;
        visit_tree(&self.tree, &mut |expression| {
            names |= matches!(expression, Expression::Name(_));
        });
        let has_all = match &self.tree.projection {
            Projection::Items(items) => items.iter().any(|item| matches!(item, Item::All(_))),
            Projection::Value(_) => false,
        };
        !names && (self.plan == Plan::Whole || !has_all)
    }

    pub fn evaluate<'a>(&self, event: &Event<'a>, answers: &Answers) -> Result<Outcome<'a>, Stop> {
        let evaluator = self.evaluator(event, answers);
        if let Some(condition) = &self.tree.condition {
            let holds = evaluator.holds(condition, &Row::Payload);
            if !holds.map_err(|halt| stop(halt, Clause::Where))? {
                return Ok(Outcome::NoMatch);
            }
        }
        self.selected(&evaluator, event).map(Outcome::Match)
    }

    /// What is selected of an event of which it is known that WHERE holds.
    pub fn select<'a>(&self, event: &Event<'a>, answers: &Answers) -> Result<Selected<'a>, Stop> {
        self.selected(&self.evaluator(event, answers), event)
    }

    fn selected<'v, 'a>(
        &'v self,
        evaluator: &Evaluator<'v>,
        event: &Event<'a>,
    ) -> Result<Selected<'a>, Stop> {
        let projected = project(evaluator, &self.plan, &self.tree.projection, event.payload);
        let (output, is_json) = projected.map_err(|halt| stop(halt, Clause::Select))?;
        let variables = match self.tree.assignments.is_empty() {
            true => Variables::default(),
            false => evaluator.variables().map_err(|halt| stop(halt, Clause::Set))?,
        };
        if output.len() > VALUE_BYTES_MAX && matches!(output, Cow::Owned(_)) {
            let failure = Failure::TooLong { most_bytes: VALUE_BYTES_MAX };
            return Err(stop(failure.into(), Clause::Select));
        }
        Ok(Selected { output, is_json, variables, version: self.version })
    }

    pub(crate) fn evaluator<'v>(
        &'v self,
        event: &'v Event<'v>,
        answers: &'v Answers,
    ) -> Evaluator<'v> {
        /// Tells the chances of a statement from those of templates.
        const SALT: u64 = 0x5E1E_C7ED;
        let values = self.tree.assignments.iter().map(|_| OnceCell::new()).collect();
        let bound = Bound::Set(&self.tree.assignments, values);
        Evaluator::new(Scene::new(event, self.version, SALT), answers, bound)
    }
}

pub(crate) fn stop(halt: Halt, clause: Clause) -> Stop {
    match halt {
        Halt::Needs(lookup) => Stop::Needs(lookup),
        Halt::Failed(failure) => Stop::Failed(EvaluationError { clause, what: *failure }),
    }
}

// Rules are shared by the tasks that evaluate them, and payloads by the rules.
const _: fn() = || {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Statement>();
    is_shared::<crate::Template>();
    is_shared::<crate::Payload<'static>>();
};

/// As it could be written; not as it was.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.fmt(f)
    }
}
