use proptest::prelude::*;

use super::*;
use crate::encoding::{EncodedItem, encode};
use crate::item::Item;
use crate::samples;
use crate::value::Value;

fn read(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn refused(text: &str) -> String {
    let error = read(text).expect_err(text);
    refusal(&error).unwrap_or_else(|| panic!("{text}: {error}")).0
}

#[test]
fn values_are_written_as_they_were_read() {
    for text in [
        r#"{"S":""}"#,
        r#"{"S":"a \"b\" é \u0001"}"#,
        r#"{"N":"-1.5"}"#,
        r#"{"B":"AAH/"}"#,
        r#"{"BOOL":false}"#,
        r#"{"NULL":true}"#,
        r#"{"L":[{"N":"1"},{"L":[]}]}"#,
        r#"{"M":{"a":{"M":{}},"b":{"S":"c"}}}"#,
        r#"{"SS":["a","b"]}"#,
        r#"{"NS":["-1","0.5","20"]}"#,
        r#"{"BS":["AA==","AQ=="]}"#,
    ] {
        let value = read(text).expect(text);
        assert_eq!(serde_json::to_string(&value).expect("written"), text);
    }
}

#[test]
fn refusals_are_worded_as_by_dynamodb() {
    let invalid = "One or more parameter values were invalid: ";
    for (text, message) in [
        ("{}", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".to_owned()),
        (r#"{"X":"1"}"#, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".to_owned()),
        (r#"{"S":null}"#, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".to_owned()),
        (r#"{"S":"a","N":"1"}"#, "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes".to_owned()),
        (r#"{"N":"abc"}"#, "The parameter cannot be converted to a numeric value: abc".to_owned()),
        (r#"{"N":""}"#, "The parameter cannot be converted to a numeric value".to_owned()),
        (r#"{"NULL":false}"#, format!("{invalid}Null attribute value types must have the value of true")),
        (r#"{"SS":[]}"#, format!("{invalid}An string set  may not be empty")),
        (r#"{"NS":[]}"#, format!("{invalid}An number set  may not be empty")),
        (r#"{"BS":[]}"#, format!("{invalid}Binary sets should not be empty")),
        (r#"{"SS":["b","a","b"]}"#, format!("{invalid}Input collection [b, a, b] contains duplicates.")),
        (r#"{"NS":["1","1.0"]}"#, "Input collection contains duplicates".to_owned()),
    ] {
        assert_eq!(refused(text), message, "{text}");
    }
}

#[test]
fn another_shape_is_no_refusal_of_a_value() {
    for text in [
        r#"{"S":1}"#,
        r#"{"N":1}"#,
        r#"{"BOOL":"true"}"#,
        r#"{"L":{}}"#,
        r#"{"M":[]}"#,
        r#"{"B":"a"}"#,
        "[]",
        "1",
        "{",
    ] {
        assert_eq!(refusal(&read(text).expect_err(text)), None, "{text}");
    }
}

#[test]
fn documents_may_be_32_deep() {
    let nested = |depth: usize| {
        format!("{}{}{}", r#"{"L":["#.repeat(depth), r#"{"NULL":true}"#, "]}".repeat(depth))
    };
    assert!(read(&nested(NESTING_MAX)).is_ok());
    assert_eq!(refused(&nested(NESTING_MAX + 1)), "Nesting Levels have exceeded supported limits");
}

proptest! {
    #[test]
    fn stored_bytes_give_the_same_json_as_values(item in samples::item()) {
        let mut bytes = Vec::new();
        encode(&item, &mut bytes);
        let from_bytes = serde_json::to_string(&EncodedItem::new(&bytes)).expect("written");
        prop_assert_eq!(&from_bytes, &serde_json::to_string(&item).expect("written"));
        prop_assert_eq!(serde_json::from_str::<Item>(&from_bytes).expect("read"), item);
    }
}
