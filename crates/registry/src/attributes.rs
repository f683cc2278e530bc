//! Attributes of things and thing groups: pairs of short texts, with AWS's limits.

use std::collections::BTreeMap;

pub type Attributes = BTreeMap<String, String>;

/// AWS's limit for a thing with a type, and for a group.
pub const ATTRIBUTES_MAX: usize = 50;
/// AWS's limit for a thing without a type.
pub const ATTRIBUTES_UNTYPED_MAX: usize = 3;
const NAME_CHARACTERS_MAX: usize = 128;
const VALUE_CHARACTERS_MAX: usize = 800;

/// Why attributes are not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributeError {
    #[error("at most {most} attributes are allowed, not {count}")]
    TooMany { count: usize, most: usize },
    #[error(
        "a thing without a type may have at most {ATTRIBUTES_UNTYPED_MAX} attributes, not {count}"
    )]
    Untyped { count: usize },
    #[error("an attribute name has 1 to 128 of letters, digits and '_.,@/:#-', unlike {name:?}")]
    Name { name: String },
    #[error("the value of {name} may have at most 800 of letters, digits and '_.,@/:#=[]-'")]
    Value { name: String },
}

/// Checks the attributes of a group.
pub(crate) fn check(attributes: &Attributes) -> Result<(), AttributeError> {
    if attributes.len() > ATTRIBUTES_MAX {
        return Err(AttributeError::TooMany { count: attributes.len(), most: ATTRIBUTES_MAX });
    }
    for (name, value) in attributes {
        check_name(name)?;
        if value.len() > VALUE_CHARACTERS_MAX || !value.chars().all(is_in_values) {
            return Err(AttributeError::Value { name: name.clone() });
        }
    }
    Ok(())
}

/// Checks the attributes of a thing.
pub(crate) fn check_of_thing(
    attributes: &Attributes,
    is_typed: bool,
) -> Result<(), AttributeError> {
    if !is_typed && attributes.len() > ATTRIBUTES_UNTYPED_MAX {
        return Err(AttributeError::Untyped { count: attributes.len() });
    }
    check(attributes)
}

pub(crate) fn check_name(name: &str) -> Result<(), AttributeError> {
    let fits = !name.is_empty() && name.len() <= NAME_CHARACTERS_MAX;
    match fits && name.chars().all(is_in_names) {
        true => Ok(()),
        false => Err(AttributeError::Name { name: name.to_owned() }),
    }
}

/// Adds to attributes, or replaces them; an empty value removes one.
pub(crate) fn change(attributes: &mut Attributes, by: Option<&Attributes>, merge: bool) {
    match by {
        Some(by) if merge => attributes.extend(by.clone()),
        Some(by) => attributes.clone_from(by),
        None => {}
    }
    attributes.retain(|_, value| !value.is_empty());
}

fn is_in_names(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.,@/:#-".contains(c)
}

fn is_in_values(c: char) -> bool {
    is_in_names(c) || "=[]".contains(c)
}
