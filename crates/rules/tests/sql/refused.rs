//! What is refused when a statement is made, and how that is told.

use rules::{Statement, Version};

use crate::told::{FIRST, SECOND};

#[track_caller]
fn check(version: Version, cases: &[(&str, &str)]) {
    for (sql, expected) in cases {
        let error = Statement::parse(sql, version).expect_err(sql);
        assert_eq!(error.to_string(), *expected, "{sql}");
    }
}

#[test]
fn errors_name_the_column_and_what_should_stand_there() {
    check(
        SECOND,
        &[
            ("", "column 1: expected SET or SELECT, found the end"),
            ("SELECT", "column 7: expected an expression, found the end"),
            (
                "SELECT * FORM 't'",
                "column 10: expected an operator or AS or `,` or FROM or WHERE, found `FORM`",
            ),
            ("SELECT * FROM t", "column 15: expected a topic filter between quotes, found `t`"),
            ("SELECT * FROM 't' WHERE", "column 24: expected an expression, found the end"),
            ("SELECT * FROM 't' WHERE a >", "column 28: expected an expression, found the end"),
            (
                "SELECT * FROM 't' WHERE a LIKE 'b'",
                "column 27: expected an operator or the end, found `LIKE`",
            ),
            ("SELECT * FROM 't' LIMIT 1", "column 19: expected WHERE or the end, found `LIMIT`"),
            ("SELECT é, (a FROM 't'", "column 14: expected an operator or `)`, found `FROM`"),
            ("SELECT 'a FROM t", "column 8: expected a closing ', found the end"),
            (
                "SELECT a # b FROM 't'",
                "column 10: expected a name, a value or an operator, found `#`",
            ),
            (
                "SELECT a AS FROM 't'",
                "column 18: expected an operator or AS or `,` or FROM or WHERE, found the string 't'",
            ),
            ("SELECT CASE a END FROM 't'", "column 15: expected an operator or WHEN, found `END`"),
            ("SELECT a AS b.1 FROM 't'", "column 15: expected a name, found the number 1"),
            (
                "SELECT cast(a AS date) FROM 't'",
                "column 18: expected String or Int or Double or Decimal or Boolean, found `date`",
            ),
        ],
    );
}

#[test]
fn what_is_not_supported_says_so() {
    check(
        SECOND,
        &[
            ("SELECT * FROM 't' -- all", "column 19: AWS IoT SQL has no comments"),
            ("SELECT /* all */ * FROM 't'", "column 8: AWS IoT SQL has no comments"),
            (
                "SELECT machinelearning_predict('m', 'r', *) FROM 't'",
                "column 8: machinelearning_predict is not supported: the service that it asks, \
                 Amazon Machine Learning, takes no new customers",
            ),
            (
                "SELECT decode(*, 'proto', 'b', 'k', 'f', 'm') FROM 't'",
                "column 8: decode of protobuf ('proto') is not supported",
            ),
            (
                "SELECT encode(*, 'hex') FROM 't'",
                "column 8: the second argument of encode must be 'base64'",
            ),
            (
                "SELECT * FROM 't' WHERE regexp_match(a, 'x')",
                "column 25: there is no function regexp_match; there is regexp_matches",
            ),
            (
                "SELECT * FROM 't' WHERE regexp_matches(a, '(?=x)')",
                "column 25: the regular expression '(?=x)' cannot be used: look-around, including \
                 look-ahead and look-behind, is not supported",
            ),
            (
                "SELECT a + b FROM 't'",
                "column 8: an expression that is neither a name nor a call needs a name: AS name",
            ),
            (
                "SELECT * FROM 'a/#/b'",
                "column 15: no topic filter: '#' must be the last level of a filter and alone in it",
            ),
            ("SELECT * FROM '$share/g/t'", "column 15: a rule cannot use a shared subscription"),
            ("SELECT @a FROM 't'", "column 8: @a is not set before it is used"),
            ("SET @a = @a SELECT @a FROM 't'", "column 10: @a is not set before it is used"),
            ("SET @a = 1, @a = 2 SELECT @a FROM 't'", "column 13: @a is set twice"),
            (
                "SET a = 1 SELECT a FROM 't'",
                "column 5: expected a variable: `@` and a name, found `a`",
            ),
            (
                "SELECT transform(a, b, c) FROM 't'",
                "column 8: the first argument of transform must be a literal string",
            ),
            (
                "SELECT get_thing_shadow('t', a) FROM 't'",
                "column 8: the last argument of get_thing_shadow must be a literal role ARN",
            ),
            (
                "SELECT get_thing_shadow('t') FROM 't'",
                "column 8: get_thing_shadow takes 2 or 3 arguments, not 1",
            ),
            (
                "SELECT get_dynamodb('t','k',1,'r') AS a, get_dynamodb('t','k',2,'r') AS b FROM 't'",
                "column 42: get_dynamodb can be called once in a statement",
            ),
            ("SELECT 1E+1000 AS a FROM 't'", "column 8: the number is too large"),
        ],
    );
    let name = "a".repeat(65);
    let sql = format!("SET @{name} = 1 SELECT * FROM 't'");
    check(
        SECOND,
        &[(&sql, "column 5: a variable's name is 1 to 64 letters, digits and underscores")],
    );
}

#[test]
fn what_came_with_the_second_version_is_refused_in_the_first() {
    let needs = |what: &str, column: usize| {
        format!("column {column}: {what} needs SQL version 2016-03-23, not 2015-10-08")
    };
    for (sql, what, column) in [
        ("SELECT [1] AS a FROM 't'", "an array literal", 8),
        ("SELECT {'a': 1} AS a FROM 't'", "an object literal", 8),
        ("SELECT (SELECT a FROM b) AS a FROM 't'", "a nested query", 8),
        ("SELECT length(a) FROM 't'", "the function length", 8),
        ("SELECT cast(a AS Bool) FROM 't'", "a cast to Bool", 18),
    ] {
        check(FIRST, &[(sql, &needs(what, column))]);
        assert!(Statement::parse(sql, SECOND).is_ok(), "{sql}");
    }
}

#[test]
fn words_are_names_where_they_can_be() {
    for sql in [
        "SELECT value FROM 't'",
        "SELECT value, value.x, value[0], value * 2 AS y, value - 1 AS z FROM 't' WHERE value = 1",
        "SELECT value AS v FROM 't' WHERE value NOT IN (1)",
        "SELECT timestamp, topic, length AS end FROM 't' WHERE timestamp > 1",
        "SELECT a.select, a.`x y`, a.'b c', `from` AS \"x y\" FROM 't'",
        "SELECT exists, set, cast FROM 't'",
        "SELECT timestamp () AS t FROM \"t\"",
        "select Value -1 from 't'",
        "SELECT *",
        "SELECT {'a': 1, 'b': *,} FROM 't'",
    ] {
        let statement =
            Statement::parse(sql, SECOND).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let printed = statement.to_string();
        let again =
            Statement::parse(&printed, SECOND).unwrap_or_else(|error| panic!("{printed}: {error}"));
        assert_eq!(again.to_string(), printed, "{sql}");
    }
    let statement = Statement::parse("SELECT * FROM 'a/+/b'", SECOND).expect("parses");
    assert_eq!(statement.filter().map(model::TopicFilter::as_str), Some("a/+/b"));
    assert!(Statement::parse("SELECT *", SECOND).expect("parses").filter().is_none());
}
