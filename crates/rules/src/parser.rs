//! From text to tree. Expressions by binding power (Pratt), the clauses around them by descent.

mod call;
mod clause;
mod expression;

use crate::ast::Expression;
use crate::error::{ParseError, Problem};
use crate::lexer::{Kind, Lexer, Symbol, Token, error};
use crate::version::Version;

pub(crate) use clause::statement;

/// How deep a tree may be: evaluation recurses as deep, on a stack of 2 MiB.
const DEPTH_MAX: usize = 60;
/// A rule document may have 256 KiB; a statement that long was made by a mistake.
pub(crate) const TEXT_BYTES_MAX: usize = 64 * 1024;

pub(crate) struct Parser<'s> {
    text: &'s str,
    lexer: Lexer<'s>,
    token: Token<'s>,
    version: Version,
    /// How many expressions we are inside of.
    nesting: usize,
    /// The variables that are set so far; in templates any may be named.
    variables: Option<Vec<Box<str>>>,
    table_lookups: usize,
}

/// An expression and the depth of its tree.
struct Deep {
    expression: Expression,
    depth: usize,
}

impl<'s> Parser<'s> {
    pub(crate) fn new(
        text: &'s str,
        at: usize,
        version: Version,
    ) -> Result<Parser<'s>, ParseError> {
        if text.len() > TEXT_BYTES_MAX {
            let why = format!("at most {TEXT_BYTES_MAX} bytes are read, not {}", text.len());
            return Err(error(text, 0, Problem::Refused(why)));
        }
        let mut lexer = Lexer::new(text, at);
        let token = lexer.next()?;
        let (nesting, table_lookups) = (0, 0);
        Ok(Parser { text, lexer, token, version, nesting, variables: None, table_lookups })
    }

    /// The expression of a template, up to its closing brace; and where that ends.
    pub(crate) fn template(mut self) -> Result<(Expression, usize), ParseError> {
        let expression = self.expression()?;
        if self.token.kind != Kind::Symbol(Symbol::CloseBrace) {
            return Err(self.unexpected(&["an operator", "`}`"]));
        }
        Ok((expression, self.token.end))
    }

    /// Takes the current token and reads the next one.
    fn advance(&mut self) -> Result<Token<'s>, ParseError> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    /// The token after the current one.
    fn peek(&self) -> Result<Token<'s>, ParseError> {
        self.lexer.clone().next()
    }

    fn is_symbol(&self, symbol: Symbol) -> bool {
        self.token.kind == Kind::Symbol(symbol)
    }

    fn take_symbol(&mut self, symbol: Symbol) -> Result<bool, ParseError> {
        let is_there = self.is_symbol(symbol);
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    fn expect_symbol(&mut self, symbol: Symbol, also: &[&str]) -> Result<(), ParseError> {
        if self.take_symbol(symbol)? {
            return Ok(());
        }
        let quoted = format!("`{}`", symbol.as_str());
        let expected: Vec<&str> = also.iter().copied().chain([quoted.as_str()]).collect();
        Err(self.unexpected(&expected))
    }

    fn is_word(&self, word: &str) -> bool {
        is_word(&self.token.kind, word)
    }

    fn take_word(&mut self, word: &str) -> Result<bool, ParseError> {
        let is_there = self.is_word(word);
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    fn expect_word(&mut self, word: &str, also: &[&str]) -> Result<(), ParseError> {
        if self.take_word(word)? {
            return Ok(());
        }
        let expected: Vec<&str> = also.iter().copied().chain([word]).collect();
        Err(self.unexpected(&expected))
    }

    /// Something else should stand where the current token is.
    fn unexpected(&self, expected: &[&str]) -> ParseError {
        let expected = expected.iter().map(|&word| word.to_owned()).collect();
        let found = self.token.kind.describe();
        error(self.text, self.token.at, Problem::Unexpected { found, expected })
    }

    fn refused(&self, at: usize, why: impl Into<String>) -> ParseError {
        error(self.text, at, Problem::Refused(why.into()))
    }

    /// What came with the second version.
    fn since_second(&self, at: usize, what: &str) -> Result<(), ParseError> {
        if self.version.is_first() {
            let (first, second) = (Version::V2015_10_08.as_str(), Version::V2016_03_23.as_str());
            return Err(self.refused(at, format!("{what} needs SQL version {second}, not {first}")));
        }
        Ok(())
    }
}

fn is_word(kind: &Kind<'_>, word: &str) -> bool {
    matches!(kind, Kind::Word(held) if held.eq_ignore_ascii_case(word))
}
