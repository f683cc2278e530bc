//! Looks up the names and values of an expression, and keeps what is wrong with it.

use super::arguments::Arguments;
use super::fault::Fault;
use super::reserved::is_reserved;
use super::syntax::Part;
use crate::path::{Clash, Path, Step};
use crate::value::Value;

/// How grave a fault is: the least is reported. In conditions the second part says in which of the
/// comparisons it is.
pub(super) type Gravity = (u8, usize, u8);

pub(super) struct Resolver<'a> {
    arguments: &'a mut Arguments,
    gravest: Option<(Gravity, Fault)>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(arguments: &'a mut Arguments) -> Resolver<'a> {
        Resolver { arguments, gravest: None }
    }

    /// Of faults that are equally grave, the first stays.
    pub(super) fn note(&mut self, gravity: Gravity, fault: Fault) {
        if self.gravest.as_ref().is_none_or(|(worst, _)| gravity < *worst) {
            self.gravest = Some((gravity, fault));
        }
    }

    pub(super) fn finish<T>(self, resolved: T) -> Result<T, Fault> {
        self.gravest.map_or(Ok(resolved), |(_, fault)| Err(fault))
    }

    pub(super) fn path(&mut self, parts: &[Part], reserved: Gravity, undefined: Gravity) -> Path {
        let mut steps = Vec::with_capacity(parts.len());
        for part in parts {
            steps.push(match part {
                Part::Index(at) => Step::Index(*at),
                Part::Word(word) => {
                    if is_reserved(word) {
                        self.note(reserved, Fault::Reserved { name: word.clone() });
                    }
                    Step::Name(word.clone())
                }
                Part::Name(key) => match self.arguments.name(key) {
                    Ok(name) => Step::Name(name.to_owned()),
                    Err(fault) => {
                        self.note(undefined, fault);
                        Step::Name(key.clone())
                    }
                },
            });
        }
        let head = steps.remove(0);
        let Step::Name(name) = head else { unreachable!("a path begins with a name") };
        Path { name, steps }
    }

    /// The value, or `Null` if there is none: then a fault is noted, and nobody will see it.
    pub(super) fn value(&mut self, key: &str, undefined: Gravity) -> Value {
        match self.arguments.value(key) {
            Ok(value) => value.clone(),
            Err(fault) => {
                self.note(undefined, fault);
                Value::Null
            }
        }
    }

    /// Notes paths of which only one can be meant.
    pub(super) fn distinct(&mut self, paths: &[&Path], overlap: Gravity, conflict: Gravity) {
        // Sorted, those that share a beginning stand together: but which pair is reported depends on
        // the order in which they were written, and expressions are short.
        for (at, two) in paths.iter().enumerate() {
            for one in &paths[..at] {
                let clash = one.clash(two);
                let (one, two) = (Path::clone(one), Path::clone(two));
                match clash {
                    Some(Clash::Overlap) => self.note(overlap, Fault::Overlap { one, two }),
                    Some(Clash::Conflict) => self.note(conflict, Fault::Conflict { one, two }),
                    None => {}
                }
            }
        }
    }
}

/// The paths of a projection.
pub(super) fn resolve_paths(
    mut resolver: Resolver<'_>,
    syntax: &[Vec<Part>],
) -> Result<Vec<Path>, Fault> {
    const RESERVED: Gravity = (0, 0, 0);
    const UNDEFINED: Gravity = (1, 0, 0);
    const OVERLAP: Gravity = (2, 0, 0);
    const CONFLICT: Gravity = (3, 0, 0);
    let paths: Vec<Path> =
        syntax.iter().map(|parts| resolver.path(parts, RESERVED, UNDEFINED)).collect();
    resolver.distinct(&paths.iter().collect::<Vec<_>>(), OVERLAP, CONFLICT);
    resolver.finish(paths)
}
