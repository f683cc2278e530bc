//! The parts that all statements have: names, paths, values, conditions.

use super::StatementError;
use super::lexer::{Token, tokens};
use crate::condition::{Comparator, Node, Operand};
use crate::item::Item;
use crate::number::Number;
use crate::path::{Path, Step};
use crate::value::{Kind, Value};

/// Parentheses, values and negations in each other.
const NESTING_MAX: usize = 100;

pub(super) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    parameters: std::vec::IntoIter<Value>,
}

type Parsed<T> = Result<T, StatementError>;

impl Parser {
    pub(super) fn new(text: &str, parameters: Vec<Value>) -> Parsed<Parser> {
        Ok(Parser { tokens: tokens(text)?, at: 0, depth: 0, parameters: parameters.into_iter() })
    }

    /// Nothing may be left, of the statement or of its parameters.
    pub(super) fn finish(mut self) -> Parsed<()> {
        if *self.token() != Token::End {
            return Err(self.unexpected());
        }
        match self.parameters.next() {
            None => Ok(()),
            Some(_) => Err(StatementError::ParameterCount),
        }
    }

    // Words.

    pub(super) fn token(&self) -> &Token {
        &self.tokens[self.at]
    }

    fn following(&self) -> &Token {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.token(), Token::Word(there) if there.eq_ignore_ascii_case(word))
    }

    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        let is_there = self.is_word(word);
        if is_there {
            self.next();
        }
        is_there
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.takes_word(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn takes(&mut self, symbol: &str) -> bool {
        let is_there = matches!(self.token(), Token::Symbol(there) if *there == symbol);
        if is_there {
            self.next();
        }
        is_there
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Parsed<()> {
        if self.takes(symbol) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn unexpected(&self) -> StatementError {
        let what = match self.token() {
            Token::End => "unexpected end".to_owned(),
            Token::Word(text) | Token::Number(text) => format!("unexpected {text}"),
            Token::Quoted(text) => format!("unexpected \"{text}\""),
            Token::Text(text) => format!("unexpected '{text}'"),
            Token::Parameter => "unexpected ?".to_owned(),
            Token::Symbol(symbol) => format!("unexpected {symbol}"),
        };
        StatementError::Malformed { what }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Parser) -> Parsed<T>) -> Parsed<T> {
        if self.depth == NESTING_MAX {
            let what = "it is nested too deeply".to_owned();
            return Err(StatementError::Malformed { what });
        }
        self.depth += 1;
        let it = read(self);
        self.depth -= 1;
        it
    }

    pub(super) fn name(&mut self) -> Parsed<String> {
        match self.token() {
            Token::Word(_) | Token::Quoted(_) => match self.next() {
                Token::Word(name) | Token::Quoted(name) => Ok(name),
                _ => Err(self.unexpected()),
            },
            _ => Err(self.unexpected()),
        }
    }

    /// `a.b[1]`
    pub(super) fn path(&mut self) -> Parsed<Path> {
        let mut path = Path::of(self.name()?);
        loop {
            if self.takes(".") {
                path.steps.push(Step::Name(self.name()?));
            } else if self.takes("[") {
                path.steps.push(match self.next() {
                    Token::Number(text) => {
                        Step::Index(text.parse().map_err(|_| self.unexpected())?)
                    }
                    Token::Text(name) => Step::Name(name),
                    _ => return Err(self.unexpected()),
                });
                self.expect("]")?;
            } else {
                return Ok(path);
            }
        }
    }

    // Values.

    pub(super) fn value(&mut self) -> Parsed<Value> {
        let value = self.try_value()?;
        value.ok_or_else(|| self.unexpected())
    }

    /// A value, if one stands there.
    pub(super) fn try_value(&mut self) -> Parsed<Option<Value>> {
        let value = match self.token().clone() {
            Token::Parameter => {
                self.next();
                self.parameters.next().ok_or(StatementError::ParameterCount)?
            }
            Token::Text(text) => {
                self.next();
                Value::S(text)
            }
            Token::Number(text) => {
                self.next();
                number(&text)?
            }
            Token::Symbol("-") => {
                self.next();
                match self.next() {
                    Token::Number(text) => number(&format!("-{text}"))?,
                    _ => return Err(self.unexpected()),
                }
            }
            Token::Symbol("[") => Value::L(self.deeper(|it| it.list("[", "]"))?),
            Token::Symbol("<<") => set(self.deeper(|it| it.list("<<", ">>"))?)?,
            Token::Symbol("{") => Value::M(self.deeper(Parser::map)?),
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "true" => self.literal(Value::Bool(true)),
                "false" => self.literal(Value::Bool(false)),
                "null" => self.literal(Value::Null),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some(value))
    }

    fn literal(&mut self, value: Value) -> Value {
        self.next();
        value
    }

    fn list(&mut self, open: &str, close: &str) -> Parsed<Vec<Value>> {
        self.expect(open)?;
        let mut values = Vec::new();
        while !self.takes(close) {
            if !values.is_empty() {
                self.expect(",")?;
            }
            values.push(self.value()?);
        }
        Ok(values)
    }

    pub(super) fn map(&mut self) -> Parsed<Item> {
        self.expect("{")?;
        let mut map = Item::new();
        while !self.takes("}") {
            if !map.is_empty() {
                self.expect(",")?;
            }
            let name = match self.next() {
                Token::Text(name) | Token::Quoted(name) | Token::Word(name) => name,
                _ => return Err(self.unexpected()),
            };
            self.expect(":")?;
            let value = self.value()?;
            map.insert(name, value);
        }
        Ok(map)
    }

    // Conditions: OR binds weaker than AND, AND weaker than NOT.

    pub(super) fn condition(&mut self) -> Parsed<Node> {
        let mut nodes = vec![self.all()?];
        while self.takes_word("OR") {
            nodes.push(self.all()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Or(nodes) })
    }

    fn all(&mut self) -> Parsed<Node> {
        let mut nodes = vec![self.negation()?];
        while self.takes_word("AND") {
            nodes.push(self.negation()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::And(nodes) })
    }

    fn negation(&mut self) -> Parsed<Node> {
        if self.takes_word("NOT") {
            return Ok(Node::Not(Box::new(self.deeper(Parser::negation)?)));
        }
        if self.takes("(") {
            let node = self.deeper(Parser::condition)?;
            self.expect(")")?;
            return Ok(node);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed<Node> {
        if let Some(node) = self.function()? {
            return Ok(node);
        }
        let it = self.operand()?;
        let is_not = self.takes_word("NOT");
        if self.takes_word("IN") {
            return Ok(negated_if(is_not, Node::In(it, self.among()?)));
        }
        if self.takes_word("BETWEEN") {
            let low = self.operand()?;
            self.expect_word("AND")?;
            return Ok(negated_if(is_not, Node::Between(it, [low, self.operand()?])));
        }
        if is_not {
            return Err(self.unexpected());
        }
        if self.takes_word("IS") {
            return self.is(it);
        }
        let comparator = match self.next() {
            Token::Symbol("!=") => Comparator::NotEqual,
            Token::Symbol(symbol) => Comparator::parse(symbol).ok_or_else(|| self.unexpected())?,
            _ => return Err(self.unexpected()),
        };
        Ok(Node::Compare(comparator, it, self.operand()?))
    }

    /// `IS MISSING`, `IS NULL`, and their negations.
    fn is(&mut self, it: Operand) -> Parsed<Node> {
        let is_not = self.takes_word("NOT");
        if self.takes_word("MISSING") {
            let Operand::Path(path) = it else { return Err(self.unexpected()) };
            return Ok(negated_if(!is_not, Node::Exists(path)));
        }
        self.expect_word("NULL")?;
        Ok(negated_if(is_not, Node::Type(it, Kind::Null)))
    }

    fn among(&mut self) -> Parsed<Vec<Operand>> {
        let close = if self.takes("[") {
            "]"
        } else {
            self.expect("(")?;
            ")"
        };
        let mut operands = vec![self.operand()?];
        while self.takes(",") {
            operands.push(self.operand()?);
        }
        self.expect(close)?;
        Ok(operands)
    }

    fn operand(&mut self) -> Parsed<Operand> {
        if let Some(value) = self.try_value()? {
            return Ok(Operand::Value(value));
        }
        let is_size = self.is_word("size") && *self.following() == Token::Symbol("(");
        if !is_size {
            return Ok(Operand::Path(self.path()?));
        }
        self.next();
        self.expect("(")?;
        let of = self.path()?;
        self.expect(")")?;
        Ok(Operand::Size(Box::new(Operand::Path(of))))
    }

    fn function(&mut self) -> Parsed<Option<Node>> {
        let Token::Word(name) = self.token() else { return Ok(None) };
        let name = name.to_ascii_lowercase();
        let is_known = matches!(name.as_str(), "begins_with" | "contains" | "attribute_type");
        if !is_known || *self.following() != Token::Symbol("(") {
            return Ok(None);
        }
        self.next();
        self.expect("(")?;
        let it = self.operand()?;
        self.expect(",")?;
        let with = self.operand()?;
        self.expect(")")?;
        let node = match (name.as_str(), with) {
            ("begins_with", with) => Node::BeginsWith(it, with),
            ("contains", with) => Node::Contains(it, with),
            (_, Operand::Value(Value::S(kind))) => match Kind::parse(&kind) {
                Some(kind) => Node::Type(it, kind),
                None => {
                    let what = format!("{kind} is no type");
                    return Err(StatementError::Malformed { what });
                }
            },
            _ => return Err(self.unexpected()),
        };
        Ok(Some(node))
    }
}

fn negated_if(is_negated: bool, node: Node) -> Node {
    if is_negated { Node::Not(Box::new(node)) } else { node }
}

fn number(text: &str) -> Parsed<Value> {
    let malformed =
        |error: crate::number::NumberError| StatementError::Malformed { what: error.to_string() };
    Number::parse(text).map(Value::N).map_err(malformed)
}

/// A set of texts, numbers or binaries.
fn set(values: Vec<Value>) -> Parsed<Value> {
    let wrong = || StatementError::Malformed {
        what: "a set has members of one type: text, number or binary".to_owned(),
    };
    let Some(first) = values.first().map(Value::kind) else { return Err(wrong()) };
    if values.iter().any(|value| value.kind() != first) {
        return Err(wrong());
    }
    let (mut texts, mut numbers, mut binaries) = (Vec::new(), Vec::new(), Vec::new());
    for value in values {
        match value {
            Value::S(text) => texts.push(text),
            Value::N(number) => numbers.push(number),
            Value::B(bytes) => binaries.push(bytes),
            _ => return Err(wrong()),
        }
    }
    Ok(match first {
        Kind::S => Value::Ss(members(texts)?),
        Kind::N => Value::Ns(members(numbers)?),
        _ => Value::Bs(members(binaries)?),
    })
}

fn members<T: Ord>(mut members: Vec<T>) -> Parsed<Vec<T>> {
    members.sort_unstable();
    if members.windows(2).any(|pair| pair[0] == pair[1]) {
        let message = "Input collection contains duplicates";
        return Err(crate::json::Refusal::new(message).into());
    }
    Ok(members)
}
