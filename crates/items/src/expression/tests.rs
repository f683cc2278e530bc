use super::*;
use crate::item::Item;

const NAMES: &str = r##"{"#s":"status","#d":"a.b"}"##;

fn item() -> Item {
    serde_json::from_str(
        r#"{"id":{"S":"lamp-1"},"n":{"N":"5"},"b":{"B":"AAEC"},"t":{"BOOL":true},"z":{"NULL":true},
            "l":{"L":[{"S":"x"},{"N":"2"}]},"m":{"M":{"x":{"N":"1"},"y":{"M":{"k":{"S":"deep"}}}}},
            "ss":{"SS":["p","q"]},"ns":{"NS":["1","2"]},"bs":{"BS":["AA=="]},"status":{"S":"on"},
            "a.b":{"S":"dotted"}}"#,
    )
    .expect("an item")
}

const VALUES: &str = r#"{":s":{"S":"lamp"},":n":{"N":"5"},":two":{"N":"2"},":p":{"S":"p"},":x":{"S":"x"},
    ":b":{"B":"AAE="},":t":{"BOOL":true},":on":{"S":"on"},":z":{"N":"9"},":ks":{"S":"S"},":ms":{"S":"M"},
    ":bad":{"S":"X"},":zero":{"B":"AA=="},":id":{"S":"lamp-1"}}"#;

/// Arguments of which only those are given that the expression names.
fn arguments(expression: &str) -> Arguments {
    let names: Names = serde_json::from_str(NAMES).expect("names");
    let values: Values = serde_json::from_str(VALUES).expect("values");
    let is_in = |key: &str| {
        expression.match_indices(key).any(|(at, _)| {
            let next = expression[at + key.len()..].chars().next();
            !next.is_some_and(|c| c.is_ascii_alphanumeric())
        })
    };
    let names: Vec<_> = names.0.into_iter().filter(|(key, _)| is_in(key)).collect();
    let values: Vec<_> = values.0.into_iter().filter(|(key, _)| is_in(key)).collect();
    let names = (!names.is_empty()).then_some(Names(names));
    let values = (!values.is_empty()).then_some(Values(values));
    Arguments::new(names, values).expect("good")
}

#[test]
fn conditions_hold_or_do_not() {
    for (expression, holds) in [
        ("id = :id", true),
        ("id = :s", false),
        ("id <> :s", true),
        ("nothing <> :s", true),
        ("nothing = :s", false),
        ("n = :s", false),
        ("n >= :n AND n <= :n", true),
        ("n < :n OR n > :n", false),
        ("n between :two and :z", true),
        ("n NOT_A_WORD", false),
        ("n IN (:two, :n)", true),
        ("nothing IN (:two, :n)", false),
        ("begins_with(id, :s)", true),
        ("begins_with(b, :zero)", true),
        ("begins_with(n, :s)", false),
        ("contains(id, :s)", true),
        ("contains(ss, :p)", true),
        ("contains(ns, :two)", true),
        ("contains(bs, :zero)", true),
        ("contains(l, :two)", true),
        ("contains(b, :b)", true),
        ("contains(l, :z)", false),
        ("attribute_exists(m.y.k)", true),
        ("attribute_exists(m.y.z)", false),
        ("attribute_not_exists(l[2])", true),
        ("attribute_type(id, :ks)", true),
        ("attribute_type(m, :ms)", true),
        ("attribute_type(nothing, :ms)", false),
        ("size(id) > :n", true),
        ("size(l) = :two", true),
        ("size(m) = size(l)", true),
        ("size(n) = :two", false),
        ("NOT id = :s AND n = :n", true),
        ("NOT (id = :s OR n = :n)", false),
        ("id = :s OR n = :n AND t = :t", true),
        ("(id = :s OR n = :n) AND t = :z", false),
        ("#s = :on", true),
        ("#d <> :on", true),
        ("l[1] = :two and (l[0]) = :x", true),
        (":n = n", true),
        ("NOT NOT t = :t", true),
    ] {
        let mut arguments = arguments(expression);
        let condition = arguments.condition(Parameter::Condition, expression);
        if expression == "n NOT_A_WORD" {
            assert!(condition.is_err());
            continue;
        }
        let condition = condition.unwrap_or_else(|error| panic!("{expression}: {error}"));
        arguments.finish().expect(expression);
        assert_eq!(condition.evaluate(&item()), holds, "{expression}");
        let mut bytes = Vec::new();
        crate::encoding::encode(&item(), &mut bytes);
        let from_bytes = condition.evaluate_encoded(crate::EncodedItem::new(&bytes));
        assert_eq!(from_bytes, Ok(holds), "{expression}");
    }
}

#[test]
fn conditions_are_refused_in_the_words_of_dynamodb() {
    for (expression, message) in [
        ("", "The expression can not be empty;"),
        ("id", "Syntax error; token: \"<EOF>\", near: \"id\""),
        ("id = ", "Syntax error; token: \"<EOF>\", near: \"=\""),
        ("id == :s", "Syntax error; token: \"=\", near: \"== :s\""),
        ("id = :s AND", "Syntax error; token: \"<EOF>\", near: \"AND\""),
        ("id & :s", "Syntax error; token: \"&\", near: \"id &\""),
        ("5 = :n", "Syntax error; token: \"5\", near: \"5 =\""),
        ("((id = :s))", "The expression has redundant parentheses;"),
        ("nope(id)", "Invalid function name; function: nope"),
        (
            "id = begins_with(id, :s)",
            "The function is not allowed to be used this way in an expression; function: begins_with",
        ),
        (
            "size(id)",
            "The function is not allowed to be used this way in an expression; function: size",
        ),
        ("status = :s", "Attribute name is a reserved keyword; reserved keyword: status"),
        (
            "#x = :s",
            "An expression attribute name used in the document path is not defined; attribute name: #x",
        ),
        (
            "id = :nope",
            "An expression attribute value used in expression is not defined; attribute value: :nope",
        ),
        (
            "begins_with(id)",
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
        ),
        (
            "id = id",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [id]",
        ),
        (
            "m.x[1] < m.x[1]",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: <, first operand: [m, x, [1]]",
        ),
        (
            "attribute_exists(:s)",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        (
            "begins_with(id, :n)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
        ),
        (
            "size(:n) = :two",
            "Incorrect operand type for operator or function; operator or function: size, operand type: N",
        ),
        (
            "attribute_type(id, :bad)",
            "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
        ),
        (
            "attribute_type(id, :n)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
        ),
        (
            "attribute_type(id, n)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
        ),
        (
            "n < :t",
            "Incorrect operand type for operator or function; operator: <, operand type: BOOL",
        ),
        (
            "n BETWEEN :two AND :s",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {S:lamp}",
        ),
        (
            "n BETWEEN :n AND :two",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {N:2}",
        ),
        // The gravest comes first, wherever it stands.
        ("n < :t AND nope(id)", "Invalid function name; function: nope"),
        (
            "n < :t AND status = :s",
            "Attribute name is a reserved keyword; reserved keyword: status",
        ),
        (
            "n < :t AND id = :nope",
            "Incorrect operand type for operator or function; operator: <, operand type: BOOL",
        ),
    ] {
        let error = arguments(expression).condition(Parameter::Filter, expression);
        let error = error.expect_err(expression).to_string();
        assert_eq!(error, format!("Invalid FilterExpression: {message}"), "{expression}");
    }
}

#[test]
fn expressions_have_limits() {
    let long = format!("id = :s{}", " ".repeat(EXPRESSION_BYTES_MAX));
    let many = format!("n = :n{}", " OR n = :n".repeat(OPERATORS_MAX / 2));
    let among = format!("n IN (:n{})", ", :n".repeat(IN_OPERANDS_MAX));
    let deep = format!("{}n = :n{}", "(".repeat(2_000), ")".repeat(2_000));
    let negated = format!("{}n = :n", "NOT ".repeat(1_000));
    for (expression, message) in [
        (&long, "Expression size has exceeded the maximum allowed size; expression size: 4103"),
        (&many, "The expression contains too many operators; operator count: 301"),
        (&among, "The IN operator is provided with too many operands; number of operands: 101"),
        (&deep, "The expression is nested too deeply;"),
        (&negated, "The expression is nested too deeply;"),
    ] {
        let error = arguments(expression).condition(Parameter::Condition, expression);
        let error = error.expect_err(message).to_string();
        assert_eq!(error, format!("Invalid ConditionExpression: {message}"));
    }
}

#[test]
fn updates_are_refused_in_the_words_of_dynamodb() {
    for (expression, message) in [
        ("", "The expression can not be empty;"),
        ("SET", "Syntax error; token: \"<EOF>\", near: \"SET\""),
        ("SET n", "Syntax error; token: \"<EOF>\", near: \"n\""),
        ("RESET n", "Syntax error; token: \"RESET\", near: \"RESET n\""),
        ("SET n = :n,", "Syntax error; token: \"<EOF>\", near: \",\""),
        (
            "SET n = :n SET id = :s",
            "The \"SET\" section can only be used once in an update expression;",
        ),
        ("SET status = :n", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("SET n = size(n)", "Invalid function name; function: size"),
        (
            "SET n = :nope",
            "An expression attribute value used in expression is not defined; attribute value: :nope",
        ),
        (
            "REMOVE #x",
            "An expression attribute name used in the document path is not defined; attribute name: #x",
        ),
        (
            "SET m = :n, m.x = :n",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, x]",
        ),
        (
            "SET m.x = :n REMOVE m[0]",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m, [0]]",
        ),
        (
            "ADD n :s",
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING",
        ),
        (
            "DELETE n :n",
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER",
        ),
        (
            "SET n = n + :s",
            "Incorrect operand type for operator or function; operator or function: +, operand type: S",
        ),
        (
            "SET l = list_append(l, :n)",
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: N",
        ),
        (
            "SET l = if_not_exists(:n, :n)",
            "Operator or function requires a document path; operator or function: if_not_exists",
        ),
        (
            "SET l = if_not_exists(l)",
            "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1",
        ),
    ] {
        let error = arguments(expression).update(expression).expect_err(expression).to_string();
        assert_eq!(error, format!("Invalid UpdateExpression: {message}"), "{expression}");
    }
}

#[test]
fn projections_are_refused_in_the_words_of_dynamodb() {
    for (expression, message) in [
        ("", "The expression can not be empty;"),
        ("id,", "Syntax error; token: \"<EOF>\", near: \",\""),
        ("id, status", "Attribute name is a reserved keyword; reserved keyword: status"),
        (
            "#x",
            "An expression attribute name used in the document path is not defined; attribute name: #x",
        ),
        (
            "m.x, id, m",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m]",
        ),
        (
            "m.x, m[0]",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m, [0]]",
        ),
    ] {
        let error = arguments(expression).projection(expression).expect_err(expression).to_string();
        assert_eq!(error, format!("Invalid ProjectionExpression: {message}"), "{expression}");
    }
}

#[test]
fn key_conditions_test_each_key_once() {
    let split = |expression: &str| {
        let tests = arguments(expression).key_condition(expression)?;
        Ok::<_, ExpressionError>(tests.split("id", Some("n"))?)
    };
    let number = |text: &str| crate::Value::N(text.parse().expect("a number"));
    for (expression, sort) in [
        ("id = :s", None),
        ("id = :s AND n < :two", Some(KeyTest::Less(number("2")))),
        ("(:two < n) AND (id = :s)", Some(KeyTest::Greater(number("2")))),
        ("n BETWEEN :two AND :n AND id = :s", Some(KeyTest::Between(number("2"), number("5")))),
        ("begins_with(n, :p) and id = :s", Some(KeyTest::BeginsWith("p".into()))),
    ] {
        let (partition, test) = split(expression).expect(expression);
        assert_eq!((partition, test), ("lamp".into(), sort), "{expression}");
    }
    for (expression, message) in [
        ("id = :s OR n = :n", "Invalid operator used in KeyConditionExpression: OR"),
        ("id = :s AND NOT n = :n", "Invalid operator used in KeyConditionExpression: NOT"),
        ("id <> :s", "Invalid operator used in KeyConditionExpression: <>"),
        ("id IN (:s)", "Invalid operator used in KeyConditionExpression: IN"),
        (
            "attribute_not_exists(id)",
            "Invalid operator used in KeyConditionExpression: attribute_not_exists",
        ),
        ("contains(id, :s)", "Invalid operator used in KeyConditionExpression: contains"),
        ("size(id) = :n", "KeyConditionExpressions cannot contain nested operations"),
        ("id.x = :n", "KeyConditionExpressions cannot have conditions on nested attributes"),
        (
            "id = n",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
        ),
        (":s = :n", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        (
            "begins_with(:s, id)",
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand",
        ),
        ("id = :s AND id = :p", "KeyConditionExpressions must only contain one condition per key"),
        ("id = :s AND n = :n AND l = :p", "Conditions can be of length 1 or 2 only"),
        ("n = :n", "Query condition missed key schema element: id"),
        ("id = :s AND l = :n", "Query condition missed key schema element: n"),
        ("id < :s", "Query key condition not supported"),
    ] {
        assert_eq!(split(expression).expect_err(expression).to_string(), message, "{expression}");
    }
}

#[test]
fn arguments_must_be_well_formed_and_used() {
    let read = |names: &str, values: &str| {
        let names = (!names.is_empty()).then(|| serde_json::from_str(names).expect("names"));
        let values = (!values.is_empty()).then(|| serde_json::from_str(values).expect("values"));
        Arguments::new(names, values).and_then(|arguments| arguments.finish())
    };
    for (names, values, message) in [
        ("{}", "", "ExpressionAttributeNames must not be empty"),
        ("", "{}", "ExpressionAttributeValues must not be empty"),
        (
            r#"{"a":"b"}"#,
            "",
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"",
        ),
        (
            "",
            r#"{"a":{"S":"b"}}"#,
            "ExpressionAttributeValues contains invalid key: Syntax error; key: \"a\"",
        ),
        (
            r##"{"#a":"b","#c":"d"}"##,
            "",
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #c}",
        ),
        (
            "",
            r#"{":a":{"S":"b"}}"#,
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}",
        ),
    ] {
        assert_eq!(read(names, values).expect_err(message).to_string(), message);
    }
    let error = serde_json::from_str::<Values>(r#"{":a":{"N":"x"}}"#).expect_err("no number");
    let message = "ExpressionAttributeValues contains invalid value: The parameter cannot be \
                   converted to a numeric value: x for key :a";
    assert_eq!(
        crate::refusal(&error.to_string()).map(|refusal| refusal.0).as_deref(),
        Some(message)
    );
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_parsers(text in "[a-c#:()\\[\\]., =<>+0-9ANDORSETin-]{0,40}|.{0,30}") {
        let mut arguments = Arguments::default();
        let _ = arguments.condition(Parameter::Condition, &text);
        let _ = arguments.update(&text);
        let _ = arguments.projection(&text);
        let _ = arguments.key_condition(&text);
    }
}
