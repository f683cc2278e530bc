//! The clauses of a statement, and of the queries inside it.

use model::TopicFilter;

use crate::ast::{Assignment, Expression, Item, Named, Projection, Query, Tree, VARIABLES_MAX};
use crate::error::ParseError;
use crate::json::write_string;
use crate::lexer::{Kind, Symbol};
use crate::parser::{DEPTH_MAX, Deep, Parser, is_word};
use crate::version::Version;
use crate::visit::visit;

/// As AWS limits names of variables.
const VARIABLE_NAME_MAX: usize = 64;

/// A whole statement, and nothing after it.
pub(crate) fn statement(text: &str, version: Version) -> Result<Tree, ParseError> {
    let mut parser = Parser::new(text, 0, version)?;
    parser.variables = Some(Vec::new());
    let assignments = if parser.take_word("set")? { parser.assignments()? } else { Vec::new() };
    let also: &[&str] = if assignments.is_empty() { &["SET"] } else { &["an operator", "`,`"] };
    parser.expect_word("SELECT", also)?;
    let (projection, _) = parser.projection()?;
    let filter = if parser.take_word("from")? { Some(parser.filter()?) } else { None };
    let condition = if parser.take_word("where")? { Some(parser.expression()?) } else { None };
    if parser.token.kind != Kind::End {
        let expected: &[&str] = match (&filter, &condition) {
            (_, Some(_)) => &["an operator", "the end"],
            (Some(_), None) => &["WHERE", "the end"],
            (None, None) => &["an operator", "AS", "`,`", "FROM", "WHERE"],
        };
        return Err(parser.unexpected(expected));
    }
    Ok(Tree { assignments, projection, filter, condition })
}

impl Parser<'_> {
    fn assignments(&mut self) -> Result<Vec<Assignment>, ParseError> {
        let mut assignments = Vec::new();
        loop {
            let assignment = self.assignment()?;
            self.variables.get_or_insert_default().push(assignment.name.clone());
            assignments.push(assignment);
            if !self.take_symbol(Symbol::Comma)? {
                return Ok(assignments);
            }
            if assignments.len() == VARIABLES_MAX {
                let why = format!("a statement sets at most {VARIABLES_MAX} variables");
                return Err(self.refused(self.token.at, why));
            }
        }
    }

    /// `@name = expression`.
    fn assignment(&mut self) -> Result<Assignment, ParseError> {
        let Kind::Variable(name) = self.token.kind else {
            return Err(self.unexpected(&["a variable: `@` and a name"]));
        };
        let at = self.advance()?.at;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || name.len() > VARIABLE_NAME_MAX || !name.chars().all(is_name) {
            let why = "a variable's name is 1 to 64 letters, digits and underscores";
            return Err(self.refused(at, why));
        }
        if self.variables.iter().flatten().any(|held| **held == *name) {
            return Err(self.refused(at, format!("@{name} is set twice")));
        }
        self.expect_symbol(Symbol::Equal, &[])?;
        let expression = self.expression()?;
        let needs = self.needs(&expression);
        Ok(Assignment { name: name.into(), expression, needs })
    }

    fn needs(&self, expression: &Expression) -> u64 {
        let mut needs = 0;
        visit(expression, &mut |inner| {
            if let Expression::Variable(name) = inner {
                let place = self.variables.iter().flatten().position(|held| held == name);
                needs |= place.map_or(0, |place| 1 << place);
            }
        });
        needs
    }

    fn filter(&mut self) -> Result<TopicFilter, ParseError> {
        let Kind::Text(text) = &self.token.kind else {
            return Err(self.unexpected(&["a topic filter between quotes"]));
        };
        let at = self.token.at;
        let filter = TopicFilter::new(text)
            .map_err(|why| self.refused(at, format!("no topic filter: {why}")))?;
        if filter.share_name().is_some() {
            return Err(self.refused(at, "a rule cannot use a shared subscription"));
        }
        self.advance()?;
        Ok(filter)
    }

    /// `SELECT … FROM expression WHERE …` inside an expression, and the depth of its tree.
    pub(super) fn query(&mut self, at: usize) -> Result<(Query, usize), ParseError> {
        self.since_second(at, "a nested query")?;
        self.nesting += 1;
        if self.nesting > DEPTH_MAX {
            return Err(self.refused(at, "queries nest too deep"));
        }
        self.advance()?;
        let (projection, mut depth) = self.projection()?;
        self.expect_word("FROM", &["an operator", "AS", "`,`"])?;
        let from = self.deep(0)?;
        depth = depth.max(from.depth);
        let mut condition = None;
        if self.take_word("where")? {
            let deep = self.deep(0)?;
            depth = depth.max(deep.depth);
            condition = Some(deep.expression);
        }
        self.nesting -= 1;
        Ok((Query { projection, from: from.expression, condition }, depth + 1))
    }

    /// `EXISTS (SELECT …)`.
    pub(super) fn exists(&mut self) -> Result<Deep, ParseError> {
        self.advance()?;
        let at = self.advance()?.at;
        if !self.is_word("select") {
            return Err(self.unexpected(&["SELECT"]));
        }
        let (query, depth) = self.query(at)?;
        self.expect_symbol(Symbol::CloseParen, &["an operator"])?;
        Ok(Deep { expression: Expression::Exists(Box::new(query)), depth: depth + 1 })
    }

    fn projection(&mut self) -> Result<(Projection, usize), ParseError> {
        if self.is_word("value") && self.is_value_keyword()? {
            self.advance()?;
            if self.take_symbol(Symbol::Star)? {
                return Ok((Projection::Value(Expression::Whole), 1));
            }
            let Deep { expression, depth } = self.deep(0)?;
            return Ok((Projection::Value(expression), depth));
        }
        let (mut items, mut deepest) = (Vec::new(), 0);
        loop {
            let (item, depth) = self.item()?;
            items.push(item);
            deepest = deepest.max(depth);
            if !self.take_symbol(Symbol::Comma)? {
                return Ok((Projection::Items(items), deepest));
            }
        }
    }

    /// Whether `value` begins `SELECT VALUE x`, and is not a member that is called so.
    fn is_value_keyword(&self) -> Result<bool, ParseError> {
        let next = self.peek()?;
        Ok(match &next.kind {
            Kind::Word(word) => {
                let goes_on = ["from", "where", "as", "and", "or", "in"];
                let is_not_in = word.eq_ignore_ascii_case("not") && self.is_in_after(next.end)?;
                !goes_on.iter().any(|held| word.eq_ignore_ascii_case(held)) && !is_not_in
            }
            Kind::Quoted(_) | Kind::Variable(_) | Kind::Text(_) | Kind::Number(_) => true,
            Kind::Symbol(Symbol::OpenParen | Symbol::OpenBrace) => true,
            // `value[0]` is an element, `VALUE [0]` an array.
            Kind::Symbol(Symbol::OpenBracket) => next.at > self.token.end,
            // `VALUE *` is the whole, `value * 2` a product.
            Kind::Symbol(Symbol::Star) => {
                let after = crate::lexer::Lexer::new(self.text, next.end).next()?.kind;
                after == Kind::End
                    || after == Kind::Symbol(Symbol::CloseParen)
                    || is_word(&after, "from")
                    || is_word(&after, "where")
            }
            // `VALUE -a` and `value - a`: a minus that sticks to what follows is a sign.
            Kind::Symbol(Symbol::Minus) => {
                let after = crate::lexer::Lexer::new(self.text, next.end).next()?;
                next.at > self.token.end && after.at == next.end
            }
            Kind::Symbol(_) | Kind::End => false,
        })
    }

    fn is_in_after(&self, at: usize) -> Result<bool, ParseError> {
        Ok(is_word(&crate::lexer::Lexer::new(self.text, at).next()?.kind, "in"))
    }

    fn item(&mut self) -> Result<(Item, usize), ParseError> {
        if self.take_symbol(Symbol::Star)? {
            return Ok((Item::All(None), 1));
        }
        let at = self.token.at;
        let Deep { expression, depth } = self.deep(0)?;
        if self.is_symbol(Symbol::Dot) {
            self.advance()?;
            self.expect_symbol(Symbol::Star, &["a name"])?;
            return Ok((Item::All(Some(expression)), depth));
        }
        if self.take_word("as")? {
            let alias = self.alias()?;
            return Ok((Item::One(named(expression, alias, true)), depth));
        }
        // An object that goes nowhere goes into the result itself.
        if let Expression::Object(_) = expression {
            return Ok((Item::All(Some(expression)), depth));
        }
        let why = "an expression that is neither a name nor a call needs a name: AS name";
        let alias = own_name(&expression).ok_or_else(|| self.refused(at, why))?;
        Ok((Item::One(named(expression, vec![alias], false)), depth))
    }

    /// `a.b.c`; each part may stand between quotes.
    fn alias(&mut self) -> Result<Vec<Box<str>>, ParseError> {
        let mut alias = vec![self.member_name()?];
        while self.take_symbol(Symbol::Dot)? {
            alias.push(self.member_name()?);
            if alias.len() > DEPTH_MAX {
                return Err(self.refused(self.token.at, "the alias nests too deep"));
            }
        }
        Ok(alias)
    }
}

fn named(expression: Expression, alias: Vec<Box<str>>, is_written: bool) -> Named {
    let mut key = Vec::new();
    write_string(&alias[0], &mut key);
    key.push(b':');
    Named { expression, alias, is_written, key: key.into() }
}

/// The name that an expression has without an alias.
fn own_name(expression: &Expression) -> Option<Box<str>> {
    match expression {
        Expression::Name(name) | Expression::Member(_, name) | Expression::Variable(name) => {
            Some(name.clone())
        }
        Expression::Call(call) => Some(call.written.clone()),
        Expression::Cast(..) => Some("cast".into()),
        Expression::Element(base, _) => own_name(base),
        _ => None,
    }
}
