//! Statements as they are evaluated: parsed once, with what is constant made ready.

use model::TopicFilter;

use crate::function::Function;
use crate::number::Number;
use crate::pattern::Pattern;

/// A value that is to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    Null,
    Boolean(bool),
    Number(Number),
    Text(Box<str>),
    /// The payload, or in a nested query the element: `*`.
    Whole,
    /// A member of the whole.
    Name(Box<str>),
    Variable(Box<str>),
    Member(Box<Expression>, Box<str>),
    Element(Box<Expression>, Box<Expression>),
    Array(Box<[Expression]>),
    Object(Box<[(Box<str>, Expression)]>),
    Negate(Box<Expression>),
    Not(Box<Expression>),
    /// Two or more.
    And(Box<[Expression]>),
    /// Two or more.
    Or(Box<[Expression]>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// The value, the list or array, and whether it is to be absent.
    In {
        value: Box<Expression>,
        list: Box<Expression>,
        is_negated: bool,
    },
    Case(Box<Case>),
    Cast(Box<Expression>, CastType),
    Call(Box<Call>),
    Query(Box<Query>),
    /// Whether a nested query finds anything.
    Exists(Box<Query>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
}

impl Operator {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::Unequal => "<>",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Plus => "+",
            Operator::Minus => "-",
            Operator::Times => "*",
            Operator::Divide => "/",
            Operator::Remainder => "%",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CastType {
    String,
    Int,
    Decimal,
    Boolean,
}

/// `CASE subject WHEN … THEN … ELSE … END`; without a subject each WHEN is a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Case {
    pub(crate) subject: Option<Expression>,
    pub(crate) branches: Vec<(Expression, Expression)>,
    pub(crate) otherwise: Option<Expression>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) function: &'static Function,
    /// The name as it was written: functions have no case, but the member that one makes has.
    pub(crate) written: Box<str>,
    pub(crate) arguments: Vec<Expression>,
    /// For the functions that take a regular expression.
    pub(crate) pattern: Pattern,
}

/// A query inside an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) projection: Projection,
    pub(crate) from: Expression,
    pub(crate) condition: Option<Expression>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Projection {
    Value(Expression),
    Items(Vec<Item>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// `*`, or `path.*`: all members.
    All(Option<Expression>),
    One(Named),
}

/// An expression and where its value goes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named {
    pub(crate) expression: Expression,
    /// `AS a.b` makes an object `a` with a member `b`.
    pub(crate) alias: Vec<Box<str>>,
    /// Whether the alias was written, or follows from the expression.
    pub(crate) is_written: bool,
    /// The first name of the alias as JSON, with quotes and colon.
    pub(crate) key: Box<[u8]>,
}

/// `SET @name = expression`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assignment {
    pub(crate) name: Box<str>,
    pub(crate) expression: Expression,
    /// A bit for each earlier variable that the expression names.
    pub(crate) needs: u64,
}

/// As many as `needs` has bits; AWS states no number.
pub(crate) const VARIABLES_MAX: usize = 64;

/// A whole statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) projection: Projection,
    pub(crate) filter: Option<TopicFilter>,
    pub(crate) condition: Option<Expression>,
}
