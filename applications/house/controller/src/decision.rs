//! What a mean temperature leads to.

/// Above this the air conditioner is switched on.
pub const ON_ABOVE: f64 = 35.0;
/// Below this it is switched off.
pub const OFF_BELOW: f64 = 20.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

/// None is for nothing to do: between the two, and where nothing was measured.
pub fn decide(mean: Option<f64>) -> Option<Switch> {
    match mean {
        Some(mean) if mean > ON_ABOVE => Some(Switch::On),
        Some(mean) if mean < OFF_BELOW => Some(Switch::Off),
        _ => None,
    }
}

/// None of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    let count = u32::try_from(values.len()).ok().filter(|count| *count > 0)?;
    Some(values.iter().sum::<f64>() / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_beyond_a_threshold_something_is_done() {
        let check = |mean, expected| assert_eq!(decide(mean), expected, "{mean:?}");
        check(Some(35.01), Some(Switch::On));
        check(Some(35.0), None);
        check(Some(20.0), None);
        check(Some(19.99), Some(Switch::Off));
        check(Some(f64::NAN), None);
        check(None, None);
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[34.0, 35.0, 36.0]), Some(35.0));
    }
}
