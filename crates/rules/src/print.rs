//! Expressions as text that parses to the same expression. Explanations quote clauses with it.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::ast::{Case, CastType, Expression, Item, Named, Operator, Projection, Query, Tree};
use crate::keyword;

/// How tightly an expression binds; one inside another that binds tighter needs parentheses.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Or,
    And,
    Not,
    Compare,
    Add,
    Multiply,
    Negate,
    Tight,
}

fn binding(expression: &Expression) -> Binding {
    match expression {
        Expression::Or(_) => Binding::Or,
        Expression::And(_) => Binding::And,
        Expression::Not(_) => Binding::Not,
        Expression::In { .. } => Binding::Compare,
        Expression::Binary(operator, ..) => match operator {
            Operator::Plus | Operator::Minus => Binding::Add,
            Operator::Times | Operator::Divide | Operator::Remainder => Binding::Multiply,
            _ => Binding::Compare,
        },
        Expression::Negate(_) => Binding::Negate,
        _ => Binding::Tight,
    }
}

/// Prints with parentheses if the expression binds less tightly than it must here.
struct Within<'a>(&'a Expression, Binding);

impl Display for Within<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Within(expression, least) = self;
        if binding(expression) < *least { write!(f, "({expression})") } else { expression.fmt(f) }
    }
}

fn listed<T: Display>(f: &mut Formatter<'_>, items: &[T], between: &str) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

fn chained(f: &mut Formatter<'_>, terms: &[Expression], word: &str, least: Binding) -> fmt::Result {
    let terms: Vec<Within<'_>> = terms.iter().map(|term| Within(term, least)).collect();
    listed(f, &terms, word)
}

/// A text between single quotes.
struct Quote<'a>(&'a str);

impl Display for Quote<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.replace('\'', "''"))
    }
}

/// A name, between backquotes unless it is plain.
struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if keyword::is_plain_name(self.0) { f.write_str(self.0) } else { write!(f, "`{}`", self.0) }
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expression::Null => f.write_str("NULL"),
            Expression::Boolean(boolean) => write!(f, "{boolean}"),
            Expression::Number(number) => write!(f, "{number}"),
            Expression::Text(text) => Quote(text).fmt(f),
            Expression::Whole => f.write_char('*'),
            Expression::Name(name) => Name(name).fmt(f),
            Expression::Variable(name) => write!(f, "@{name}"),
            Expression::Member(base, name) => write!(f, "{}.{}", Base(base), Name(name)),
            Expression::Element(base, index) => write!(f, "{}[{index}]", Base(base)),
            Expression::Array(elements) => {
                f.write_char('[')?;
                listed(f, elements, ", ")?;
                f.write_char(']')
            }
            Expression::Object(members) => object(f, members),
            Expression::Negate(operand) => write!(f, "-{}", Within(operand, Binding::Tight)),
            Expression::Not(operand) => write!(f, "NOT {}", Within(operand, Binding::Not)),
            Expression::And(terms) => chained(f, terms, " AND ", Binding::Not),
            Expression::Or(terms) => chained(f, terms, " OR ", Binding::And),
            Expression::Binary(operator, left, right) => binary(f, self, *operator, left, right),
            Expression::In { value, list, is_negated } => {
                let not = if *is_negated { "NOT " } else { "" };
                write!(f, "{} {not}IN ", Within(value, Binding::Add))?;
                match &**list {
                    // In parentheses, which every version reads.
                    Expression::Array(elements) => {
                        f.write_char('(')?;
                        listed(f, elements, ", ")?;
                        f.write_char(')')
                    }
                    list => Within(list, Binding::Add).fmt(f),
                }
            }
            Expression::Case(case) => case.fmt(f),
            Expression::Cast(value, to) => write!(f, "cast({value} AS {to})"),
            Expression::Call(call) => {
                write!(f, "{}(", call.written)?;
                listed(f, &call.arguments, ", ")?;
                f.write_char(')')
            }
            Expression::Query(query) => write!(f, "({query})"),
            Expression::Exists(query) => write!(f, "EXISTS ({query})"),
        }
    }
}

/// What a member or an element is taken of.
struct Base<'a>(&'a Expression);

impl Display for Base<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expression::Number(_) => write!(f, "({})", self.0),
            base => Within(base, Binding::Tight).fmt(f),
        }
    }
}

/// Operators of one strength go from left to right; comparisons do not chain.
fn binary(
    f: &mut Formatter<'_>,
    whole: &Expression,
    operator: Operator,
    left: &Expression,
    right: &Expression,
) -> fmt::Result {
    let (own, above) = match binding(whole) {
        Binding::Add => (Binding::Add, Binding::Multiply),
        Binding::Multiply => (Binding::Multiply, Binding::Negate),
        _ => (Binding::Add, Binding::Add),
    };
    write!(f, "{} {} {}", Within(left, own), operator.as_str(), Within(right, above))
}

fn object(f: &mut Formatter<'_>, members: &[(Box<str>, Expression)]) -> fmt::Result {
    f.write_char('{')?;
    for (at, (name, value)) in members.iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        write!(f, "{comma}{}: {value}", Quote(name))?;
    }
    f.write_char('}')
}

impl Display for Case {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("CASE")?;
        if let Some(subject) = &self.subject {
            write!(f, " {subject}")?;
        }
        for (when, then) in &self.branches {
            write!(f, " WHEN {when} THEN {then}")?;
        }
        if let Some(otherwise) = &self.otherwise {
            write!(f, " ELSE {otherwise}")?;
        }
        f.write_str(" END")
    }
}

impl Display for CastType {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CastType::String => "String",
            CastType::Int => "Int",
            CastType::Decimal => "Double",
            CastType::Boolean => "Boolean",
        })
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "SELECT {} FROM {}", self.projection, self.from)?;
        match &self.condition {
            Some(condition) => write!(f, " WHERE {condition}"),
            None => Ok(()),
        }
    }
}

impl Display for Projection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            // In parentheses nothing can be taken for a member called value.
            Projection::Value(Expression::Whole) => f.write_str("VALUE *"),
            Projection::Value(expression) => write!(f, "VALUE ({expression})"),
            Projection::Items(items) => listed(f, items, ", "),
        }
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Item::All(None) => f.write_char('*'),
            Item::All(Some(base)) => write!(f, "{}.*", Base(base)),
            Item::One(named) => named.fmt(f),
        }
    }
}

impl Display for Named {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.expression)?;
        if self.is_written {
            f.write_str(" AS ")?;
            let names: Vec<Name<'_>> = self.alias.iter().map(|name| Name(name)).collect();
            listed(f, &names, ".")?;
        }
        Ok(())
    }
}

impl Display for Tree {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, assignment) in self.assignments.iter().enumerate() {
            let word = if at == 0 { "SET " } else { ", " };
            write!(f, "{word}@{} = {}", assignment.name, assignment.expression)?;
        }
        let space = if self.assignments.is_empty() { "" } else { " " };
        write!(f, "{space}SELECT {}", self.projection)?;
        if let Some(filter) = &self.filter {
            write!(f, " FROM {}", Quote(filter.as_str()))?;
        }
        match &self.condition {
            Some(condition) => write!(f, " WHERE {condition}"),
            None => Ok(()),
        }
    }
}
