//! Functions of arrays, and those that take lambdas. A series is an array of points to them.

use super::{Call, Site, check_list, check_text};
use crate::cast::text_of;
use crate::error::Failure;
use crate::value::Value;

pub(super) const TABLE: &[(&str, Call)] = &[
    ("cardinality(array(T)) bigint", |_, v| Ok(Value::Int(v[0].items().len() as i64))),
    ("cardinality(timeseries(T)) bigint", |_, v| Ok(Value::Int(v[0].items().len() as i64))),
    ("contains(array(T), T) boolean", contains),
    ("element_at(array(T), bigint) T", element_at),
    ("$subscript(array(T), bigint) T", subscript),
    ("array_distinct(array(T)) array(T)", |_, v| Ok(Value::list(distinct(v[0].items())))),
    ("array_sort(array(T)) array(T)", |_, v| {
        let mut values = v[0].items().to_vec();
        values.sort_by(Value::order);
        Ok(Value::list(values))
    }),
    ("array_min(array(T)) T", |_, v| extreme(v, |a, b| a.order(b).is_lt())),
    ("array_max(array(T)) T", |_, v| extreme(v, |a, b| a.order(b).is_gt())),
    ("array_position(array(T), T) bigint", |_, v| {
        let place = v[0].items().iter().position(|item| !item.is_null() && *item == v[1]);
        Ok(Value::Int(place.map_or(0, |place| place as i64 + 1)))
    }),
    ("array_join(array(T), varchar) varchar", |site, v| join(site, v, None)),
    ("array_join(array(T), varchar, varchar) varchar", |site, v| join(site, v, Some(v[2].str()))),
    ("array_remove(array(T), T) array(T)", |_, v| {
        Ok(Value::list(v[0].items().iter().filter(|item| **item != v[1]).cloned().collect()))
    }),
    ("array_intersect(array(T), array(T)) array(T)", |_, v| {
        Ok(Value::list(kept(v, |item, other| other.contains(item))))
    }),
    ("array_except(array(T), array(T)) array(T)", |_, v| {
        Ok(Value::list(kept(v, |item, other| !other.contains(item))))
    }),
    ("array_union(array(T), array(T)) array(T)", |_, v| {
        Ok(Value::list(distinct(&[v[0].items(), v[1].items()].concat())))
    }),
    ("arrays_overlap(array(T), array(T)) boolean", |_, v| {
        let mut items = v[0].items().iter().filter(|item| !item.is_null());
        Ok(Value::Boolean(items.any(|item| v[1].items().contains(item))))
    }),
    ("reverse(array(T)) array(T)", |_, v| {
        Ok(Value::list(v[0].items().iter().rev().cloned().collect()))
    }),
    ("flatten(array(array(T))) array(T)", |_, v| {
        check_list(v[0].items().iter().map(|list| list.items().len()).sum())?;
        Ok(Value::list(v[0].items().iter().flat_map(|list| list.items().to_vec()).collect()))
    }),
    ("slice(array(T), bigint, bigint) array(T)", slice),
    ("!repeat(T, bigint) array(T)", |_, v| {
        Ok(Value::list(vec![v[0].clone(); count_of(v[1].int())?]))
    }),
    ("sequence(bigint, bigint) array(bigint)", |_, v| {
        let step = if v[0].int() <= v[1].int() { 1 } else { -1 };
        sequence(v[0].int(), v[1].int(), step)
    }),
    ("sequence(bigint, bigint, bigint) array(bigint)", |_, v| {
        sequence(v[0].int(), v[1].int(), v[2].int())
    }),
    ("sequence(timestamp, timestamp, interval) array(timestamp)", |_, v| {
        sequence(v[0].int(), v[1].int(), v[2].int())
    }),
    ("sequence(date, date) array(date)", |_, v| sequence(v[0].int(), v[1].int(), 1)),
    ("filter(array(T), function(T, boolean)) array(T)", filter),
    ("filter(timeseries(T), function(point(T), boolean)) timeseries(T)", filter),
    ("transform(array(T), function(T, U)) array(U)", transform),
    ("transform(timeseries(T), function(point(T), point(U))) timeseries(U)", transform),
    ("reduce(array(T), S, function(S, T, S), function(S, U)) U", reduce),
    ("reduce(timeseries(T), S, function(S, point(T), S), function(S, U)) U", reduce),
    ("any_match(array(T), function(T, boolean)) boolean", |site, v| matches(site, v, true, true)),
    ("all_match(array(T), function(T, boolean)) boolean", |site, v| matches(site, v, false, false)),
    ("none_match(array(T), function(T, boolean)) boolean", |site, v| matches(site, v, true, false)),
    ("zip_with(array(T), array(U), function(T, U, S)) array(S)", zip_with),
];

/// How many items one function makes at most: Trino's limit for sequences.
const ITEMS_MAX: usize = 10_000;

fn count_of(count: i64) -> Result<usize, Failure> {
    let failure = || Failure::new(format!("count must be from 0 to {ITEMS_MAX}"));
    usize::try_from(count).ok().filter(|count| *count <= ITEMS_MAX).ok_or_else(failure)
}

fn contains(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let items = v[0].items();
    if items.iter().any(|item| !item.is_null() && *item == v[1]) {
        return Ok(Value::Boolean(true));
    }
    Ok(if items.iter().any(Value::is_null) { Value::Null } else { Value::Boolean(false) })
}

fn element_at(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let (items, index) = (v[0].items(), v[1].int());
    let place = match index {
        0 => return Err(Failure::new("SQL array indices start at 1")),
        index if index > 0 => usize::try_from(index - 1).ok(),
        index => items.len().checked_sub(index.unsigned_abs() as usize),
    };
    Ok(place.and_then(|place| items.get(place)).cloned().unwrap_or_default())
}

fn subscript(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let (items, index) = (v[0].items(), v[1].int());
    if index <= 0 {
        let what =
            if index == 0 { "SQL array indices start at 1" } else { "Array subscript is negative" };
        return Err(Failure::new(what));
    }
    let item = usize::try_from(index - 1).ok().and_then(|place| items.get(place)).cloned();
    let size = items.len();
    let failure = || {
        Failure::new(format!(
            "Array subscript must be less than or equal to array length: {index} > {size}"
        ))
    };
    item.ok_or_else(failure)
}

fn distinct(items: &[Value]) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    items.iter().filter(|item| seen.insert(*item)).cloned().collect()
}

fn kept(v: &[Value], keep: fn(&Value, &[Value]) -> bool) -> Vec<Value> {
    let items: Vec<Value> =
        v[0].items().iter().filter(|item| keep(item, v[1].items())).cloned().collect();
    distinct(&items)
}

/// A null among the items makes null.
fn extreme(v: &[Value], is_better: fn(&Value, &Value) -> bool) -> Result<Value, Failure> {
    let mut best: Option<&Value> = None;
    for item in v[0].items() {
        if item.is_null() {
            return Ok(Value::Null);
        }
        if best.is_none_or(|best| is_better(item, best)) {
            best = Some(item);
        }
    }
    Ok(best.cloned().unwrap_or_default())
}

fn join(site: &Site<'_>, v: &[Value], null: Option<&str>) -> Result<Value, Failure> {
    let element = match &site.types[0] {
        crate::Type::Array(element) => (**element).clone(),
        _ => crate::Type::Unknown,
    };
    let text = |item: &Value| match item {
        Value::Null => null.map(str::to_owned),
        item => Some(text_of(item, &element)),
    };
    let mut joined = String::new();
    for (place, part) in v[0].items().iter().filter_map(text).enumerate() {
        if place > 0 {
            joined.push_str(v[1].str());
        }
        joined.push_str(&part);
        check_text(joined.len())?;
    }
    Ok(Value::text(joined))
}

fn slice(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let (items, start, length) = (v[0].items(), v[1].int(), v[2].int());
    if start == 0 || length < 0 {
        return Err(Failure::new("SQL array indices start at 1, and a length is not negative"));
    }
    let all = items.len() as i64;
    let first = if start > 0 { start - 1 } else { all + start };
    if first < 0 || first >= all {
        return Ok(Value::list(Vec::new()));
    }
    let end = first.saturating_add(length).min(all);
    Ok(Value::list(items[first as usize..end as usize].to_vec()))
}

fn sequence(start: i64, stop: i64, step: i64) -> Result<Value, Failure> {
    if step == 0 || (step > 0) != (stop >= start) && start != stop {
        return Err(Failure::new(
            "sequence stop value should be greater than or equal to start value if step is greater \
             than zero otherwise stop should be less than or equal to start",
        ));
    }
    let count = (i128::from(stop) - i128::from(start)) / i128::from(step) + 1;
    if count > ITEMS_MAX as i128 {
        return Err(Failure::new(format!(
            "result of sequence function must not have more than {ITEMS_MAX} entries"
        )));
    }
    Ok(Value::list((0..count as i64).map(|place| Value::Int(start + place * step)).collect()))
}

fn filter(site: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let mut kept = Vec::new();
    for item in v[0].items() {
        if (site.apply)(1, std::slice::from_ref(item))?.as_bool() == Some(true) {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(kept))
}

fn transform(site: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let items = v[0].items().iter();
    let made: Result<Vec<Value>, Failure> =
        items.map(|item| (site.apply)(1, std::slice::from_ref(item))).collect();
    made.map(Value::list)
}

fn reduce(site: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let mut state = v[1].clone();
    for item in v[0].items() {
        state = (site.apply)(2, &[state, item.clone()])?;
    }
    (site.apply)(3, &[state])
}

/// Whether one item answers with `sought` makes `found`; a null in between makes null.
fn matches(site: &Site<'_>, v: &[Value], sought: bool, found: bool) -> Result<Value, Failure> {
    let mut has_null = false;
    for item in v[0].items() {
        match (site.apply)(1, std::slice::from_ref(item))?.as_bool() {
            Some(answer) if answer == sought => return Ok(Value::Boolean(found)),
            Some(_) => {}
            None => has_null = true,
        }
    }
    Ok(if has_null { Value::Null } else { Value::Boolean(!found) })
}

fn zip_with(site: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let (one, two) = (v[0].items(), v[1].items());
    let item = |items: &[Value], place: usize| items.get(place).cloned().unwrap_or_default();
    let places = 0..one.len().max(two.len());
    let made: Result<Vec<Value>, Failure> =
        places.map(|place| (site.apply)(2, &[item(one, place), item(two, place)])).collect();
    made.map(Value::list)
}
