//! What expressions are made of: literals, names, calls, CASE, CAST.

use super::Parser;
use crate::ast::{Call, Expr, Node};
use crate::error::{Position, QueryError};
use crate::lexer::Kind;

/// Functions that are called without parentheses.
const BARE: &[&str] =
    &["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"];

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Result<Expr, QueryError> {
        let at = self.at();
        let node = match self.peek().kind.clone() {
            Kind::Text(text) => {
                self.next += 1;
                Node::Text(text)
            }
            Kind::Whole(digits) => {
                let value = digits.parse();
                let value = value.map_err(|_| {
                    let what = format!("Invalid numeric literal: {digits}");
                    QueryError::Meaning { at, what }
                })?;
                self.next += 1;
                Node::Whole(value)
            }
            Kind::Decimal(digits) => {
                let value = digits.parse().map_err(|_| self.mismatch(&["<number>"]))?;
                self.next += 1;
                Node::Decimal(value)
            }
            Kind::Duration(digits, unit) => {
                let node = self.duration_literal(digits, unit)?;
                self.next += 1;
                node
            }
            Kind::Parameter(name) => {
                self.next += 1;
                if !self.parameters.iter().any(|known| known == name) {
                    self.parameters.push(name.to_owned());
                }
                Node::Parameter(name.to_owned())
            }
            Kind::Symbol("(") => return self.parenthesis(),
            Kind::Word(_) => return self.word_expression(at),
            Kind::Quoted(_) => return self.name_or_call(),
            Kind::Symbol(_) | Kind::End => return Err(self.mismatch(&["<expression>"])),
        };
        Ok(Expr { at, node })
    }

    fn word_expression(&mut self, at: Position) -> Result<Expr, QueryError> {
        if let Some(literal) = self.typed_literal() {
            return Ok(literal);
        }
        let word = self.peek().text.to_ascii_lowercase();
        let is_call = self.is_symbol_at(1, "(");
        let is_text_next = matches!(self.peek_at(1).kind, Kind::Text(_));
        let node = match word.as_str() {
            "null" => self.keyword(Node::Null),
            "true" => self.keyword(Node::Boolean(true)),
            "false" => self.keyword(Node::Boolean(false)),
            "interval" if is_text_next || self.is_symbol_at(1, "-") => {
                self.next += 1;
                self.interval()?
            }
            "case" => self.case()?,
            "cast" | "try_cast" if is_call => self.cast(word == "try_cast")?,
            "extract" if is_call => self.extract()?,
            "array" if self.is_symbol_at(1, "[") => {
                self.next += 2;
                let values =
                    if self.is_symbol("]") { Vec::new() } else { self.list(Self::expression)? };
                self.symbol("]")?;
                Node::Array(values)
            }
            "row" if is_call => {
                self.next += 1;
                Node::Row(self.in_parentheses(Self::expression)?)
            }
            "exists" if is_call => {
                self.next += 2;
                let query = self.query()?;
                self.symbol(")")?;
                Node::Exists(Box::new(query))
            }
            "grouping" if is_call => return self.call(at, "grouping".to_owned()),
            "if" | "left" | "right" if is_call => {
                self.next += 1;
                return self.call_after_name(at, word);
            }
            _ if BARE.contains(&&*word) => {
                self.next += 1;
                bare_call(word)
            }
            _ if self.is_symbol_at(1, "->") && self.is_name() => return self.lambda(),
            _ => return self.name_or_call(),
        };
        Ok(Expr { at, node })
    }

    fn keyword(&mut self, node: Node) -> Node {
        self.next += 1;
        node
    }

    /// A query, a lambda, a row, or an expression.
    fn parenthesis(&mut self) -> Result<Expr, QueryError> {
        let at = self.at();
        if self.is_lambda() {
            return self.lambda();
        }
        self.symbol("(")?;
        if ["select", "with", "values"].iter().any(|word| self.is_word(word)) {
            let query = self.query()?;
            self.symbol(")")?;
            return Ok(Expr { at, node: Node::Scalar(Box::new(query)) });
        }
        let mut values = self.list(Self::expression)?;
        self.symbol(")")?;
        match values.pop() {
            Some(only) if values.is_empty() => Ok(only),
            last => {
                values.extend(last);
                Ok(Expr { at, node: Node::Row(values) })
            }
        }
    }

    /// Whether `(a, b) ->` comes.
    fn is_lambda(&self) -> bool {
        let mut places = 1;
        if !self.is_symbol_at(places, ")") {
            loop {
                if !matches!(self.peek_at(places).kind, Kind::Word(_) | Kind::Quoted(_)) {
                    return false;
                }
                places += 1;
                if !self.is_symbol_at(places, ",") {
                    break;
                }
                places += 1;
            }
        }
        self.is_symbol_at(places, ")") && self.is_symbol_at(places + 1, "->")
    }

    fn lambda(&mut self) -> Result<Expr, QueryError> {
        let at = self.at();
        let parameters = if self.take_symbol("(") {
            let names = if self.is_symbol(")") { Vec::new() } else { self.list(Self::name)? };
            self.symbol(")")?;
            names
        } else {
            vec![self.name()?]
        };
        self.symbol("->")?;
        let body = Box::new(self.expression()?);
        Ok(Expr { at, node: Node::Lambda(parameters, body) })
    }

    fn case(&mut self) -> Result<Node, QueryError> {
        self.word("case")?;
        let operand = if self.is_word("when") { None } else { Some(Box::new(self.expression()?)) };
        let mut whens = Vec::new();
        while self.take_word("when") {
            let when = self.expression()?;
            self.word("then")?;
            whens.push((when, self.expression()?));
        }
        if whens.is_empty() {
            return Err(self.mismatch(&["when"]));
        }
        let has_else = self.take_word("else");
        let otherwise = if has_else { Some(Box::new(self.expression()?)) } else { None };
        self.word("end")?;
        Ok(Node::Case { operand, whens, otherwise })
    }

    fn cast(&mut self, is_try: bool) -> Result<Node, QueryError> {
        self.next += 1;
        self.symbol("(")?;
        let inner = Box::new(self.expression()?);
        self.word("as")?;
        let to = self.type_name()?;
        self.symbol(")")?;
        Ok(Node::Cast { inner, to, is_try })
    }

    fn extract(&mut self) -> Result<Node, QueryError> {
        self.next += 1;
        self.symbol("(")?;
        let field = self.name()?;
        self.word("from")?;
        let inner = Box::new(self.expression()?);
        self.symbol(")")?;
        Ok(Node::Extract(field.text, inner))
    }

    fn name_or_call(&mut self) -> Result<Expr, QueryError> {
        let at = self.at();
        let name = self.qualified_name()?;
        if let [only] = &name.parts[..]
            && self.is_symbol("(")
        {
            return self.call_after_name(at, only.text.to_ascii_lowercase());
        }
        Ok(Expr { at, node: Node::Name(name) })
    }

    fn call(&mut self, at: Position, name: String) -> Result<Expr, QueryError> {
        self.next += 1;
        self.call_after_name(at, name)
    }

    fn call_after_name(&mut self, at: Position, name: String) -> Result<Expr, QueryError> {
        self.symbol("(")?;
        let Node::Call(mut call) = bare_call(name) else { return Err(self.mismatch(&["("])) };
        if self.take_symbol("*") {
            call.star = true;
        } else if !self.is_symbol(")") {
            call.distinct = self.take_word("distinct");
            call.arguments = self.list(Self::expression)?;
            call.order_by = self.order_by()?;
        }
        self.symbol(")")?;
        if self.is_word("filter") && self.is_symbol_at(1, "(") {
            self.next += 2;
            self.word("where")?;
            call.filter = Some(self.expression()?);
            self.symbol(")")?;
        }
        call.ignore_nulls = self.take_words(&["ignore", "nulls"]);
        if !call.ignore_nulls {
            self.take_words(&["respect", "nulls"]);
        }
        if self.take_word("over") {
            call.over = Some(self.window()?);
        }
        Ok(Expr { at, node: Node::Call(call) })
    }
}

fn bare_call(name: String) -> Node {
    Node::Call(Box::new(Call {
        name,
        distinct: false,
        star: false,
        arguments: Vec::new(),
        order_by: Vec::new(),
        filter: None,
        ignore_nulls: false,
        over: None,
    }))
}
