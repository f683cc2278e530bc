//! Conditions go down to where their rows come from, and a time newest first is told to its table.

use crate::ast::JoinKind;
use crate::bound::{Bound, Comparison, Node};
use crate::plan::{Plan, Scan};
use crate::types::Type;
use crate::value::Value;

/// A plan of which only rows come that meet the conditions.
pub(super) fn push(plan: Plan, conditions: Vec<Bound>) -> Plan {
    let mut conjuncts = Vec::new();
    conditions.into_iter().for_each(|condition| condition.into_conjuncts(&mut conjuncts));
    if conjuncts.is_empty() {
        return plan;
    }
    match plan {
        Plan::Scan(mut scan) => {
            let rest: Vec<Bound> =
                conjuncts.into_iter().filter_map(|conjunct| scan.take(conjunct)).collect();
            filter(Plan::Scan(scan), rest)
        }
        Plan::Filter { input, mut conditions } => {
            conditions.append(&mut conjuncts);
            push(*input, conditions)
        }
        Plan::Project { input, exprs } => {
            let (through, rest) = split(conjuncts, |conjunct| {
                conjunct.columns().iter().all(|place| exprs[*place].as_column().is_some())
            });
            let through = through.into_iter().map(|mut conjunct| {
                conjunct.replace_columns(&mut |place| exprs[place].node.clone());
                conjunct
            });
            let input = Box::new(push(*input, through.collect()));
            filter(Plan::Project { input, exprs }, rest)
        }
        Plan::Join(join) => push_into_join(join, conjuncts),
        plan => filter(plan, conjuncts),
    }
}

fn push_into_join(mut join: Box<crate::plan::Join>, conjuncts: Vec<Bound>) -> Plan {
    let width = join.left_types.len();
    let reads = |conjunct: &Bound, is_of: &dyn Fn(usize) -> bool| {
        let columns = conjunct.columns();
        !columns.is_empty() && columns.iter().all(|place| is_of(*place))
    };
    let (left, rest) = match join.kind {
        JoinKind::Inner | JoinKind::Left => {
            split(conjuncts, |conjunct| reads(conjunct, &|place| place < width))
        }
        _ => (Vec::new(), conjuncts),
    };
    let (right, rest) = match join.kind {
        JoinKind::Inner | JoinKind::Right => {
            split(rest, |conjunct| reads(conjunct, &|place| place >= width))
        }
        _ => (Vec::new(), rest),
    };
    let right = right.into_iter().map(|mut conjunct| {
        conjunct.replace_columns(&mut |place| Node::Column(place - width));
        conjunct
    });
    let right: Vec<Bound> = right.collect();
    let nothing = || Plan::Values { rows: Vec::new(), types: Vec::new() };
    join.left = push(std::mem::replace(&mut join.left, nothing()), left);
    join.right = push(std::mem::replace(&mut join.right, nothing()), right);
    if join.kind == JoinKind::Inner {
        rest.into_iter().for_each(|conjunct| join.take(conjunct));
        return Plan::Join(join);
    }
    filter(Plan::Join(join), rest)
}

fn split(conjuncts: Vec<Bound>, is_first: impl Fn(&Bound) -> bool) -> (Vec<Bound>, Vec<Bound>) {
    conjuncts.into_iter().partition(is_first)
}

fn filter(input: Plan, conditions: Vec<Bound>) -> Plan {
    if conditions.is_empty() {
        return input;
    }
    Plan::Filter { input: Box::new(input), conditions }
}

impl Scan {
    /// Takes a condition that the scan itself can keep; answers it if it cannot.
    fn take(&mut self, conjunct: Bound) -> Option<Bound> {
        match &conjunct.node {
            Node::Compare(comparison, one, two) => {
                let (column, constant, comparison) = match (
                    one.as_column(),
                    two.as_constant(),
                    one.as_constant(),
                    two.as_column(),
                ) {
                    (Some(column), Some(constant), ..) => (column, constant, *comparison),
                    (_, _, Some(constant), Some(column)) => (column, constant, comparison.turned()),
                    _ => return Some(conjunct),
                };
                match constant {
                    Value::Int(time) if Some(column) == self.time => {
                        if !self.narrow(comparison, *time) {
                            return Some(conjunct);
                        }
                    }
                    Value::Text(text) if comparison == Comparison::Equal => {
                        self.equal.push((column, vec![text.to_string()]));
                    }
                    _ => return Some(conjunct),
                }
                None
            }
            Node::InSet { inner, values, has_null: false } if inner.of == Type::Varchar => {
                let Some(column) = inner.as_column() else { return Some(conjunct) };
                let mut texts: Vec<String> =
                    values.iter().map(|value| value.str().to_owned()).collect();
                texts.sort_unstable();
                self.equal.push((column, texts));
                None
            }
            _ => Some(conjunct),
        }
    }

    fn narrow(&mut self, comparison: Comparison, time: i64) -> bool {
        match comparison {
            Comparison::Equal => {
                self.from = self.from.max(time);
                self.until = self.until.min(time);
            }
            Comparison::GreaterOrEqual => self.from = self.from.max(time),
            Comparison::LessOrEqual => self.until = self.until.min(time),
            Comparison::Greater if time < i64::MAX => self.from = self.from.max(time + 1),
            Comparison::Less if time > i64::MIN => self.until = self.until.min(time - 1),
            _ => return false,
        }
        true
    }
}

/// Where the first rows are wanted by a table's time, newest first, the table is told.
pub(super) fn look_for_newest(plan: &mut Plan) {
    match plan {
        Plan::Sort(sort) => {
            let key = &sort.keys[0];
            if sort.limit.is_some()
                && key.descending
                && let Some(place) = key.by.as_column()
            {
                sort.tells_since = mark_newest(&mut sort.input, place);
            }
            look_for_newest(&mut sort.input);
        }
        Plan::Limit { input, .. }
        | Plan::Filter { input, .. }
        | Plan::Project { input, .. }
        | Plan::Window { input, .. }
        | Plan::Unnest { input, .. } => look_for_newest(input),
        Plan::Aggregate(aggregate) => look_for_newest(&mut aggregate.input),
        Plan::Join(join) => {
            look_for_newest(&mut join.left);
            look_for_newest(&mut join.right);
        }
        Plan::Set { left, right, .. } => {
            look_for_newest(left);
            look_for_newest(right);
        }
        Plan::Scan(_) | Plan::Values { .. } => {}
    }
}

/// Whether the column is the time of a table whose rows come one by one.
fn mark_newest(plan: &mut Plan, place: usize) -> bool {
    match plan {
        Plan::Scan(scan) if scan.time == Some(place) => {
            scan.newest_first = true;
            true
        }
        Plan::Filter { input, .. } => mark_newest(input, place),
        Plan::Project { input, exprs } => {
            exprs[place].as_column().is_some_and(|place| mark_newest(input, place))
        }
        _ => false,
    }
}
