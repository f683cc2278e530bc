//! Calls of functions.

use smallvec::SmallVec;

use crate::ast::{Call, Expression};
use crate::convert::to_text;
use crate::error::Failure;
use crate::evaluate::{Evaluated, Evaluator, Halt, Row, weight};
use crate::function::Run;
use crate::functions::coding;
use crate::json::Json;
use crate::lookup::{Answer, Answers, Lookup};
use crate::value::Value;

impl<'v> Evaluator<'v> {
    /// With a wrong number of arguments a function is Undefined, as AWS has it.
    pub(super) fn call(&self, call: &'v Call, row: &Row<'v>) -> Evaluated<'v> {
        if !call.function.takes(call.arguments.len()) {
            return Ok(Value::Undefined);
        }
        let value = match &call.function.run {
            Run::Values(run) => self.reply(run(&self.scene, &self.arguments(call, row)?)),
            Run::Pattern(run) => {
                let arguments = self.arguments(call, row)?;
                let pattern = to_text(&arguments[1], self.scene.version);
                match pattern.and_then(|pattern| call.pattern.of(&pattern)) {
                    Some(regex) => self.reply(run(&self.scene, &regex, &arguments)),
                    None => Ok(Value::Undefined),
                }
            }
            Run::Encode => self.encode(&call.arguments[0], row),
            Run::GetOrDefault => self.get_or_default(&call.arguments, row),
            Run::Lookup(ask) => match ask(&self.arguments(call, row)?, self.scene.version) {
                Some(lookup) => self.answer(lookup),
                None => Ok(Value::Undefined),
            },
            Run::Refused(_) => Ok(Value::Undefined),
        }?;
        self.charge(weight(&value))?;
        Ok(value)
    }

    fn arguments(&self, call: &'v Call, row: &Row<'v>) -> Result<SmallVec<[Value<'v>; 3]>, Halt> {
        call.arguments.iter().map(|argument| self.evaluate(argument, row)).collect()
    }

    /// `*` is the payload byte by byte, be it JSON or not.
    fn encode(&self, argument: &'v Expression, row: &Row<'v>) -> Evaluated<'v> {
        if let (Expression::Whole, Row::Payload) = (argument, row) {
            return self.reply(coding::encode_bytes(self.scene.event.payload.bytes()));
        }
        let value = self.evaluate(argument, row)?;
        self.reply(coding::encode(&self.scene, &value))
    }

    /// What a first argument that has no value is replaced with: the second, or Undefined.
    fn get_or_default(&self, arguments: &'v [Expression], row: &Row<'v>) -> Evaluated<'v> {
        match self.evaluate(&arguments[0], row) {
            Ok(Value::Undefined | Value::Null) => {}
            Err(Halt::Failed(failure)) if failure.has_default() => {}
            other => return other,
        }
        arguments.get(1).map_or(Ok(Value::Undefined), |default| self.evaluate(default, row))
    }

    fn answer(&self, lookup: Lookup) -> Evaluated<'v> {
        match self.answers.get(&lookup) {
            Some(Answer::Json(text)) => {
                Ok(Value::from_json(Json::from_checked(text), self.scene.version))
            }
            Some(Answer::Nothing) => Ok(Value::Undefined),
            Some(Answer::Failed(why)) => {
                Err(Failure::Lookup { lookup: lookup.to_string(), why: why.clone() }.into())
            }
            None if self.answers.len() >= Answers::LOOKUPS_MAX => {
                Err(Failure::TooManyLookups { most: Answers::LOOKUPS_MAX }.into())
            }
            None => Err(Halt::Needs(Box::new(lookup))),
        }
    }
}
