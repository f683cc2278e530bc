//! Functions over windows.

use super::Binder;
use super::coerce::coerce;
use super::expression::Place;
use super::query::sort_key;
use crate::aggregate::is_aggregate;
use crate::ast::{self, Call, FrameEdge};
use crate::bound::Bound;
use crate::error::{Position, QueryError, meaning};
use crate::plan::{Edge, Frame, Window, WindowFunction};
use crate::types::Type;
use crate::value::Value;

/// Windows are numbered from here until it is known how many columns come before them.
pub(super) const WINDOWS: usize = 1 << 30;

impl Binder<'_> {
    pub(super) fn window(
        &mut self,
        call: &Call,
        over: &ast::Window,
        at: Position,
        place: &mut Place<'_>,
    ) -> Result<Bound, QueryError> {
        let Some(windows) = place.windows.take() else {
            return meaning(at, "window functions may stand in SELECT and ORDER BY only");
        };
        // None of what a window reads may be a window itself, so the list is away meanwhile.
        let bound = self.window_of(call, over, at, place);
        let number = windows.len();
        let result = bound.map(|window| {
            let of = window.of.clone();
            windows.push(window);
            Bound::column(WINDOWS + number, of)
        });
        place.windows = Some(windows);
        result
    }

    fn window_of(
        &mut self,
        call: &Call,
        over: &ast::Window,
        at: Position,
        place: &mut Place<'_>,
    ) -> Result<Window, QueryError> {
        let mut partition_by = Vec::new();
        for expr in &over.partition_by {
            partition_by.push(self.expression(expr, place)?);
        }
        let mut order_by = Vec::new();
        for item in &over.order_by {
            let by = self.expression(&item.expr, place)?;
            order_by.push(sort_key(item, by)?);
        }
        let frame = self.frame(over, at, place)?;
        let (function, arguments, of) = if is_aggregate(&call.name) {
            if call.distinct {
                return meaning(at, "DISTINCT in window function parameters not yet supported");
            }
            let bound = self.aggregate_call(call, at, place)?;
            let of = bound.of.clone();
            (WindowFunction::Aggregate(Box::new(bound)), Vec::new(), of)
        } else {
            let mut arguments = Vec::new();
            for argument in &call.arguments {
                arguments.push(self.expression(argument, place)?);
            }
            ranking(&call.name, arguments, at)?
        };
        let ignore_nulls = call.ignore_nulls;
        Ok(Window { function, arguments, partition_by, order_by, frame, ignore_nulls, of })
    }

    fn frame(
        &mut self,
        over: &ast::Window,
        at: Position,
        place: &mut Place<'_>,
    ) -> Result<Frame, QueryError> {
        let Some(frame) = &over.frame else {
            let end = if over.order_by.is_empty() { Edge::Unbounded } else { Edge::Offset(0) };
            return Ok(Frame { by_rows: false, start: Edge::Unbounded, end });
        };
        let mut edge = |edge: &FrameEdge, is_start: bool| {
            Ok(match edge {
                FrameEdge::UnboundedPreceding if is_start => Edge::Unbounded,
                FrameEdge::UnboundedFollowing if !is_start => Edge::Unbounded,
                FrameEdge::Current => Edge::Offset(0),
                FrameEdge::Preceding(distance) => Edge::Offset(-self.distance(distance, place)?),
                FrameEdge::Following(distance) => Edge::Offset(self.distance(distance, place)?),
                _ => return meaning(at, "the window frame has no rows"),
            })
        };
        let (start, end) = (edge(&frame.start, true)?, edge(&frame.end, false)?);
        let has_distance = |edge| matches!(edge, Edge::Offset(distance) if distance != 0);
        if !frame.by_rows && (has_distance(start) || has_distance(end)) {
            return meaning(
                at,
                "Window frame RANGE PRECEDING or FOLLOWING is only supported with UNBOUNDED",
            );
        }
        Ok(Frame { by_rows: frame.by_rows, start, end })
    }

    fn distance(&mut self, expr: &ast::Expr, place: &mut Place<'_>) -> Result<i64, QueryError> {
        let bound = self.expression(expr, place)?;
        match bound.as_constant() {
            Some(Value::Int(distance)) if *distance >= 0 && bound.of.is_whole() => Ok(*distance),
            _ => meaning(expr.at, "the distance of a window frame is a whole number"),
        }
    }
}

fn ranking(
    name: &str,
    arguments: Vec<Bound>,
    at: Position,
) -> Result<(WindowFunction, Vec<Bound>, Type), QueryError> {
    let types: Vec<Type> = arguments.iter().map(|argument| argument.of.clone()).collect();
    let first = types.first().cloned().unwrap_or(Type::Unknown);
    let (function, wanted, of) = match (name, types.len()) {
        ("row_number", 0) => (WindowFunction::RowNumber, vec![], Type::BigInt),
        ("rank", 0) => (WindowFunction::Rank, vec![], Type::BigInt),
        ("dense_rank", 0) => (WindowFunction::DenseRank, vec![], Type::BigInt),
        ("percent_rank", 0) => (WindowFunction::PercentRank, vec![], Type::Double),
        ("cume_dist", 0) => (WindowFunction::CumeDist, vec![], Type::Double),
        ("ntile", 1) => (WindowFunction::Ntile, vec![Type::BigInt], Type::BigInt),
        ("first_value", 1) => (WindowFunction::FirstValue, vec![first.clone()], first),
        ("last_value", 1) => (WindowFunction::LastValue, vec![first.clone()], first),
        ("nth_value", 2) => (WindowFunction::NthValue, vec![first.clone(), Type::BigInt], first),
        ("lag" | "lead", 1..=3) => {
            let function = if name == "lag" { WindowFunction::Lag } else { WindowFunction::Lead };
            let wanted = [first.clone(), Type::BigInt, first.clone()];
            (function, wanted[..types.len()].to_vec(), first)
        }
        _ => {
            let types: Vec<String> = types.iter().map(Type::to_string).collect();
            if crate::functions::named(name).is_empty() {
                return meaning(at, format!("Function {name} not registered"));
            }
            return meaning(at, format!("Not a window function: {name}({})", types.join(", ")));
        }
    };
    if !types.iter().zip(&wanted).all(|(given, wanted)| given.becomes(wanted)) {
        let types: Vec<String> = types.iter().map(Type::to_string).collect();
        return meaning(
            at,
            format!("Unexpected parameters ({}) for function {name}", types.join(", ")),
        );
    }
    let arguments = arguments.into_iter().zip(&wanted);
    Ok((function, arguments.map(|(argument, wanted)| coerce(argument, wanted)).collect(), of))
}

impl Window {
    /// Gives each of its expressions to the function.
    pub(super) fn exprs_mut(&mut self, change: &mut dyn FnMut(&mut Bound)) {
        let order = self.order_by.iter_mut().map(|key| &mut key.by);
        for bound in self.arguments.iter_mut().chain(&mut self.partition_by).chain(order) {
            change(bound);
        }
        if let WindowFunction::Aggregate(call) = &mut self.function {
            let order = call.order.iter_mut().map(|key| &mut key.by);
            for bound in call.arguments.iter_mut().chain(&mut call.filter).chain(order) {
                change(bound);
            }
        }
    }
}
