//! Expressions. Each operator has a strength; what binds stronger is taken first.

use crate::ast::{Case, Expression, Operator};
use crate::error::ParseError;
use crate::keyword::is_reserved;
use crate::lexer::{Kind, Symbol};
use crate::number::Number;
use crate::parser::{DEPTH_MAX, Deep, Parser, is_word};

/// Strengths of operators, weakest first.
mod strength {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const COMPARE: u8 = 4;
    pub(super) const ADD: u8 = 5;
    pub(super) const MULTIPLY: u8 = 6;
    pub(super) const NEGATE: u8 = 7;
}

/// What stands between two operands.
#[derive(Clone, Copy)]
enum Infix {
    Or,
    And,
    In { is_negated: bool },
    Binary(Operator, u8),
}

impl Infix {
    fn strength(self) -> u8 {
        match self {
            Infix::Or => strength::OR,
            Infix::And => strength::AND,
            Infix::In { .. } => strength::COMPARE,
            Infix::Binary(_, strength) => strength,
        }
    }
}

fn infix_of(symbol: Symbol) -> Option<Infix> {
    use strength::{ADD, COMPARE, MULTIPLY};
    let (operator, strength) = match symbol {
        Symbol::Equal => (Operator::Equal, COMPARE),
        Symbol::Unequal | Symbol::BangEqual => (Operator::Unequal, COMPARE),
        Symbol::Less => (Operator::Less, COMPARE),
        Symbol::LessOrEqual => (Operator::LessOrEqual, COMPARE),
        Symbol::Greater => (Operator::Greater, COMPARE),
        Symbol::GreaterOrEqual => (Operator::GreaterOrEqual, COMPARE),
        Symbol::Plus => (Operator::Plus, ADD),
        Symbol::Minus => (Operator::Minus, ADD),
        Symbol::Star => (Operator::Times, MULTIPLY),
        Symbol::Slash => (Operator::Divide, MULTIPLY),
        Symbol::Percent => (Operator::Remainder, MULTIPLY),
        _ => return None,
    };
    Some(Infix::Binary(operator, strength))
}

impl<'s> Parser<'s> {
    pub(super) fn expression(&mut self) -> Result<Expression, ParseError> {
        Ok(self.deep(0)?.expression)
    }

    /// An expression of operators that bind at least so strongly.
    pub(super) fn deep(&mut self, least: u8) -> Result<Deep, ParseError> {
        self.nesting += 1;
        if self.nesting > DEPTH_MAX {
            return Err(self.too_deep());
        }
        let mut left = self.prefix()?;
        while let Some(infix) = self.infix()?.filter(|infix| infix.strength() >= least) {
            left = self.extend(left, infix)?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn too_deep(&self) -> ParseError {
        let why = format!("expressions may nest {DEPTH_MAX} levels deep");
        self.refused(self.token.at, why)
    }

    fn infix(&self) -> Result<Option<Infix>, ParseError> {
        Ok(match &self.token.kind {
            Kind::Symbol(symbol) => infix_of(*symbol),
            word if is_word(word, "or") => Some(Infix::Or),
            word if is_word(word, "and") => Some(Infix::And),
            word if is_word(word, "in") => Some(Infix::In { is_negated: false }),
            word if is_word(word, "not") && is_word(&self.peek()?.kind, "in") => {
                Some(Infix::In { is_negated: true })
            }
            _ => None,
        })
    }

    /// What is to the left of an operator becomes part of what it makes.
    fn extend(&mut self, left: Deep, infix: Infix) -> Result<Deep, ParseError> {
        self.advance()?;
        if let Infix::In { is_negated: true } = infix {
            self.advance()?;
        }
        let right = match infix {
            Infix::In { .. } => self.list()?,
            _ => self.deep(infix.strength() + 1)?,
        };
        let depth = left.depth.max(right.depth) + 1;
        let (left, right) = (left.expression, right.expression);
        let expression = match infix {
            Infix::Or => match left {
                Expression::Or(terms) => Expression::Or(appended(terms, right)),
                left => Expression::Or(Box::new([left, right])),
            },
            Infix::And => match left {
                Expression::And(terms) => Expression::And(appended(terms, right)),
                left => Expression::And(Box::new([left, right])),
            },
            Infix::In { is_negated } => {
                let (value, list) = (Box::new(left), Box::new(right));
                Expression::In { value, list, is_negated }
            }
            Infix::Binary(operator, _) => {
                Expression::Binary(operator, Box::new(left), Box::new(right))
            }
        };
        // A chain of one connective is flat, however long.
        let is_flat = matches!(infix, Infix::Or | Infix::And);
        self.grown(expression, if is_flat { depth - 1 } else { depth })
    }

    fn grown(&self, expression: Expression, depth: usize) -> Result<Deep, ParseError> {
        if depth > DEPTH_MAX {
            return Err(self.too_deep());
        }
        Ok(Deep { expression, depth })
    }

    /// After IN: values in parentheses, a query in them, or an array.
    fn list(&mut self) -> Result<Deep, ParseError> {
        let is_query = is_word(&self.peek()?.kind, "select");
        if !self.is_symbol(Symbol::OpenParen) || is_query {
            return self.deep(strength::ADD);
        }
        self.advance()?;
        let (elements, depth) = self.sequence(Symbol::CloseParen)?;
        self.grown(Expression::Array(elements.into()), depth + 1)
    }

    /// Expressions between commas, up to a closing symbol; a comma may stand before it.
    pub(super) fn sequence(
        &mut self,
        close: Symbol,
    ) -> Result<(Vec<Expression>, usize), ParseError> {
        let (mut elements, mut deepest) = (Vec::new(), 0);
        while !self.is_symbol(close) {
            let Deep { expression, depth } = self.argument()?;
            elements.push(expression);
            deepest = deepest.max(depth);
            if !self.take_symbol(Symbol::Comma)? {
                break;
            }
        }
        self.expect_symbol(close, &["an operator", "`,`"])?;
        Ok((elements, deepest))
    }

    /// An expression where the whole payload may stand too.
    fn argument(&mut self) -> Result<Deep, ParseError> {
        if self.take_symbol(Symbol::Star)? {
            return Ok(Deep { expression: Expression::Whole, depth: 1 });
        }
        self.deep(0)
    }

    fn prefix(&mut self) -> Result<Deep, ParseError> {
        if self.is_symbol(Symbol::Minus) {
            self.advance()?;
            let Deep { expression, depth } = self.deep(strength::NEGATE)?;
            return self.grown(Expression::Negate(Box::new(expression)), depth + 1);
        }
        if self.is_word("not") {
            self.advance()?;
            let Deep { expression, depth } = self.deep(strength::NOT)?;
            return self.grown(Expression::Not(Box::new(expression)), depth + 1);
        }
        let base = self.primary()?;
        self.postfix(base)
    }

    /// Members and elements of what was just read.
    fn postfix(&mut self, mut base: Deep) -> Result<Deep, ParseError> {
        loop {
            let is_all = || Ok::<bool, ParseError>(self.peek()?.kind == Kind::Symbol(Symbol::Star));
            if self.is_symbol(Symbol::Dot) && !is_all()? {
                self.advance()?;
                let name = self.member_name()?;
                let member = Expression::Member(Box::new(base.expression), name);
                base = self.grown(member, base.depth + 1)?;
            } else if self.is_symbol(Symbol::OpenBracket) {
                self.advance()?;
                let index = self.deep(0)?;
                self.expect_symbol(Symbol::CloseBracket, &["an operator"])?;
                let depth = base.depth.max(index.depth) + 1;
                let (of, index) = (Box::new(base.expression), Box::new(index.expression));
                base = self.grown(Expression::Element(of, index), depth)?;
            } else {
                return Ok(base);
            }
        }
    }

    /// Any word is a name where only a name can stand.
    pub(super) fn member_name(&mut self) -> Result<Box<str>, ParseError> {
        let name: Box<str> = match &self.token.kind {
            Kind::Word(name) | Kind::Quoted(name) => Box::from(*name),
            Kind::Text(name) => Box::from(name.as_str()),
            _ => return Err(self.unexpected(&["a name"])),
        };
        self.advance()?;
        Ok(name)
    }

    fn primary(&mut self) -> Result<Deep, ParseError> {
        let at = self.token.at;
        let leaf = match self.token.kind.clone() {
            Kind::Number(text) => Number::from_text(text)
                .map(|number| Expression::Number(number.in_version(self.version)))
                .ok_or_else(|| self.refused(at, "the number is too large"))?,
            Kind::Text(text) => Expression::Text(text.into()),
            Kind::Quoted(name) => Expression::Name(name.into()),
            Kind::Variable(name) => self.variable(name)?,
            Kind::Word(word) => return self.word(word),
            Kind::Symbol(Symbol::OpenParen) => return self.parenthesis(),
            Kind::Symbol(Symbol::OpenBracket) => return self.array(),
            Kind::Symbol(Symbol::OpenBrace) => return self.object(),
            Kind::Symbol(_) | Kind::End => return Err(self.unexpected(&["an expression"])),
        };
        self.advance()?;
        Ok(Deep { expression: leaf, depth: 1 })
    }

    fn variable(&self, name: &str) -> Result<Expression, ParseError> {
        let is_set = |names: &Vec<Box<str>>| names.iter().any(|held| **held == *name);
        match &self.variables {
            Some(names) if !is_set(names) => {
                let why = format!("@{name} is not set before it is used");
                Err(self.refused(self.token.at, why))
            }
            _ => Ok(Expression::Variable(name.into())),
        }
    }

    fn word(&mut self, word: &'s str) -> Result<Deep, ParseError> {
        let is_call = self.peek()?.kind == Kind::Symbol(Symbol::OpenParen);
        let expression = match word.to_ascii_lowercase().as_str() {
            "true" => Expression::Boolean(true),
            "false" => Expression::Boolean(false),
            "null" => Expression::Null,
            "case" => return self.case(),
            "exists" if is_call => return self.exists(),
            "cast" if is_call => return self.cast(),
            _ if is_reserved(word) => return Err(self.unexpected(&["an expression"])),
            _ if is_call => return self.call(word),
            _ => Expression::Name(word.into()),
        };
        self.advance()?;
        Ok(Deep { expression, depth: 1 })
    }

    fn parenthesis(&mut self) -> Result<Deep, ParseError> {
        let at = self.advance()?.at;
        if self.is_word("select") {
            let query = self.query(at)?;
            self.expect_symbol(Symbol::CloseParen, &["an operator"])?;
            return self.grown(Expression::Query(Box::new(query.0)), query.1 + 1);
        }
        let inner = self.deep(0)?;
        self.expect_symbol(Symbol::CloseParen, &["an operator"])?;
        Ok(inner)
    }

    fn array(&mut self) -> Result<Deep, ParseError> {
        let at = self.advance()?.at;
        self.since_second(at, "an array literal")?;
        let (elements, depth) = self.sequence(Symbol::CloseBracket)?;
        self.grown(Expression::Array(elements.into()), depth + 1)
    }

    fn object(&mut self) -> Result<Deep, ParseError> {
        let at = self.advance()?.at;
        self.since_second(at, "an object literal")?;
        let (mut members, mut deepest) = (Vec::new(), 0);
        while !self.is_symbol(Symbol::CloseBrace) {
            let name = self.member_name()?;
            self.expect_symbol(Symbol::Colon, &[])?;
            let Deep { expression, depth } = self.argument()?;
            members.push((name, expression));
            deepest = deepest.max(depth);
            if !self.take_symbol(Symbol::Comma)? {
                break;
            }
        }
        self.expect_symbol(Symbol::CloseBrace, &["an operator", "`,`"])?;
        self.grown(Expression::Object(members.into()), deepest + 1)
    }

    fn case(&mut self) -> Result<Deep, ParseError> {
        self.advance()?;
        let mut deepest = 0;
        let mut part = |parser: &mut Parser<'s>| {
            let Deep { expression, depth } = parser.deep(0)?;
            deepest = deepest.max(depth);
            Ok::<Expression, ParseError>(expression)
        };
        let subject = if self.is_word("when") { None } else { Some(part(self)?) };
        let mut branches = Vec::new();
        self.expect_word("WHEN", &["an operator"])?;
        loop {
            let when = part(self)?;
            self.expect_word("THEN", &["an operator"])?;
            branches.push((when, part(self)?));
            if !self.take_word("when")? {
                break;
            }
        }
        let otherwise = if self.take_word("else")? { Some(part(self)?) } else { None };
        self.expect_word("END", &["an operator", "WHEN", "ELSE"])?;
        self.grown(Expression::Case(Box::new(Case { subject, branches, otherwise })), deepest + 1)
    }
}

fn appended(terms: Box<[Expression]>, term: Expression) -> Box<[Expression]> {
    let mut terms = Vec::from(terms);
    terms.push(term);
    terms.into()
}
