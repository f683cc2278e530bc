//! Which of the names that exist one may have meant.

/// The closest name, if it is close: at most a third of its letters wrong.
pub(crate) fn closest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer names are not compared: the table has a cell for each pair of letters.
    const LENGTH_MAX: usize = 64;
    let comparable = names.filter(|other| other.len() <= LENGTH_MAX && name.len() <= LENGTH_MAX);
    let measured = comparable.map(|other| (distance(name, other), other));
    let (distance, other) = measured.min_by_key(|(distance, _)| *distance)?;
    let is_start = !name.is_empty() && (name.starts_with(other) || other.starts_with(name));
    let longest = name.chars().count().max(other.chars().count());
    (distance * 3 <= longest || is_start).then_some(other)
}

/// Letters to change, add or leave out, of any case, to make one name of another.
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for letter in one.chars().flat_map(char::to_lowercase) {
        let mut diagonal = row[0];
        row[0] += 1;
        for (at, other) in two.iter().enumerate() {
            let change = diagonal + usize::from(letter != *other);
            diagonal = row[at + 1];
            row[at + 1] = change.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_close_are_found() {
        let names = ["temp", "zone", "humidity"];
        let cases = [
            ("temperature", Some("temp")),
            ("Zone", Some("zone")),
            ("humidty", Some("humidity")),
            ("pressure", None),
        ];
        for (name, expected) in cases {
            assert_eq!(closest(name, names.into_iter()), expected, "{name}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
