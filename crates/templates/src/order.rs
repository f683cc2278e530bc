//! An order in which everything comes after what it needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::TemplateError;

/// `needs` may name what is no key of it, which is there already.
pub(crate) fn order<'a>(
    needs: &BTreeMap<&'a str, BTreeSet<String>>,
) -> Result<Vec<&'a str>, TemplateError> {
    let mut left: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, needed) in needs {
        let inside = needed.iter().map(String::as_str).filter(|name| needs.contains_key(name));
        left.insert(name, inside.collect());
    }
    let mut order = Vec::with_capacity(needs.len());
    while !left.is_empty() {
        let ready: Vec<&'a str> = needs
            .keys()
            .copied()
            .filter(|name| left.get(name).is_some_and(BTreeSet::is_empty))
            .collect();
        if ready.is_empty() {
            let names = circle(&left).into_iter().map(str::to_owned).collect();
            return Err(TemplateError::Circular { names });
        }
        for name in ready {
            left.remove(name);
            for needed in left.values_mut() {
                needed.remove(name);
            }
            order.push(name);
        }
    }
    Ok(order)
}

/// Of those that wait for each other, the ones that do not only wait: whom nobody waits for is left out.
fn circle<'a>(left: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<&'a str> {
    let mut names: BTreeSet<&str> = left.keys().copied().collect();
    loop {
        let needed: BTreeSet<&str> =
            names.iter().flat_map(|name| left[name].iter().copied()).collect();
        let inside: BTreeSet<&str> = names.intersection(&needed).copied().collect();
        if inside.len() == names.len() {
            return names.into_iter().collect();
        }
        names = inside;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(text: &'static str) -> BTreeMap<&'static str, BTreeSet<String>> {
        let read = |line: &'static str| {
            let (name, needed) = line.split_once(':').expect("a colon");
            (name, needed.split_whitespace().map(str::to_owned).collect())
        };
        text.split(';').map(read).collect()
    }

    #[test]
    fn each_comes_after_what_it_needs() {
        let found = order(&needs("A:B C;B:C Elsewhere;C:;D:")).expect("an order");
        assert_eq!(found, ["C", "D", "B", "A"]);
    }

    #[test]
    fn a_circle_is_named_without_those_that_wait_for_it() {
        let error = order(&needs("A:B;B:C;C:B;D:")).expect_err("a circle");
        assert_eq!(error.to_string(), "Circular dependency between resources: [B, C]");
    }
}
