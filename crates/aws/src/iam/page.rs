//! Lists that come in pages: where one ends is a marker for the next.

use serde::{Deserialize, Deserializer};

use crate::error::AwsError;
use crate::input::from_text;

/// What a page holds unless asked for, and the most that may be asked for.
const ITEMS: usize = 100;
const ITEMS_MAX: usize = 1000;

/// How many items a page may hold.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MaxItems(Option<usize>);

impl<'de> Deserialize<'de> for MaxItems {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<MaxItems, D::Error> {
        from_text(deserializer).map(MaxItems)
    }
}

impl MaxItems {
    pub(crate) fn limit(self) -> Result<usize, AwsError> {
        match self.0 {
            None => Ok(ITEMS),
            Some(asked) if (1..=ITEMS_MAX).contains(&asked) => Ok(asked),
            Some(asked) => Err(AwsError::validation(format!(
                "MaxItems must be from 1 to {ITEMS_MAX}, not {asked}"
            ))),
        }
    }
}

/// A page of what is there as a whole: the items behind the marker, which is the name of the last
/// item of the page before, and the marker of the next.
pub(crate) fn part<T>(
    items: Vec<T>,
    marker: Option<&str>,
    limit: usize,
    name: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let mut rest = items.into_iter().skip_while(|item| marker.is_some_and(|m| *name(item) <= *m));
    let page: Vec<T> = rest.by_ref().take(limit).collect();
    let next = rest.next().and_then(|_| page.last().map(name));
    (page, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_each_other() {
        let items = || vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let part = |marker, limit| part(items(), marker, limit, String::clone);
        assert_eq!(part(None, 3), (items(), None));
        assert_eq!(part(None, 2), (items()[..2].to_vec(), Some("b".to_owned())));
        assert_eq!(part(Some("b"), 2), (items()[2..].to_vec(), None));
        assert_eq!(part(Some("c"), 2), (vec![], None));
    }
}
