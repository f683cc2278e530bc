//! Lists that come in pages.

use registry::PAGE_ITEMS_MAX;

use crate::error::AwsError;

/// What a page holds unless asked for.
const PAGE_ITEMS: usize = 25;

/// How most lists are asked for their next page.
pub(crate) const TOKENS: &[(&str, &str)] =
    &[("nextToken", "nextToken"), ("maxResults", "maxResults")];
/// How the older ones are.
pub(crate) const MARKERS: &[(&str, &str)] = &[("marker", "marker"), ("pageSize", "pageSize")];

pub(crate) fn page_limit(asked: Option<usize>) -> Result<usize, AwsError> {
    match asked {
        None => Ok(PAGE_ITEMS),
        Some(asked) if (1..=PAGE_ITEMS_MAX).contains(&asked) => Ok(asked),
        Some(asked) => Err(AwsError::invalid_request(format!(
            "a page has 1 to {PAGE_ITEMS_MAX} items, not {asked}"
        ))),
    }
}
