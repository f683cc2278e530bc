//! Queries as they are written.

use crate::error::Position;
use crate::types::Type;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Statement {
    Query(Box<Query>),
    ShowDatabases { like: Option<String> },
    ShowTables { from: Option<Name>, like: Option<String> },
    ShowMeasures { from: QualifiedName, like: Option<String> },
    Describe(QualifiedName),
}

/// A name. Two are equal that name the same, wherever they stand.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) at: Position,
}

impl Name {
    /// Names are told apart by their letters alone, whatever their case.
    pub(crate) fn is(&self, other: &str) -> bool {
        same_name(&self.text, other)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.is(&other.text)
    }
}

pub(crate) fn same_name(one: &str, other: &str) -> bool {
    one == other || one.eq_ignore_ascii_case(other)
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QualifiedName {
    pub(crate) parts: Vec<Name>,
}

impl QualifiedName {
    pub(crate) fn at(&self) -> Position {
        self.parts.first().map(|part| part.at).unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) with: Vec<CommonTable>,
    pub(crate) body: Body,
    pub(crate) order_by: Vec<SortItem>,
    pub(crate) offset: Option<u64>,
    pub(crate) limit: Option<u64>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CommonTable {
    pub(crate) name: Name,
    pub(crate) columns: Vec<Name>,
    pub(crate) query: Query,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    Select(Box<Select>),
    Values { rows: Vec<Vec<Expr>>, at: Position },
    Set { operator: SetOperator, all: bool, left: Box<Body>, right: Box<Body>, at: Position },
    Nested(Box<Query>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SetOperator {
    Union,
    Intersect,
    Except,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Select {
    pub(crate) at: Position,
    pub(crate) distinct: bool,
    pub(crate) items: Vec<SelectItem>,
    pub(crate) from: Option<Relation>,
    pub(crate) condition: Option<Expr>,
    pub(crate) group_by: Vec<GroupItem>,
    pub(crate) having: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SelectItem {
    /// `*`, or `t.*`.
    All {
        of: Option<QualifiedName>,
        at: Position,
    },
    Expr {
        expr: Expr,
        alias: Option<Name>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum GroupItem {
    Expr(Expr),
    /// GROUPING SETS; ROLLUP and CUBE are written as the sets that they mean.
    Sets(Vec<Vec<Expr>>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Relation {
    Table { name: QualifiedName, alias: Option<Alias> },
    Query { query: Box<Query>, alias: Option<Alias> },
    Unnest { arguments: Vec<Expr>, ordinality: bool, alias: Option<Alias>, at: Position },
    Join(Box<Join>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alias {
    pub(crate) name: Name,
    pub(crate) columns: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Join {
    pub(crate) kind: JoinKind,
    pub(crate) left: Relation,
    pub(crate) right: Relation,
    pub(crate) on: JoinOn,
    pub(crate) at: Position,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum JoinOn {
    Nothing,
    Condition(Expr),
    Using(Vec<Name>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SortItem {
    pub(crate) expr: Expr,
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
}

/// An expression and where it begins. Two are equal that say the same, wherever they stand.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) at: Position,
    pub(crate) node: Node,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Expr) -> bool {
        self.node == other.node
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    Whole(i64),
    Decimal(f64),
    Text(String),
    /// `15m`, INTERVAL '15' MINUTE: of one of the two types of intervals.
    Interval(i64, Type),
    /// TIMESTAMP '…', DATE '…', TIME '…'.
    Typed(Type, String),
    Parameter(String),
    Name(QualifiedName),
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// AND or OR of two or more, so that long ones do not nest.
    Logical(Operator, Vec<Expr>),
    IsNull(Box<Expr>),
    IsDistinct(Box<Expr>, Box<Expr>),
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    InList(Box<Expr>, Vec<Expr>),
    InQuery(Box<Expr>, Box<Query>),
    Exists(Box<Query>),
    Scalar(Box<Query>),
    Like {
        text: Box<Expr>,
        pattern: Box<Expr>,
        escape: Option<Box<Expr>>,
    },
    Case {
        operand: Option<Box<Expr>>,
        whens: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Cast {
        inner: Box<Expr>,
        to: Type,
        is_try: bool,
    },
    Extract(String, Box<Expr>),
    Array(Vec<Expr>),
    Row(Vec<Expr>),
    Subscript(Box<Expr>, Box<Expr>),
    /// A field of a row that is no plain name.
    Field(Box<Expr>, Name),
    Lambda(Vec<Name>, Box<Expr>),
    Call(Box<Call>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) distinct: bool,
    /// `count(*)`.
    pub(crate) star: bool,
    pub(crate) arguments: Vec<Expr>,
    pub(crate) order_by: Vec<SortItem>,
    pub(crate) filter: Option<Expr>,
    pub(crate) ignore_nulls: bool,
    pub(crate) over: Option<Window>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Window {
    pub(crate) partition_by: Vec<Expr>,
    pub(crate) order_by: Vec<SortItem>,
    pub(crate) frame: Option<Frame>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    /// ROWS; else RANGE.
    pub(crate) by_rows: bool,
    pub(crate) start: FrameEdge,
    pub(crate) end: FrameEdge,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FrameEdge {
    UnboundedPreceding,
    Preceding(Expr),
    Current,
    Following(Expr),
    UnboundedFollowing,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Concat,
}

impl Operator {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Operator::Or => "OR",
            Operator::And => "AND",
            Operator::Equal => "=",
            Operator::Unequal => "<>",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Remainder => "%",
            Operator::Concat => "||",
        }
    }
}
