//! Expressions: names found, operators chosen, constants computed.

use super::coerce::{alike, boolean, coerce, common, compared, truth, typed, unfit};
use super::group::Grouping;
use super::query::does_not_exist;
use super::scope::{Scope, field, shown};
use super::{Binder, InnerKind};
use crate::ast::{Expr, Name, Node as Ast, QualifiedName};
use crate::bound::{Bound, Comparison, Node};
use crate::cast::can_cast;
use crate::error::{Position, QueryError, meaning};
use crate::functions;
use crate::plan::Window;
use crate::types::Type;
use crate::value::Value;

/// Where an expression stands: what it can name, and what it may hold.
pub(super) struct Place<'p> {
    pub(super) scope: &'p Scope,
    /// Parameters of the lambdas around.
    pub(super) locals: Vec<(Name, Type)>,
    /// What the rows are grouped by, if the expression is of groups.
    pub(super) grouping: Option<&'p mut Grouping>,
    /// Where functions over windows are gathered, if there may be any.
    pub(super) windows: Option<&'p mut Vec<Window>>,
    /// Names of the select list, which ORDER BY knows.
    pub(super) aliases: &'p [(String, Bound)],
}

impl<'p> Place<'p> {
    pub(super) fn of(scope: &'p Scope) -> Place<'p> {
        Place { scope, locals: Vec::new(), grouping: None, windows: None, aliases: &[] }
    }
}

impl Binder<'_> {
    /// A condition: an expression that is true or false.
    pub(super) fn condition(
        &mut self,
        expr: &Expr,
        scope: &Scope,
        clause: &str,
    ) -> Result<Bound, QueryError> {
        let bound = self.expression(expr, &mut Place::of(scope))?;
        truth(bound, expr.at, clause)
    }

    pub(super) fn expression(
        &mut self,
        expr: &Expr,
        place: &mut Place<'_>,
    ) -> Result<Bound, QueryError> {
        if let Some(grouping) = &place.grouping
            && place.locals.is_empty()
            && let Some(key) = grouping.key(expr)
        {
            return Ok(key);
        }
        let bound = self.bind(expr, place)?;
        Ok(self.folded(bound))
    }

    /// Computes what depends on nothing. What fails is left, to fail when it is asked for.
    pub(super) fn folded(&self, bound: Bound) -> Bound {
        if bound.as_constant().is_some()
            || matches!(bound.node, Node::Lambda { .. })
            || !bound.is_fixed()
        {
            return bound;
        }
        match self.context.fixed(&bound) {
            Ok(value) => Bound::constant(value, bound.of),
            Err(_) => bound,
        }
    }

    fn bind(&mut self, expr: &Expr, place: &mut Place<'_>) -> Result<Bound, QueryError> {
        let at = expr.at;
        Ok(match &expr.node {
            Ast::Null => Bound::constant(Value::Null, Type::Unknown),
            Ast::Boolean(value) => Bound::constant(Value::Boolean(*value), Type::Boolean),
            Ast::Whole(value) => {
                let of = if i32::try_from(*value).is_ok() { Type::Integer } else { Type::BigInt };
                Bound::constant(Value::Int(*value), of)
            }
            Ast::Decimal(value) => Bound::constant(Value::Double(*value), Type::Double),
            Ast::Text(text) => Bound::constant(Value::text(text), Type::Varchar),
            Ast::Interval(count, of) => Bound::constant(Value::Int(*count), of.clone()),
            Ast::Typed(of, text) => typed(of, text, at)?,
            Ast::Parameter(name) => self.parameter(name, at)?,
            Ast::Name(name) => return self.name(name, place),
            Ast::Negate(inner) => {
                let inner = self.expression(inner, place)?;
                return self.operator("$negate", "-", vec![inner], at);
            }
            Ast::Not(inner) => {
                let bound = self.expression(inner, place)?;
                boolean(Node::Not(Box::new(truth(bound, inner.at, "NOT")?)))
            }
            Ast::Binary(operator, one, two) => {
                let (one, two) = (self.expression(one, place)?, self.expression(two, place)?);
                return self.binary(*operator, one, two, at);
            }
            Ast::Logical(operator, parts) => {
                let parts = self.all(parts, place)?;
                return self.logical(*operator, parts, at);
            }
            Ast::IsNull(inner) => boolean(Node::IsNull(Box::new(self.expression(inner, place)?))),
            Ast::IsDistinct(one, two) => {
                let (one, two) = (self.expression(one, place)?, self.expression(two, place)?);
                let (one, two) = alike(one, two, "IS DISTINCT FROM", at)?;
                boolean(Node::IsDistinct(Box::new(one), Box::new(two)))
            }
            Ast::Between(inner, low, high) => {
                let inner = self.expression(inner, place)?;
                let (low, high) = (self.expression(low, place)?, self.expression(high, place)?);
                let low = compared(Comparison::GreaterOrEqual, inner.clone(), low, at)?;
                let high = compared(Comparison::LessOrEqual, inner, high, at)?;
                boolean(Node::And(vec![self.folded(low), self.folded(high)]))
            }
            Ast::InList(inner, list) => return self.in_list(inner, list, place, at),
            Ast::InQuery(inner, query) => {
                let inner = self.expression(inner, place)?;
                let (query, types) = self.inner(query, InnerKind::Set, place.scope)?;
                let [of] = &types[..] else {
                    let what = format!(
                        "Multiple columns returned by subquery are not supported: {}",
                        types.len()
                    );
                    return meaning(at, what);
                };
                if inner.of != *of && !inner.of.becomes(of) {
                    return meaning(
                        at,
                        format!(
                            "value and result of subquery must be of the same type for IN expression: {} vs {of}",
                            inner.of
                        ),
                    );
                }
                boolean(Node::InQuery { inner: Box::new(coerce(inner, of)), query })
            }
            Ast::Exists(query) => {
                boolean(Node::Query(self.inner(query, InnerKind::Exists, place.scope)?.0))
            }
            Ast::Scalar(query) => {
                let (query, mut types) = self.inner(query, InnerKind::Scalar, place.scope)?;
                let (Some(of), true) = (types.pop(), types.is_empty()) else {
                    return meaning(
                        at,
                        "Multiple columns returned by subquery are not yet supported",
                    );
                };
                Bound { node: Node::Query(query), of }
            }
            Ast::Like { text, pattern, escape } => {
                let mut part = |expr: &Expr| {
                    let bound = self.expression(expr, place)?;
                    if !bound.of.becomes(&Type::Varchar) {
                        let what = format!(
                            "Left side of LIKE expression must evaluate to a varchar (actual: {})",
                            bound.of
                        );
                        return meaning(expr.at, what);
                    }
                    Ok(Box::new(bound))
                };
                let (text, pattern) = (part(text)?, part(pattern)?);
                let escape = escape.as_deref().map(part).transpose()?;
                boolean(Node::Like { text, pattern, escape })
            }
            Ast::Case { operand, whens, otherwise } => {
                return self.case(operand.as_deref(), whens, otherwise.as_deref(), place, at);
            }
            Ast::Cast { inner, to, is_try } => {
                let inner = self.expression(inner, place)?;
                if !can_cast(&inner.of, to) {
                    return meaning(at, format!("Cannot cast {} to {to}", inner.of));
                }
                let node = Node::Cast { inner: Box::new(inner), is_try: *is_try };
                Bound { node, of: to.clone() }
            }
            Ast::Extract(part, inner) => {
                let inner = self.expression(inner, place)?;
                return self.function(&part.to_ascii_lowercase(), vec![inner], at);
            }
            Ast::Array(values) => {
                let values = self.all(values, place)?;
                let (values, of) = common(values, "All ARRAY elements", at)?;
                Bound { node: Node::Make(values), of: Type::array(of) }
            }
            Ast::Row(values) => {
                let values = self.all(values, place)?;
                let of = Type::Row(values.iter().map(|value| (None, value.of.clone())).collect());
                Bound { node: Node::Make(values), of }
            }
            Ast::Subscript(array, index) => {
                let (array, index) =
                    (self.expression(array, place)?, self.expression(index, place)?);
                return self.operator("$subscript", "[]", vec![array, index], at);
            }
            Ast::Field(row, name) => field(self.expression(row, place)?, name)?,
            Ast::Lambda(..) => return meaning(at, "a lambda may stand only as an argument"),
            Ast::Call(call) => return self.call(call, expr, place),
        })
    }

    pub(super) fn all(
        &mut self,
        exprs: &[Expr],
        place: &mut Place<'_>,
    ) -> Result<Vec<Bound>, QueryError> {
        exprs.iter().map(|expr| self.expression(expr, place)).collect()
    }

    fn name(&mut self, name: &QualifiedName, place: &mut Place<'_>) -> Result<Bound, QueryError> {
        let local = place.locals.iter().rposition(|(known, _)| *known == name.parts[0]);
        if let Some(local) = local {
            let mut bound = Bound { node: Node::Local(local), of: place.locals[local].1.clone() };
            for part in &name.parts[1..] {
                bound = field(bound, part)?;
            }
            return Ok(bound);
        }
        if let [only] = &name.parts[..]
            && let Some((_, bound)) = place.aliases.iter().find(|(alias, _)| only.is(alias))
        {
            return Ok(bound.clone());
        }
        if let Some(found) = place.scope.find(name)? {
            return match &place.grouping {
                None => Ok(found),
                Some(grouping) => grouping.key_of(&found).map_or_else(
                    || {
                        let what = format!(
                            "'{}' must be an aggregate expression or appear in GROUP BY clause",
                            shown(name)
                        );
                        meaning(name.at(), what)
                    },
                    Ok,
                ),
            };
        }
        for outer in &self.outer {
            if outer.find(name)?.is_some() {
                let what = format!("Given correlated subquery is not supported: '{}'", shown(name));
                return meaning(name.at(), what);
            }
        }
        does_not_exist(name)
    }

    fn parameter(&self, name: &str, at: Position) -> Result<Bound, QueryError> {
        let known = self.parameters.iter().find(|(known, ..)| known == name);
        match known {
            Some((_, value, of)) => Ok(Bound::constant(value.clone(), of.clone())),
            None => meaning(at, format!("Parameter '@{name}' is not known")),
        }
    }

    /// A function of arguments that are bound already.
    pub(super) fn function(
        &mut self,
        name: &str,
        arguments: Vec<Bound>,
        at: Position,
    ) -> Result<Bound, QueryError> {
        let types: Vec<String> = arguments.iter().map(|argument| argument.of.to_string()).collect();
        match self.chosen(name, arguments, at)? {
            Some(bound) => Ok(self.folded(bound)),
            None => Err(unfit(name, &types, at)),
        }
    }

    pub(super) fn chosen(
        &mut self,
        name: &str,
        arguments: Vec<Bound>,
        _at: Position,
    ) -> Result<Option<Bound>, QueryError> {
        let types: Vec<Option<Type>> =
            arguments.iter().map(|argument| Some(argument.of.clone())).collect();
        let Some((function, variables)) = functions::resolve(functions::named(name), &types) else {
            return Ok(None);
        };
        let Some(of) = function.returns.with(&variables) else { return Ok(None) };
        let arguments = arguments.into_iter().enumerate().map(|(place, argument)| {
            let wanted = function.parameter(place).with(&variables);
            wanted.map_or(argument.clone(), |wanted| coerce(argument, &wanted))
        });
        let arguments: Vec<Bound> = arguments.collect();
        let types = arguments.iter().map(|argument| argument.of.clone()).collect();
        Ok(Some(Bound { node: Node::Call { function, arguments, types }, of }))
    }
}
