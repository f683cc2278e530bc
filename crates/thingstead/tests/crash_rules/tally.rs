//! How far each device's messages got somewhere. They are numbered from 1 and leave no gap.

use std::collections::BTreeMap;

/// The last number of each device.
pub(crate) type Tally = BTreeMap<String, u64>;

/// What each message says beside its device and number, so that one that is torn is told apart.
pub(crate) fn text(device: &str, number: u64) -> String {
    format!("{device} says {number} and {}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Counts a message that may have come before, as what is not acknowledged is sent again.
pub(crate) fn count_again(tally: &mut Tally, place: &str, device: &str, number: u64) {
    let last = tally.entry(device.to_owned()).or_default();
    assert!(number <= *last + 1, "{place}: {number} of {device} came after {last}");
    *last = number.max(*last);
}

/// Counts a message that must not have come before.
pub(crate) fn count_once(tally: &mut Tally, place: &str, device: &str, number: u64) {
    let last = tally.entry(device.to_owned()).or_default();
    assert_eq!(number, *last + 1, "{place}: a message of {device}");
    *last = number;
}
