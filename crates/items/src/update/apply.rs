//! Changing an item.
//!
//! What is set is worked out first, so that it comes from the item as it was. Elements of lists are
//! put in by rising places, so that those beyond the end are appended in their order, and removed by
//! falling ones, so that no removal moves the next.

use super::{Action, Source, Style, UpdateError};
use crate::item::Item;
use crate::json::NESTING_MAX;
use crate::path::{Path, Step};
use crate::value::Value;

pub(super) fn apply(actions: &[Action], style: Style, item: &Item) -> Result<Item, UpdateError> {
    let (mut puts, mut removals) = (Vec::new(), Vec::new());
    for action in actions {
        match action {
            Action::Set(path, source) => puts.push((path, source.of(item)?)),
            Action::Remove(path) => removals.push(path),
            Action::Add(path, value) => {
                puts.push((path, add(path.get(item), value, style)?));
            }
            Action::Delete(path, value) => match delete(path.get(item), value, style)? {
                Left::Nothing => removals.push(path),
                Left::Some(value) => puts.push((path, value)),
                Left::AsItWas => check_parent(path, item)?,
            },
        }
    }
    let mut changed = item.clone();
    puts.sort_by(|a, b| a.0.cmp(b.0));
    removals.sort_by(|a, b| b.cmp(a));
    for (path, value) in puts {
        put(&mut changed, path, value)?;
    }
    for path in removals {
        remove(&mut changed, path)?;
    }
    Ok(changed)
}

impl Source {
    fn of(&self, item: &Item) -> Result<Value, UpdateError> {
        match self {
            Source::Value(value) => Ok(value.clone()),
            Source::Path(path) => path.get(item).cloned().ok_or(UpdateError::NotThere),
            Source::IfNotExists(path, otherwise) => match path.get(item) {
                Some(value) => Ok(value.clone()),
                None => otherwise.of(item),
            },
            Source::ListAppend(lists) => {
                let [first, second] = &**lists;
                match (first.of(item)?, second.of(item)?) {
                    (Value::L(mut list), Value::L(more)) => {
                        list.extend(more);
                        Ok(Value::L(list))
                    }
                    _ => Err(UpdateError::OperandType),
                }
            }
            Source::Plus(operands) => {
                let [a, b] = numbers(operands, item)?;
                Ok(Value::N(a.plus(b)?))
            }
            Source::Minus(operands) => {
                let [a, b] = numbers(operands, item)?;
                Ok(Value::N(a.minus(b)?))
            }
        }
    }
}

fn numbers(operands: &[Source; 2], item: &Item) -> Result<[crate::number::Number; 2], UpdateError> {
    let number = |source: &Source| source.of(item)?.as_n().ok_or(UpdateError::OperandType);
    Ok([number(&operands[0])?, number(&operands[1])?])
}

fn mismatch(style: Style) -> UpdateError {
    match style {
        Style::Expression => UpdateError::OperandType,
        Style::Legacy => UpdateError::LegacyType,
    }
}

fn add(there: Option<&Value>, value: &Value, style: Style) -> Result<Value, UpdateError> {
    let Some(there) = there else { return Ok(value.clone()) };
    Ok(match (there, value) {
        (Value::N(a), Value::N(b)) => Value::N(a.plus(*b)?),
        (Value::Ss(a), Value::Ss(b)) => Value::Ss(union(a, b)),
        (Value::Ns(a), Value::Ns(b)) => Value::Ns(union(a, b)),
        (Value::Bs(a), Value::Bs(b)) => Value::Bs(union(a, b)),
        // Only the legacy way takes a list at all.
        (Value::L(a), Value::L(b)) => Value::L(a.iter().chain(b).cloned().collect()),
        _ => return Err(mismatch(style)),
    })
}

fn union<T: Ord + Clone>(a: &[T], b: &[T]) -> Vec<T> {
    let mut all: Vec<T> = a.iter().chain(b).cloned().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What a set is without some members.
enum Left {
    /// There was no set.
    AsItWas,
    Nothing,
    Some(Value),
}

fn delete(there: Option<&Value>, value: &Value, style: Style) -> Result<Left, UpdateError> {
    let Some(there) = there else { return Ok(Left::AsItWas) };
    Ok(match (there, value) {
        (Value::Ss(a), Value::Ss(b)) => left(a, b, Value::Ss),
        (Value::Ns(a), Value::Ns(b)) => left(a, b, Value::Ns),
        (Value::Bs(a), Value::Bs(b)) => left(a, b, Value::Bs),
        _ => return Err(mismatch(style)),
    })
}

fn left<T: Ord + Clone>(a: &[T], b: &[T], of: fn(Vec<T>) -> Value) -> Left {
    let stays = |member: &&T| b.binary_search(member).is_err();
    let members: Vec<T> = a.iter().filter(stays).cloned().collect();
    if members.is_empty() { Left::Nothing } else { Left::Some(of(members)) }
}

fn check_parent(path: &Path, item: &Item) -> Result<(), UpdateError> {
    let Some((last, steps)) = path.steps.split_last() else { return Ok(()) };
    let parent = Path { name: path.name.clone(), steps: steps.to_vec() };
    match (parent.get(item), last) {
        (Some(Value::M(_)), Step::Name(_)) | (Some(Value::L(_)), Step::Index(_)) => Ok(()),
        _ => Err(UpdateError::Path),
    }
}

/// The map or list that holds what a path leads to.
fn parent<'a>(
    item: &'a mut Item,
    name: &str,
    steps: &[Step],
) -> Result<&'a mut Value, UpdateError> {
    let head = item.get_mut(name).ok_or(UpdateError::Path)?;
    steps.iter().try_fold(head, |value, step| step.of_mut(value).ok_or(UpdateError::Path))
}

fn put(item: &mut Item, path: &Path, value: Value) -> Result<(), UpdateError> {
    let Some((last, steps)) = path.steps.split_last() else {
        item.insert(path.name.clone(), value);
        return Ok(());
    };
    if path.steps.len() + depth(&value) > NESTING_MAX {
        return Err(UpdateError::TooDeep);
    }
    match (parent(item, &path.name, steps)?, last) {
        (Value::M(map), Step::Name(name)) => drop(map.insert(name.clone(), value)),
        (Value::L(list), Step::Index(at)) => match list.get_mut(*at) {
            Some(there) => *there = value,
            None => list.push(value),
        },
        _ => return Err(UpdateError::Path),
    }
    Ok(())
}

fn remove(item: &mut Item, path: &Path) -> Result<(), UpdateError> {
    let Some((last, steps)) = path.steps.split_last() else {
        item.remove(&path.name);
        return Ok(());
    };
    match (parent(item, &path.name, steps)?, last) {
        (Value::M(map), Step::Name(name)) => drop(map.remove(name)),
        (Value::L(list), Step::Index(at)) if *at < list.len() => drop(list.remove(*at)),
        (Value::L(_), Step::Index(_)) => {}
        _ => return Err(UpdateError::Path),
    }
    Ok(())
}

/// How many maps and lists are in each other.
fn depth(value: &Value) -> usize {
    match value {
        Value::M(map) => 1 + map.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        Value::L(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
