use super::*;
use crate::condition::Condition;
use crate::expression::{KeyTest, KeyTests};
use crate::item::Item;
use crate::update::{Update, UpdateError};

fn item(json: &str) -> Item {
    serde_json::from_str(json).expect("an item")
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

const ITEM: &str =
    r#"{"id":{"S":"lamp"},"n":{"N":"5"},"l":{"L":[{"S":"x"}]},"s":{"SS":["p","q"]}}"#;

#[test]
fn filters_hold_or_do_not() {
    for (filter, holds) in [
        (r#"{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"lamp"}]}}"#, true),
        (r#"{"x":{"ComparisonOperator":"NE","AttributeValueList":[{"S":"lamp"}]}}"#, true),
        (
            r#"{"n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"},{"N":"9"}]}}"#,
            true,
        ),
        (r#"{"n":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"1"},{"N":"9"}]}}"#, false),
        (r#"{"x":{"ComparisonOperator":"NULL"}}"#, true),
        (r#"{"x":{"ComparisonOperator":"NOT_NULL"}}"#, false),
        (r#"{"s":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"S":"p"}]}}"#, true),
        (r#"{"s":{"ComparisonOperator":"NOT_CONTAINS","AttributeValueList":[{"S":"p"}]}}"#, false),
        (
            r#"{"id":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"la"}]},"n":{"ComparisonOperator":"LT","AttributeValueList":[{"N":"5"}]}}"#,
            false,
        ),
    ] {
        let condition = Condition::of_filter("scanFilter", read(filter), Combine::And);
        assert_eq!(condition.expect(filter).evaluate(&item(ITEM)), holds, "{filter}");
    }
    let two = r#"{"id":{"ComparisonOperator":"NULL"},"n":{"ComparisonOperator":"NOT_NULL"}}"#;
    let condition = Condition::of_filter("scanFilter", read(two), Combine::Or).expect("good");
    assert!(condition.evaluate(&item(ITEM)));
}

#[test]
fn expectations_hold_or_do_not() {
    for (expected, holds) in [
        (r#"{"id":{"Value":{"S":"lamp"}}}"#, true),
        (r#"{"id":{"Value":{"S":"lamp"},"Exists":true}}"#, true),
        (r#"{"x":{"Exists":false}}"#, true),
        (r#"{"id":{"Exists":false}}"#, false),
        (r#"{"n":{"ComparisonOperator":"GT","Value":{"N":"4"}}}"#, true),
    ] {
        let condition = Condition::of_expected(read(expected), Combine::And).expect(expected);
        assert_eq!(condition.evaluate(&item(ITEM)), holds, "{expected}");
    }
    let invalid = "One or more parameter values were invalid: ";
    for (expected, message) in [
        (
            r#"{"a":{"Value":{"S":"a"},"AttributeValueList":[{"S":"a"}]}}"#,
            "Value and AttributeValueList cannot be used together for Attribute: a",
        ),
        (
            r#"{"a":{"Exists":true,"ComparisonOperator":"EQ"}}"#,
            "Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            r#"{"a":{"ComparisonOperator":"LT"}}"#,
            "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a",
        ),
        (
            r#"{"a":{"AttributeValueList":[]}}"#,
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (r#"{"a":{}}"#, "Value must be provided when Exists is null for Attribute: a"),
        (r#"{"a":{"Exists":true}}"#, "Value must be provided when Exists is true for Attribute: a"),
        (
            r#"{"a":{"Exists":false,"Value":{"S":"a"}}}"#,
            "Value cannot be used when Exists is false for Attribute: a",
        ),
        (
            r#"{"a":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"S":"a"}]}}"#,
            "Invalid number of argument(s) for the BETWEEN ComparisonOperator",
        ),
        (
            r#"{"a":{"ComparisonOperator":"IN","AttributeValueList":[{"S":"a"},{"N":"1"}]}}"#,
            "AttributeValues inside AttributeValueList must be of same type",
        ),
        (
            r#"{"a":{"ComparisonOperator":"LT","Value":{"BOOL":true}}}"#,
            "ComparisonOperator LT is not valid for BOOL AttributeValue type",
        ),
    ] {
        let error = Condition::of_expected(read(expected), Combine::And).expect_err(expected);
        assert_eq!(error.to_string(), format!("{invalid}{message}"), "{expected}");
    }
}

#[test]
fn key_conditions_are_those_that_keys_answer() {
    let tests = r#"{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]},
                    "n":{"ComparisonOperator":"GE","AttributeValueList":[{"N":"1"}]}}"#;
    let tests = KeyTests::of_conditions(read(tests)).expect("good");
    let split = tests.split("id", Some("n"));
    assert_eq!(split, Ok(("a".into(), Some(KeyTest::GreaterOrEqual(1.into())))));
    for (tests, error) in [
        (
            r#"{"id":{"ComparisonOperator":"NE","AttributeValueList":[{"S":"a"}]}}"#,
            LegacyError::NotIndexable,
        ),
        ("{}", LegacyError::KeyCount),
        (
            r#"{"n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"2"},{"N":"1"}]}}"#,
            LegacyError::BetweenOrder,
        ),
    ] {
        assert_eq!(KeyTests::of_conditions(read(tests)), Err(error), "{tests}");
    }
}

#[test]
fn updates_change_attributes() {
    for (updates, expected) in [
        (r#"{"n":{"Value":{"S":"x"}}}"#, Ok((r#""n":{"S":"x"}"#, true))),
        (r#"{"n":{"Value":{"N":"2"},"Action":"ADD"}}"#, Ok((r#""n":{"N":"7"}"#, true))),
        (
            r#"{"l":{"Value":{"L":[{"S":"y"}]},"Action":"ADD"}}"#,
            Ok((r#""l":{"L":[{"S":"x"},{"S":"y"}]}"#, true)),
        ),
        (r#"{"s":{"Value":{"SS":["p"]},"Action":"DELETE"}}"#, Ok((r#""s":{"SS":["q"]}"#, true))),
        (r#"{"n":{"Action":"DELETE"}}"#, Ok((r#""n""#, false))),
        (r#"{"id":{"Value":{"N":"2"},"Action":"ADD"}}"#, Err(UpdateError::LegacyType)),
    ] {
        let update = Update::of_updates(read(updates)).expect(updates);
        let mut changed = item(ITEM);
        let applied = update.apply(&mut changed);
        let written = serde_json::to_string(&changed).expect("written");
        match expected {
            Ok((part, is_there)) => assert_eq!(written.contains(part), is_there, "{updates}"),
            Err(error) => assert_eq!(applied, Err(error), "{updates}"),
        }
    }
    for (updates, error) in [
        (r#"{"n":{}}"#, LegacyError::UpdateWithoutValue),
        (r#"{"n":{"Value":{"S":"x"},"Action":"ADD"}}"#, LegacyError::AddType { kind: "S" }),
        (r#"{"n":{"Value":{"S":"x"},"Action":"DELETE"}}"#, LegacyError::DeleteType { kind: "S" }),
    ] {
        assert_eq!(Update::of_updates(read(updates)), Err(error), "{updates}");
    }
    let names = |names: &[&str]| attributes_to_get(names.iter().map(ToString::to_string).collect());
    assert_eq!(names(&["a", "b", "a"]), Err(LegacyError::DuplicateName { name: "a".to_owned() }));
    assert_eq!(names(&["id"]).expect("good").project(&item(ITEM)).len(), 1);
}
