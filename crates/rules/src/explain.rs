//! Why a message matched or did not: the slow path, for people who ask.

use crate::ast::{Expression, Item, Projection};
use crate::error::{Clause, EvaluationError, Stop};
use crate::evaluate::{Evaluator, Halt, Row};
use crate::event::Event;
use crate::json::Json;
use crate::lookup::Answers;
use crate::nearest::closest;
use crate::payload::Document;
use crate::statement::{Statement, stop};
use crate::value::Value;

/// What a statement made of an event, part by part.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// Whether WHERE holds; None if it has no outcome.
    pub matches: Option<bool>,
    /// The terms of WHERE, outermost first, and what is selected.
    pub clauses: Vec<ExplainedClause>,
}

/// A part of a statement and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedClause {
    pub clause: Clause,
    /// As it could be written.
    pub text: String,
    /// The value as text, `Undefined`, or what stopped it.
    pub value: String,
    /// Why it is Undefined, or is not what one would think.
    pub why: Option<String>,
}

/// Values longer are cut: an explanation is read by people.
const VALUE_CHARS_MAX: usize = 200;
/// Names listed where none is near.
const NAMES_MAX: usize = 5;
/// A statement has few parts; one with more is explained as far as this.
const CLAUSES_MAX: usize = 100;

impl Statement {
    /// Whether it matches, with what secrets say; values that follow from them are shown without.
    pub fn explain(&self, event: &Event<'_>, answers: &Answers) -> Explained {
        let evaluator = self.evaluator(event, answers);
        let veiled = answers.veiled();
        let shown = veiled.as_ref().map(|veiled| self.evaluator(event, veiled));
        let mut explainer = Explainer { evaluator, shown, clauses: Vec::new() };
        let matches = match &self.tree().condition {
            Some(condition) => {
                explainer.condition(condition);
                explainer.evaluator.holds(condition, &Row::Payload).ok()
            }
            None => Some(true),
        };
        if matches == Some(true) {
            explainer.projection(&self.tree().projection);
        }
        Explained { matches, clauses: explainer.clauses }
    }
}

struct Explainer<'v> {
    evaluator: Evaluator<'v>,
    /// That knows other texts in the place of secrets, where there are secrets.
    shown: Option<Evaluator<'v>>,
    clauses: Vec<ExplainedClause>,
}

impl<'v> Explainer<'v> {
    /// The whole, and if it is made of terms, each of them.
    fn condition(&mut self, expression: &'v Expression) {
        self.clause(Clause::Where, expression);
        match expression {
            Expression::And(terms) | Expression::Or(terms) => {
                terms.iter().for_each(|term| self.condition(term));
            }
            Expression::Not(term) => self.condition(term),
            _ => {}
        }
    }

    /// What is selected and is no value.
    fn projection(&mut self, projection: &'v Projection) {
        match projection {
            Projection::Value(expression) => self.clause(Clause::Select, expression),
            Projection::Items(items) => {
                for item in items {
                    match item {
                        Item::One(named) => self.clause(Clause::Select, &named.expression),
                        Item::All(Some(from)) => self.clause(Clause::Select, from),
                        Item::All(None) => {}
                    }
                }
            }
        }
    }

    fn clause(&mut self, clause: Clause, expression: &'v Expression) {
        if self.clauses.len() == CLAUSES_MAX {
            return;
        }
        let (value, why) = match self.evaluator.evaluate(expression, &Row::Payload) {
            Ok(value) => {
                let why = self.why(expression, &value);
                (self.shown(expression, &value), why)
            }
            Err(halt) => (told(halt, clause), None),
        };
        let value = value.chars().take(VALUE_CHARS_MAX).collect();
        self.clauses.push(ExplainedClause { clause, text: expression.to_string(), value, why });
    }

    /// A value as people may see it.
    fn shown(&self, expression: &'v Expression, value: &Value<'v>) -> String {
        let tells_little = matches!(value, Value::Boolean(_) | Value::Undefined | Value::Null);
        match &self.shown {
            Some(shown) if !tells_little => match shown.evaluate(expression, &Row::Payload) {
                Ok(value) => value.to_string(),
                Err(_) => "***".to_owned(),
            },
            _ => value.to_string(),
        }
    }

    fn why(&self, expression: &'v Expression, value: &Value<'v>) -> Option<String> {
        match expression {
            _ if value.is_undefined() => self.why_undefined(expression),
            // Equal to nothing of another type: the surprise of '40' = 40.
            Expression::Binary(operator, left, right)
                if matches!(operator.as_str(), "=" | "<>") =>
            {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let kinds = (left.kind(), right.kind());
                let is_number = |kind| matches!(kind, "Int" | "Decimal");
                let is_same = kinds.0 == kinds.1 || is_number(kinds.0) && is_number(kinds.1);
                let told = || format!("the types differ: {} and {}", kinds.0, kinds.1);
                (!is_same).then(told)
            }
            _ => None,
        }
    }

    fn value(&self, expression: &'v Expression) -> Option<Value<'v>> {
        self.evaluator.evaluate(expression, &Row::Payload).ok()
    }

    /// Looks for the innermost cause.
    fn why_undefined(&self, expression: &'v Expression) -> Option<String> {
        match expression {
            Expression::Name(name) => self.no_member(name),
            Expression::Member(base, name) => self.no_inner_member(base, name),
            Expression::Call(call) if !call.function.takes(call.arguments.len()) => {
                let (least, most) = (call.function.arguments_min, call.function.arguments_max);
                let wanted =
                    if least == most { least.to_string() } else { format!("{least} to {most}") };
                let given = call.arguments.len();
                let plural = if wanted == "1" { "" } else { "s" };
                let name = call.function.name;
                Some(format!("{name} takes {wanted} argument{plural}, not {given}"))
            }
            Expression::Call(call) => self
                .first_undefined(call.arguments.iter())
                .or_else(|| self.no_conversion(call.function.name, call.arguments.iter())),
            Expression::Binary(operator, left, right) => {
                let operands = || [&**left, &**right].into_iter();
                self.first_undefined(operands())
                    .or_else(|| self.no_conversion(operator.as_str(), operands()))
            }
            Expression::And(terms) | Expression::Or(terms) => {
                let is_and = matches!(expression, Expression::And(_));
                let name = if is_and { "AND" } else { "OR" };
                let undefined = self.first_undefined(terms.iter());
                let told = undefined.map(|why| format!("a term of {name} is Undefined: {why}"));
                told.or_else(|| self.no_conversion(name, terms.iter()))
            }
            Expression::Not(inner) => {
                let inner = || std::iter::once(&**inner);
                self.first_undefined(inner()).or_else(|| self.no_conversion("NOT", inner()))
            }
            Expression::Negate(inner) | Expression::Cast(inner, _) => {
                let inner = || std::iter::once(&**inner);
                self.first_undefined(inner()).or_else(|| self.no_conversion("it", inner()))
            }
            Expression::In { value, list, .. } => {
                self.first_undefined([&**value, &**list].into_iter())
            }
            Expression::Case(case) => self
                .first_undefined(case.subject.iter())
                .or_else(|| Some("no WHEN applies, and there is no ELSE".to_owned())),
            Expression::Query(query) => self
                .first_undefined(std::iter::once(&query.from))
                .or_else(|| Some(format!("`{}` is no array, or WHERE does not hold", query.from))),
            _ => None,
        }
    }

    fn first_undefined(
        &self,
        mut operands: impl Iterator<Item = &'v Expression>,
    ) -> Option<String> {
        let is_undefined = |operand: &&'v Expression| {
            self.value(operand).is_some_and(|value| value.is_undefined())
        };
        let first = operands.find(is_undefined)?;
        self.why_undefined(first).or_else(|| Some(format!("`{first}` is Undefined")))
    }

    fn no_conversion(
        &self,
        what: &str,
        operands: impl Iterator<Item = &'v Expression>,
    ) -> Option<String> {
        let told = operands.filter_map(|operand| {
            let value = self.value(operand)?;
            Some(format!("`{operand}` ({})", value.kind()))
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| format!("{what} has no value for {}", told.join(" and ")))
    }

    fn document(&self) -> Option<Document<'v, 'v>> {
        self.evaluator.scene.event.payload.json().ok()
    }

    fn no_member(&self, name: &str) -> Option<String> {
        let document = self.document()?;
        if !document.is_object() {
            return Some("the payload is an array, which has no names".to_owned());
        }
        Some(absent("the payload", name, document.whole()))
    }

    fn no_inner_member(&self, base: &'v Expression, name: &str) -> Option<String> {
        match self.value(base)? {
            Value::Undefined => self.why_undefined(base),
            Value::Json(json) if !json.as_str().starts_with('[') => {
                Some(absent(&format!("`{base}`"), name, json))
            }
            Value::Object(_) => Some(format!("`{base}` has no `{name}`")),
            other => Some(format!("`{base}` is no object but {}", other.kind())),
        }
    }
}

/// What stopped a part.
fn told(halt: Halt, clause: Clause) -> String {
    match stop(halt, clause) {
        Stop::Needs(lookup) => format!("waits for {lookup}"),
        Stop::Failed(EvaluationError { what, .. }) => format!("failed: {what}"),
    }
}

/// `the payload has no `temperature`; it has `temp``.
fn absent(of: &str, name: &str, object: Json<'_>) -> String {
    let names: Vec<String> = object.entries().map(|(key, _)| key.to_text().into_owned()).collect();
    let near = closest(name, names.iter().map(String::as_str));
    let listed = match near {
        Some(near) => format!("it has `{near}`"),
        None if names.is_empty() => "it is empty".to_owned(),
        None => {
            let some: Vec<String> =
                names.iter().take(NAMES_MAX).map(|n| format!("`{n}`")).collect();
            let more = if names.len() > NAMES_MAX { ", …" } else { "" };
            format!("it has {}{more}", some.join(", "))
        }
    };
    format!("{of} has no `{name}`; {listed}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::Payload;
    use crate::version::Version;

    fn explained(sql: &str, payload: &str) -> String {
        let statement = Statement::parse(sql, Version::V2016_03_23).expect("parses");
        let payload = Payload::new(payload.as_bytes());
        let event = Event {
            topic: "t",
            payload: &payload,
            client_id: None,
            principal: None,
            source_ip: None,
            account: "0",
            timestamp_ms: 0,
            trace_id: None,
            seed: 0,
            properties: None,
        };
        let explained = statement.explain(&event, &Answers::new());
        let mut out = format!("{:?}\n", explained.matches);
        for ExplainedClause { clause, text, value, why } in explained.clauses {
            let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
            out += &format!("{clause} {text}: {value}{why}\n");
        }
        out
    }

    #[test]
    fn explanations_name_the_cause() {
        let check = |sql: &str, payload: &str, expected: expect_test::Expect| {
            expected.assert_eq(&explained(sql, payload));
        };
        check(
            "SELECT * FROM 't' WHERE temperature >= 40 AND zone = 'a'",
            r#"{"temp": 45, "zone": "a"}"#,
            expect_test::expect![[r#"
                Some(false)
                WHERE temperature >= 40 AND zone = 'a': Undefined (a term of AND is Undefined: the payload has no `temperature`; it has `temp`)
                WHERE temperature >= 40: Undefined (the payload has no `temperature`; it has `temp`)
                WHERE zone = 'a': true
            "#]],
        );
        check(
            "SELECT * FROM 't' WHERE NOT a.b.c = '40' OR upper(a.b.d) = 'X'",
            r#"{"a": {"b": {"c": 40, "dd": 1}}}"#,
            expect_test::expect![[r#"
                Some(false)
                WHERE NOT a.b.c = '40' OR upper(a.b.d) = 'X': Undefined (a term of OR is Undefined: `a.b` has no `d`; it has `c`, `dd`)
                WHERE NOT a.b.c = '40': true
                WHERE a.b.c = '40': false (the types differ: Int and String)
                WHERE upper(a.b.d) = 'X': Undefined (`a.b` has no `d`; it has `c`, `dd`)
            "#]],
        );
        check(
            "SELECT a.x AS x, abs(1, 2) AS y, b > 'z' AS z FROM 't'",
            r#"{"a": 1, "b": 2}"#,
            expect_test::expect![[r#"
                Some(true)
                SELECT a.x: Undefined (`a` is no object but Int)
                SELECT abs(1, 2): Undefined (abs takes 1 argument, not 2)
                SELECT b > 'z': Undefined (> has no value for `b` (Int) and `'z'` (String))
            "#]],
        );
        check(
            "SELECT * FROM 't' WHERE get_thing_shadow('lamp', 'arn:r').on = true",
            "{}",
            expect_test::expect![[r#"
                None
                WHERE get_thing_shadow('lamp', 'arn:r').on = true: waits for get_thing_shadow of lamp
            "#]],
        );
        check(
            "SELECT * FROM 't' WHERE a = 1",
            "ON",
            expect_test::expect![[r#"
                None
                WHERE a = 1: failed: `a` cannot be read: the payload is not JSON: at byte 0: a value expected
            "#]],
        );
    }
}
