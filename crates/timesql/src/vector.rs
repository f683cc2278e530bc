//! Expressions by column: the few forms that dashboards ask about millions of rows, and for the others
//! as few rows as there are different values. Whatever fails here is asked again row by row, so that
//! answers and failures are those of [`Context::value`].

use std::sync::Arc;

use crate::bound::{Bound, Comparison, Node};
use crate::column::{Batch, Buffer, Column};
use crate::error::Failure;
use crate::interpret::{Context, Row};
use crate::types::Type;
use crate::value::Value;

impl Context {
    /// The values of an expression for all rows of a batch.
    pub(crate) fn column<'b>(
        &self,
        bound: &Bound,
        batch: &Batch<'b>,
    ) -> Result<Column<'b>, Failure> {
        match &bound.node {
            Node::Column(place) => return Ok(batch.columns[*place].clone()),
            Node::Constant(value) => return Ok(Column::Constant(value.clone())),
            _ => {}
        }
        if let Some(column) = self.by_different_values(bound, batch)? {
            return Ok(column);
        }
        if let Some(column) = self.kernel(bound, batch)? {
            return Ok(column);
        }
        self.by_rows(bound, batch, batch.rows)
    }

    /// The rows for which a condition is true; none if it is true for all.
    pub(crate) fn selection(
        &self,
        condition: &Bound,
        batch: &Batch<'_>,
    ) -> Result<Option<Vec<u32>>, Failure> {
        let chosen: Vec<u32> = match self.column(condition, batch)? {
            Column::Constant(value) if value.as_bool() == Some(true) => return Ok(None),
            Column::Constant(_) => Vec::new(),
            Column::Boolean(values, None) => {
                (0..batch.rows as u32).filter(|row| values[*row as usize]).collect()
            }
            column => (0..batch.rows as u32)
                .filter(|row| column.get(*row as usize).as_bool() == Some(true))
                .collect(),
        };
        Ok((chosen.len() < batch.rows).then_some(chosen))
    }

    fn by_rows(
        &self,
        bound: &Bound,
        batch: &Batch<'_>,
        rows: usize,
    ) -> Result<Column<'static>, Failure> {
        let values = (0..rows).map(|row| self.value(bound, Row { batch, row, locals: &[] }));
        Ok(Column::of_values(values.collect::<Result<_, _>>()?, &bound.of))
    }

    /// An expression of constants, or of one column of few values, is computed once for each.
    fn by_different_values<'b>(
        &self,
        bound: &Bound,
        batch: &Batch<'b>,
    ) -> Result<Option<Column<'b>>, Failure> {
        let read = bound.columns();
        let mut varying =
            read.iter().filter(|place| !matches!(batch.columns[**place], Column::Constant(_)));
        let (first, second) = (varying.next(), varying.next());
        let Some(place) = first else {
            let row = Row { batch, row: 0, locals: &[] };
            return self.value(bound, row).map(|value| Some(Column::Constant(value)));
        };
        if second.is_some() {
            return Ok(None);
        }
        let Column::Text { codes, words, present: None } = &batch.columns[*place] else {
            return Ok(None);
        };
        if words.len() * 2 > batch.rows {
            return Ok(None);
        }
        let mut columns = batch.columns.clone();
        let texts = words.iter().map(|word| Value::Text(Arc::clone(word))).collect::<Vec<_>>();
        columns[*place] = Column::Any(texts.into());
        let distinct = Batch { rows: words.len(), columns };
        // Words that no row has may fail where no row does.
        let Ok(answers) = self.by_rows(bound, &distinct, words.len()) else { return Ok(None) };
        Ok(Some(answers.gather(codes)))
    }

    fn kernel<'b>(&self, bound: &Bound, batch: &Batch<'b>) -> Result<Option<Column<'b>>, Failure> {
        match &bound.node {
            Node::Call { function, arguments, .. } => match (function.name, &arguments[..]) {
                ("bin", [time, width]) if width.of == Type::DayToSecond => {
                    let Some(width) = width.as_constant().map(Value::int) else { return Ok(None) };
                    Ok(bin(&self.column(time, batch)?, width))
                }
                ("$add" | "$subtract" | "$multiply" | "$divide", [one, two])
                    if one.of == Type::Double && two.of == Type::Double =>
                {
                    let (one, two) = (self.column(one, batch)?, self.column(two, batch)?);
                    Ok(arithmetic(function.name, &one, &two, batch.rows))
                }
                _ => Ok(None),
            },
            Node::Compare(comparison, one, two) => {
                let (one, two) = (self.column(one, batch)?, self.column(two, batch)?);
                Ok(compare(*comparison, &one, &two, batch.rows))
            }
            Node::Cast { inner, .. } if bound.of == Type::Double && inner.of.is_whole() => {
                let Column::Int { values, present, .. } = self.column(inner, batch)? else {
                    return Ok(None);
                };
                let values = values.iter().map(|value| *value as f64).collect::<Vec<_>>();
                Ok(Some(Column::Double(values.into(), present)))
            }
            _ => Ok(None),
        }
    }
}

/// Ascending times have few bins, each a run of rows.
fn bin<'b>(times: &Column<'b>, width: i64) -> Option<Column<'b>> {
    let Column::Int { values, present: None, ascending } = times else { return None };
    // Near the ends of what can be counted, the plain way says what is wrong.
    let is_near_end =
        |time: &i64| time.unsigned_abs() > i64::MAX.unsigned_abs() - width.unsigned_abs();
    if width <= 0
        || (*ascending && [values.first(), values.last()].into_iter().flatten().any(is_near_end))
    {
        return None;
    }
    if !ascending {
        if values.iter().any(is_near_end) {
            return None;
        }
        let bins = values.iter().map(|time| time - time.rem_euclid(width)).collect::<Vec<_>>();
        return Some(Column::Int { values: bins.into(), present: None, ascending: false });
    }
    let (mut bins, mut ends, mut row) = (Vec::new(), Vec::new(), 0);
    while row < values.len() {
        let start = values[row] - values[row].rem_euclid(width);
        row += run_length(&values[row..], start + width);
        bins.push(start);
        ends.push(row as u32);
    }
    Some(Column::Runs { values: bins.into(), ends: Arc::new(ends) })
}

/// How many ascending values, the first at least, are below the end: by strides that double.
fn run_length(values: &[i64], end: i64) -> usize {
    let mut reach = 1;
    while reach < values.len() && values[reach] < end {
        reach *= 2;
    }
    let from = reach / 2;
    let until = reach.min(values.len());
    from + values[from..until].partition_point(|value| *value < end)
}

fn arithmetic(
    name: &str,
    one: &Column<'_>,
    two: &Column<'_>,
    rows: usize,
) -> Option<Column<'static>> {
    let operate: fn(f64, f64) -> f64 = match name {
        "$add" => |a, b| a + b,
        "$subtract" => |a, b| a - b,
        "$multiply" => |a, b| a * b,
        _ => |a, b| a / b,
    };
    let values: Vec<f64> = match (one, two) {
        (Column::Double(one, None), Column::Double(two, None)) => {
            one.iter().zip(two.iter()).map(|(one, two)| operate(*one, *two)).collect()
        }
        (Column::Double(one, None), Column::Constant(Value::Double(two))) => {
            one.iter().map(|one| operate(*one, *two)).collect()
        }
        (Column::Constant(Value::Double(one)), Column::Double(two, None)) => {
            two.iter().map(|two| operate(*one, *two)).collect()
        }
        _ => return None,
    };
    debug_assert_eq!(values.len(), rows);
    Some(Column::Double(values.into(), None))
}

fn compare(
    comparison: Comparison,
    one: &Column<'_>,
    two: &Column<'_>,
    rows: usize,
) -> Option<Column<'static>> {
    let is: Vec<bool> = match (one, two) {
        (Column::Constant(_), Column::Int { .. } | Column::Double(..)) => {
            return compare(comparison.turned(), two, one, rows);
        }
        (Column::Int { values, present: None, .. }, Column::Constant(Value::Int(two))) => {
            test(comparison, values, two)
        }
        (Column::Double(values, None), Column::Constant(Value::Double(two))) => {
            test(comparison, values, two)
        }
        (
            Column::Int { values: one, present: None, .. },
            Column::Int { values: two, present: None, .. },
        ) => pairs(comparison, one, two),
        (Column::Double(one, None), Column::Double(two, None)) => pairs(comparison, one, two),
        _ => return None,
    };
    debug_assert_eq!(is.len(), rows);
    if is.iter().all(|is| *is) {
        return Some(Column::Constant(Value::Boolean(true)));
    }
    Some(Column::Boolean(is.into(), None))
}

/// One loop for each comparison, so that the compiler makes wide ones of them.
fn test<T: PartialOrd + Copy>(
    comparison: Comparison,
    values: &Buffer<'_, T>,
    two: &T,
) -> Vec<bool> {
    let values = values.iter();
    match comparison {
        Comparison::Equal => values.map(|one| one == two).collect(),
        Comparison::Unequal => values.map(|one| one != two).collect(),
        Comparison::Less => values.map(|one| one < two).collect(),
        Comparison::LessOrEqual => values.map(|one| one <= two).collect(),
        Comparison::Greater => values.map(|one| one > two).collect(),
        Comparison::GreaterOrEqual => values.map(|one| one >= two).collect(),
    }
}

fn pairs<T: PartialOrd + Copy>(
    comparison: Comparison,
    one: &Buffer<'_, T>,
    two: &Buffer<'_, T>,
) -> Vec<bool> {
    let pairs = one.iter().zip(two.iter());
    match comparison {
        Comparison::Equal => pairs.map(|(one, two)| one == two).collect(),
        Comparison::Unequal => pairs.map(|(one, two)| one != two).collect(),
        Comparison::Less => pairs.map(|(one, two)| one < two).collect(),
        Comparison::LessOrEqual => pairs.map(|(one, two)| one <= two).collect(),
        Comparison::Greater => pairs.map(|(one, two)| one > two).collect(),
        Comparison::GreaterOrEqual => pairs.map(|(one, two)| one >= two).collect(),
    }
}
