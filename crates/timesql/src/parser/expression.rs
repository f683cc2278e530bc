//! Expressions, by precedence.

use super::Parser;
use crate::ast::{Expr, Node, Operator};
use crate::error::{Position, QueryError};
use crate::lexer::Kind;

/// Binary operators and how tightly they bind. NOT stands between AND and comparisons, the signs
/// above all of them.
const OPERATORS: &[(&str, Operator, u8)] = &[
    ("or", Operator::Or, 1),
    ("and", Operator::And, 2),
    ("=", Operator::Equal, COMPARISON),
    ("<>", Operator::Unequal, COMPARISON),
    ("!=", Operator::Unequal, COMPARISON),
    ("<=", Operator::LessOrEqual, COMPARISON),
    ("<", Operator::Less, COMPARISON),
    (">=", Operator::GreaterOrEqual, COMPARISON),
    (">", Operator::Greater, COMPARISON),
    ("||", Operator::Concat, 5),
    ("+", Operator::Add, 6),
    ("-", Operator::Subtract, 6),
    ("*", Operator::Multiply, 7),
    ("/", Operator::Divide, 7),
    ("%", Operator::Remainder, 7),
];

const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const SIGN: u8 = 8;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Result<Expr, QueryError> {
        self.beside(|parser| parser.nested(|parser| parser.binding(0)))
    }

    /// An expression of operators that bind tighter than that.
    fn binding(&mut self, least: u8) -> Result<Expr, QueryError> {
        let mut left = self.prefix()?;
        loop {
            let at = self.at();
            if let Some((operator, power)) = self.operator() {
                if power <= least {
                    return Ok(left);
                }
                self.next += 1;
                if power == COMPARISON && (self.is_word("any") || self.is_word("all")) {
                    return Err(self.mismatch(&["<expression>"]));
                }
                let right = self.beside(|parser| parser.nested(|parser| parser.binding(power)))?;
                left = self.joined_by(operator, left, right, at)?;
                continue;
            }
            if least >= COMPARISON {
                return Ok(left);
            }
            match self.predicate(left, at)? {
                (read, true) => {
                    self.link()?;
                    left = read;
                }
                (read, false) => return Ok(read),
            }
        }
    }

    fn joined_by(
        &mut self,
        operator: Operator,
        left: Expr,
        right: Expr,
        at: Position,
    ) -> Result<Expr, QueryError> {
        if !matches!(operator, Operator::And | Operator::Or) {
            self.link()?;
            let node = Node::Binary(operator, Box::new(left), Box::new(right));
            return Ok(Expr { at, node });
        }
        let node = match left.node {
            Node::Logical(of, mut parts) if of == operator => {
                parts.push(right);
                Node::Logical(of, parts)
            }
            node => Node::Logical(operator, vec![Expr { at: left.at, node }, right]),
        };
        Ok(Expr { at, node })
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        let text = match &self.peek().kind {
            Kind::Symbol(symbol) => *symbol,
            Kind::Word(word) => *word,
            _ => return None,
        };
        let found = OPERATORS.iter().find(|(word, ..)| word.eq_ignore_ascii_case(text));
        found.map(|(_, operator, power)| (*operator, *power))
    }

    fn prefix(&mut self) -> Result<Expr, QueryError> {
        let at = self.at();
        if self.take_word("not") {
            let inner = self.nested(|parser| parser.binding(NOT))?;
            return Ok(Expr { at, node: Node::Not(Box::new(inner)) });
        }
        if self.take_symbol("-") {
            let inner = self.nested(|parser| parser.binding(SIGN))?;
            return Ok(Expr { at, node: negated(inner) });
        }
        if self.take_symbol("+") {
            return self.nested(|parser| parser.binding(SIGN));
        }
        let primary = self.primary()?;
        self.suffixes(primary)
    }

    /// What follows a value: `[1]`, `.field`.
    fn suffixes(&mut self, mut inner: Expr) -> Result<Expr, QueryError> {
        loop {
            let at = inner.at;
            if self.take_symbol("[") {
                let index = Box::new(self.expression()?);
                self.symbol("]")?;
                self.link()?;
                inner = Expr { at, node: Node::Subscript(Box::new(inner), index) };
            } else if self.is_symbol(".") && !matches!(inner.node, Node::Name(_)) {
                self.next += 1;
                let name = self.name()?;
                self.link()?;
                inner = Expr { at, node: Node::Field(Box::new(inner), name) };
            } else if self.is_word("at") && self.is_word_at(1, "time") {
                let what = "AT TIME ZONE is not supported".to_owned();
                return Err(QueryError::Meaning { at: self.at(), what });
            } else {
                return Ok(inner);
            }
        }
    }

    /// A test of what stands before it, and whether there was one.
    fn predicate(&mut self, left: Expr, at: Position) -> Result<(Expr, bool), QueryError> {
        if self.take_word("is") {
            let is_negated = self.take_word("not");
            let node = if self.take_word("null") {
                Node::IsNull(Box::new(left))
            } else if self.take_words(&["distinct", "from"]) {
                let right = self.binding(COMPARISON)?;
                Node::IsDistinct(Box::new(left), Box::new(right))
            } else {
                return Err(self.mismatch(&["distinct", "not", "null"]));
            };
            return Ok((not_if(is_negated, at, node), true));
        }
        let is_negated = self.is_word("not")
            && ["between", "in", "like"].iter().any(|word| self.is_word_at(1, word));
        self.next += usize::from(is_negated);
        let node = if self.take_word("between") {
            let low = self.binding(COMPARISON)?;
            self.word("and")?;
            let high = self.binding(COMPARISON)?;
            Node::Between(Box::new(left), Box::new(low), Box::new(high))
        } else if self.take_word("in") {
            self.within(left)?
        } else if self.take_word("like") {
            let pattern = Box::new(self.binding(COMPARISON)?);
            let has_escape = self.take_word("escape");
            let escape = if has_escape { Some(Box::new(self.binding(COMPARISON)?)) } else { None };
            Node::Like { text: Box::new(left), pattern, escape }
        } else {
            return Ok((left, false));
        };
        Ok((not_if(is_negated, at, node), true))
    }

    fn within(&mut self, left: Expr) -> Result<Node, QueryError> {
        self.symbol("(")?;
        let node = if self.is_word("select") || self.is_word("with") || self.is_word("values") {
            Node::InQuery(Box::new(left), Box::new(self.query()?))
        } else {
            Node::InList(Box::new(left), self.list(Self::expression)?)
        };
        self.symbol(")")?;
        Ok(node)
    }
}

fn not_if(is_negated: bool, at: Position, node: Node) -> Expr {
    if !is_negated {
        return Expr { at, node };
    }
    Expr { at, node: Node::Not(Box::new(Expr { at, node })) }
}

/// A sign before a number belongs to it.
fn negated(inner: Expr) -> Node {
    match inner.node {
        Node::Whole(value) => Node::Whole(value.wrapping_neg()),
        Node::Decimal(value) => Node::Decimal(-value),
        Node::Interval(value, kind) => Node::Interval(-value, kind),
        node => Node::Negate(Box::new(Expr { at: inner.at, node })),
    }
}
