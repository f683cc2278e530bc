//! Calls: which function a name is, and what can be said of its arguments before they are known.

use crate::ast::{Call, CastType, Expression};
use crate::error::ParseError;
use crate::function::{Function, Run, find, nearest};
use crate::lexer::{Kind, Symbol};
use crate::parser::{Deep, Parser};
use crate::pattern::Pattern;

impl Parser<'_> {
    pub(super) fn call(&mut self, written: &str) -> Result<Deep, ParseError> {
        let at = self.advance()?.at;
        let function = find(written).ok_or_else(|| self.no_function(at, written))?;
        if function.is_since_second {
            self.since_second(at, &format!("the function {}", function.name))?;
        }
        self.advance()?;
        let (arguments, depth) = self.sequence(Symbol::CloseParen)?;
        let pattern = self.checked(at, function, &arguments)?;
        let call = Call { function, written: written.into(), arguments, pattern };
        if depth >= super::DEPTH_MAX {
            return Err(self.refused(at, "expressions nest too deep"));
        }
        Ok(Deep { expression: Expression::Call(Box::new(call)), depth: depth + 1 })
    }

    fn no_function(&self, at: usize, written: &str) -> ParseError {
        let hint = nearest(written).map(|name| format!("; there is {name}")).unwrap_or_default();
        self.refused(at, format!("there is no function {written}{hint}"))
    }

    /// What is wrong with a call whatever its arguments turn out to be.
    fn checked(
        &mut self,
        at: usize,
        function: &'static Function,
        arguments: &[Expression],
    ) -> Result<Pattern, ParseError> {
        if let Run::Refused(why) = function.run {
            return Err(self.refused(at, why));
        }
        if let Some(check) = function.check {
            check(function, arguments).map_err(|why| self.refused(at, why))?;
        }
        if function.name == "get_dynamodb" {
            self.table_lookups += 1;
            if self.table_lookups > 1 {
                return Err(self.refused(at, "get_dynamodb can be called once in a statement"));
            }
        }
        match (&function.run, arguments.get(1)) {
            (Run::Pattern(_), Some(Expression::Text(pattern))) => {
                Pattern::fixed(pattern).map_err(|why| self.refused(at, why))
            }
            _ => Ok(Pattern::default()),
        }
    }

    /// `cast(value AS type)`.
    pub(super) fn cast(&mut self) -> Result<Deep, ParseError> {
        self.advance()?;
        self.advance()?;
        let Deep { expression, depth } = self.deep(0)?;
        self.expect_word("AS", &["an operator"])?;
        let to = self.cast_type()?;
        self.expect_symbol(Symbol::CloseParen, &[])?;
        Ok(Deep { expression: Expression::Cast(Box::new(expression), to), depth: depth + 1 })
    }

    fn cast_type(&mut self) -> Result<CastType, ParseError> {
        const NAMES: &[&str] = &["String", "Int", "Double", "Decimal", "Boolean"];
        let Kind::Word(word) = self.token.kind else { return Err(self.unexpected(NAMES)) };
        let (to, is_new) = match word.to_ascii_lowercase().as_str() {
            "string" | "nvarchar" | "text" | "ntext" | "varchar" => (CastType::String, false),
            "int" | "integer" => (CastType::Int, false),
            "double" => (CastType::Decimal, false),
            "decimal" => (CastType::Decimal, true),
            "bool" | "boolean" => (CastType::Boolean, true),
            _ => return Err(self.unexpected(NAMES)),
        };
        if is_new {
            self.since_second(self.token.at, &format!("a cast to {word}"))?;
        }
        self.advance()?;
        Ok(to)
    }
}
