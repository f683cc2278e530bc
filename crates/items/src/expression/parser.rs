//! From the text of an expression to its syntax.

use super::fault::Fault;
use super::syntax::{Action, Call, Part, Section, SetValue, Syntax};
use super::token::{Kind, Token, tokens};
use super::{EXPRESSION_BYTES_MAX, NESTING_MAX, OPERATORS_MAX};
use crate::condition::Comparator;

const CONDITION_WORDS: &[&str] = &["AND", "OR", "NOT", "BETWEEN", "IN"];
const UPDATE_WORDS: &[&str] = &["SET", "REMOVE", "ADD", "DELETE"];

pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
    /// Parentheses, calls and negations that are open.
    depth: usize,
    operators: usize,
    /// Words that are no names here.
    keywords: &'static [&'static str],
    /// The first and the last word of the group that was read last.
    last_group: (usize, usize),
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Result<Parser<'a>, Fault> {
        if text.is_empty() {
            return Err(Fault::Empty);
        }
        if text.len() > EXPRESSION_BYTES_MAX {
            return Err(Fault::TooLong { bytes: text.len() });
        }
        let tokens = tokens(text)?;
        let (at, depth, operators) = (0, 0, 0);
        Ok(Parser { text, tokens, at, depth, operators, keywords: &[], last_group: (0, 0) })
    }

    pub(super) fn condition(mut self) -> Result<Syntax, Fault> {
        self.keywords = CONDITION_WORDS;
        let condition = self.any()?;
        if !condition.is_condition() {
            return Err(self.unexpected());
        }
        self.finish(condition)
    }

    pub(super) fn projection(mut self) -> Result<Vec<Vec<Part>>, Fault> {
        let mut paths = vec![self.path()?];
        while self.takes(",") {
            paths.push(self.path()?);
        }
        self.finish(paths)
    }

    pub(super) fn update(mut self) -> Result<Vec<Section>, Fault> {
        self.keywords = UPDATE_WORDS;
        let mut sections = Vec::new();
        while self.token().kind != Kind::End || sections.is_empty() {
            sections.push(self.section()?);
        }
        self.finish(sections)
    }

    fn finish<T>(self, syntax: T) -> Result<T, Fault> {
        if self.token().kind != Kind::End {
            return Err(self.unexpected());
        }
        if self.operators > OPERATORS_MAX {
            return Err(Fault::TooManyOperators { count: self.operators });
        }
        Ok(syntax)
    }

    // Conditions: OR binds weaker than AND, AND weaker than NOT.

    fn any(&mut self) -> Result<Syntax, Fault> {
        self.chain("OR", Self::all, Syntax::Or)
    }

    fn all(&mut self) -> Result<Syntax, Fault> {
        self.chain("AND", Self::negation, Syntax::And)
    }

    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Syntax, Fault>,
        of: fn(Vec<Syntax>) -> Syntax,
    ) -> Result<Syntax, Fault> {
        let first = part(self)?;
        if !self.token().is_word(word) {
            return Ok(first);
        }
        if !first.is_condition() {
            return Err(self.unexpected());
        }
        let mut parts = vec![first];
        while self.takes_word(word) {
            let part = part(self)?;
            if !part.is_condition() {
                return Err(self.unexpected());
            }
            parts.push(part);
        }
        Ok(of(parts))
    }

    fn negation(&mut self) -> Result<Syntax, Fault> {
        if !self.takes_word("NOT") {
            return self.comparison();
        }
        let negated = self.deeper(Self::negation)?;
        match negated.is_condition() {
            true => Ok(Syntax::Not(Box::new(negated))),
            false => Err(self.unexpected()),
        }
    }

    fn comparison(&mut self) -> Result<Syntax, Fault> {
        let left = self.primary()?;
        let token = self.token();
        let comparator = (token.kind == Kind::Symbol).then(|| Comparator::parse(token.text));
        let is_compared = comparator.flatten().is_some();
        if !is_compared && !token.is_word("BETWEEN") && !token.is_word("IN") {
            return Ok(left);
        }
        if !left.is_operand() {
            return Err(self.unexpected());
        }
        self.next();
        self.operators += 1;
        if let Some(comparator) = comparator.flatten() {
            let right = self.operand()?;
            return Ok(Syntax::Compare(comparator, Box::new([left, right])));
        }
        if token.is_word("IN") {
            let mut operands = vec![left];
            operands.extend(self.operands()?);
            return Ok(Syntax::In(operands));
        }
        let low = self.operand()?;
        if !self.takes_word("AND") {
            return Err(self.unexpected());
        }
        Ok(Syntax::Between(Box::new([left, low, self.operand()?])))
    }

    fn operand(&mut self) -> Result<Syntax, Fault> {
        let operand = self.primary()?;
        if operand.is_operand() { Ok(operand) } else { Err(self.unexpected()) }
    }

    /// `(a, b)`
    fn operands(&mut self) -> Result<Vec<Syntax>, Fault> {
        self.expect("(")?;
        let mut operands = vec![self.operand()?];
        while self.takes(",") {
            operands.push(self.operand()?);
        }
        self.expect(")")?;
        Ok(operands)
    }

    fn primary(&mut self) -> Result<Syntax, Fault> {
        let token = self.token();
        if token.is_symbol("(") {
            return self.deeper(Self::group);
        }
        match token.kind {
            Kind::Value => {
                self.next();
                Ok(Syntax::Value(token.text.to_owned()))
            }
            Kind::Word if self.following().is_symbol("(") && !self.is_keyword(token) => {
                self.next();
                self.operators += 1;
                let arguments = self.deeper(Self::operands)?;
                Ok(Syntax::Call(Call { name: token.text.to_owned(), arguments }))
            }
            _ => Ok(Syntax::Path(self.path()?)),
        }
    }

    fn group(&mut self) -> Result<Syntax, Fault> {
        let start = self.at;
        self.expect("(")?;
        let inner = self.any()?;
        let is_redundant =
            self.last_group == (start + 1, self.at - 1) && self.tokens[start + 1].is_symbol("(");
        self.expect(")")?;
        self.last_group = (start, self.at - 1);
        Ok(if is_redundant { Syntax::Redundant(Box::new(inner)) } else { inner })
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth == NESTING_MAX {
            return Err(Fault::TooDeep);
        }
        self.depth += 1;
        let it = read(self);
        self.depth -= 1;
        it
    }

    fn path(&mut self) -> Result<Vec<Part>, Fault> {
        let mut parts = vec![self.name()?];
        loop {
            if self.takes(".") {
                parts.push(self.name()?);
            } else if self.takes("[") {
                let token = self.token();
                let index = match token.kind {
                    Kind::Number => token.text.parse().map_err(|_| self.unexpected())?,
                    _ => return Err(self.unexpected()),
                };
                self.next();
                self.expect("]")?;
                parts.push(Part::Index(index));
            } else {
                return Ok(parts);
            }
        }
    }

    fn name(&mut self) -> Result<Part, Fault> {
        let token = self.token();
        let part = match token.kind {
            Kind::Word if !self.is_keyword(token) => Part::Word(token.text.to_owned()),
            Kind::Name => Part::Name(token.text.to_owned()),
            _ => return Err(self.unexpected()),
        };
        self.next();
        Ok(part)
    }

    // Updates.

    fn section(&mut self) -> Result<Section, Fault> {
        let token = self.token();
        let name = UPDATE_WORDS.iter().find(|name| token.is_word(name));
        let name = *name.ok_or_else(|| self.unexpected())?;
        self.next();
        let mut actions = vec![self.action(name)?];
        while self.takes(",") {
            actions.push(self.action(name)?);
        }
        Ok(Section { name, actions })
    }

    fn action(&mut self, section: &str) -> Result<Action, Fault> {
        let path = self.path()?;
        Ok(match section {
            "SET" => {
                self.expect("=")?;
                Action::Set(path, self.set_value()?)
            }
            "REMOVE" => Action::Remove(path),
            "ADD" => Action::Add(path, self.value()?),
            _ => Action::Delete(path, self.value()?),
        })
    }

    fn value(&mut self) -> Result<String, Fault> {
        let token = self.token();
        if token.kind != Kind::Value {
            return Err(self.unexpected());
        }
        self.next();
        Ok(token.text.to_owned())
    }

    fn set_value(&mut self) -> Result<SetValue, Fault> {
        let left = if self.token().is_symbol("(") {
            match self.deeper(Self::set_group)? {
                SetValue::Operand(operand) => operand,
                sum => return Ok(sum),
            }
        } else {
            self.operand()?
        };
        let of = match self.token() {
            token if token.is_symbol("+") => SetValue::Plus,
            token if token.is_symbol("-") => SetValue::Minus,
            _ => return Ok(SetValue::Operand(left)),
        };
        self.next();
        self.operators += 1;
        Ok(of(Box::new([left, self.operand()?])))
    }

    fn set_group(&mut self) -> Result<SetValue, Fault> {
        self.expect("(")?;
        let value = self.set_value()?;
        self.expect(")")?;
        Ok(value)
    }

    // Words.

    fn token(&self) -> Token<'a> {
        self.tokens[self.at]
    }

    fn following(&self) -> Token<'a> {
        self.tokens[(self.at + 1).min(self.tokens.len() - 1)]
    }

    fn next(&mut self) {
        // Nothing comes after the end.
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn is_keyword(&self, token: Token<'_>) -> bool {
        self.keywords.iter().any(|word| token.is_word(word))
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let is_there = self.token().is_symbol(symbol);
        if is_there {
            self.next();
        }
        is_there
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_there = self.token().is_word(word);
        if is_there {
            self.next();
            self.operators += 1;
        }
        is_there
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Fault> {
        if self.takes(symbol) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// The word that is next has no place there. AWS shows it among its neighbours.
    fn unexpected(&self) -> Fault {
        let token = self.token();
        let from = self.tokens[self.at.saturating_sub(1)].start;
        let near = match token.kind {
            Kind::End => &self.text[from..self.tokens[self.at.saturating_sub(1)].end()],
            _ => &self.text[from..self.following().end().max(token.end())],
        };
        let shown = if token.kind == Kind::End { "<EOF>" } else { token.text };
        Fault::Syntax { token: shown.to_owned(), near: near.trim_end().to_owned() }
    }
}
