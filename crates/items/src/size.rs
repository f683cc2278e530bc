//! How large DynamoDB says that values are. Limits, capacity and pages are counted in these bytes, not
//! in those that the store takes.

use crate::item::Item;
use crate::number::Number;
use crate::value::Value;

/// The largest item.
pub const ITEM_BYTES_MAX: usize = 400 * 1_024;

/// What a list or a map costs, and each of its elements beside itself.
const CONTAINER_BYTES: usize = 3;
const ELEMENT_BYTES: usize = 1;

/// The size of an item: its names and its values.
pub fn item_bytes(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value_bytes(value)).sum()
}

pub fn value_bytes(value: &Value) -> usize {
    match value {
        Value::S(text) => text.len(),
        Value::N(number) => number_bytes(*number),
        Value::B(bytes) => bytes.len(),
        Value::Bool(_) | Value::Null => 1,
        Value::M(map) => CONTAINER_BYTES + map.len() * ELEMENT_BYTES + item_bytes(map),
        Value::L(list) => {
            let each = |value| ELEMENT_BYTES + value_bytes(value);
            CONTAINER_BYTES + list.iter().map(each).sum::<usize>()
        }
        Value::Ss(set) => set.iter().map(String::len).sum(),
        Value::Ns(set) => set.iter().map(|number| number_bytes(*number)).sum(),
        Value::Bs(set) => set.iter().map(Vec::len).sum(),
    }
}

/// Two digits to a byte, counted in pairs from the decimal point, and one for the exponent; one more
/// where it is negative.
pub(crate) fn number_bytes(number: Number) -> usize {
    if number.is_zero() {
        return 1;
    }
    let digits = number.significant_digits() as usize;
    // A leading digit at an odd place fills its pair; at an even one it stands in half a pair, and an
    // even count of digits then needs one more.
    let is_split = digits.is_multiple_of(2) && number.leading().rem_euclid(2) == 0;
    1 + digits.div_ceil(2) + usize::from(is_split) + usize::from(number.is_negative())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_a_byte_for_two_digits() {
        for (text, bytes) in [
            ("0", 1),
            ("1", 2),
            ("10", 2),
            ("12", 2),
            ("-12", 3),
            ("123", 3),
            ("1234", 3),
            ("1.2", 3),
            ("0.12", 2),
            ("12345678901234567890123456789012345678", 20),
        ] {
            assert_eq!(number_bytes(Number::parse(text).expect("a number")), bytes, "{text}");
        }
    }

    #[test]
    fn documents_take_three_bytes_and_one_for_each_element() {
        let list = Value::L(vec![Value::from("ab"), Value::Null]);
        assert_eq!(value_bytes(&list), 3 + 1 + 2 + 1 + 1);
        let map = Value::M([("name", Value::Bool(true))].into_iter().collect());
        assert_eq!(value_bytes(&map), 3 + 1 + 4 + 1);
        let item: Item = [("key", list), ("é", map)].into_iter().collect();
        assert_eq!(item_bytes(&item), 3 + 8 + 2 + 9);
    }
}
