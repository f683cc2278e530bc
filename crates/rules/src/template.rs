//! Substitution templates: texts with expressions in them, which actions have in their fields.

use crate::ast::Expression;
use crate::convert::to_text;
use crate::error::{Clause, ParseError, Stop};
use crate::evaluate::{Bound, Evaluator, Row};
use crate::event::Event;
use crate::lookup::{Answers, LookupCall};
use crate::parser::Parser;
use crate::scene::Scene;
use crate::statement::stop;
use crate::value::Value;
use crate::variables::Variables;
use crate::version::Version;
use crate::visit::{lookup_call, visit};

/// `text ${expression} text`, ready to be filled from a message as it came: what the statement
/// selected is not seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    parts: Vec<Part>,
    version: Version,
    salt: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Value(Expression),
}

impl Template {
    pub fn parse(text: &str, version: Version) -> Result<Template, ParseError> {
        let (mut parts, mut at) = (Vec::new(), 0);
        while let Some(start) = text[at..].find("${").map(|start| at + start) {
            if start > at {
                parts.push(Part::Text(text[at..start].to_owned()));
            }
            let (expression, end) = Parser::new(text, start + 2, version)?.template()?;
            parts.push(Part::Value(expression));
            at = end;
        }
        if at < text.len() {
            parts.push(Part::Text(text[at..].to_owned()));
        }
        Ok(Template { parts, version, salt: salt(text) })
    }

    /// The text, if there is nothing to fill in.
    pub fn constant(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    pub fn is_constant(&self) -> bool {
        self.constant().is_some()
    }

    fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value(expression) => Some(expression),
            Part::Text(_) => None,
        })
    }

    /// The calls that ask outside.
    pub fn lookups(&self) -> Vec<LookupCall> {
        let mut calls = Vec::new();
        for expression in self.expressions() {
            visit(expression, &mut |inner| calls.extend(lookup_call(inner)));
        }
        calls
    }

    /// The variables that it needs from its statement.
    pub fn variables(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for expression in self.expressions() {
            visit(expression, &mut |inner| {
                if let Expression::Variable(name) = inner {
                    names.push(&**name);
                }
            });
        }
        names
    }

    pub fn render(
        &self,
        event: &Event<'_>,
        answers: &Answers,
        variables: &Variables,
    ) -> Result<String, Stop> {
        let mut out = String::new();
        self.each(event, answers, variables, |piece| match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Value(value) => write(&value, self.version, &mut out),
        })?;
        Ok(out)
    }

    /// The value itself, if the template is one expression and nothing else; else the text.
    pub fn value(
        &self,
        event: &Event<'_>,
        answers: &Answers,
        variables: &Variables,
    ) -> Result<Value<'static>, Stop> {
        if let [Part::Value(_)] = self.parts.as_slice() {
            let mut whole = Value::Undefined;
            self.each(event, answers, variables, |piece| {
                if let Piece::Value(value) = piece {
                    whole = value.into_owned(self.version);
                }
            })?;
            return Ok(whole);
        }
        self.render(event, answers, variables).map(|text| Value::String(text.into()))
    }

    fn each(
        &self,
        event: &Event<'_>,
        answers: &Answers,
        variables: &Variables,
        mut take: impl FnMut(Piece<'_>),
    ) -> Result<(), Stop> {
        let scene = Scene::new(event, self.version, self.salt);
        let evaluator = Evaluator::new(scene, answers, Bound::Given(variables));
        for part in &self.parts {
            match part {
                Part::Text(text) => take(Piece::Text(text)),
                Part::Value(expression) => {
                    let value = evaluator.evaluate(expression, &Row::Payload);
                    take(Piece::Value(value.map_err(|halt| stop(halt, Clause::Template))?));
                }
            }
        }
        Ok(())
    }
}

enum Piece<'v> {
    Text(&'v str),
    Value(Value<'v>),
}

/// Undefined leaves nothing.
fn write(value: &Value<'_>, version: Version, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bytes(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
        value => out.push_str(&to_text(value, version).unwrap_or_default()),
    }
}

/// Templates that differ throw different dice for one event (FNV-1a).
fn salt(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
