//! What a stranger's statement or payload may cost.

use rules::{Answers, Statement};

use crate::told::{SECOND, Told, told};

fn outcome(sql: &str, payload: &str) -> Told {
    told(&Statement::parse(sql, SECOND).expect("parses"), payload.as_bytes(), &Answers::new())
}

#[test]
fn trees_have_a_depth() {
    for (open, close) in
        [("(", ")"), ("- ", ""), ("NOT ", ""), ("[", "]"), ("abs(", ")"), ("{'a':", "}")]
    {
        for (depth, is_read) in [(50, true), (100_000, false)] {
            let depth = if open.len() > 1 { depth / 2 } else { depth };
            let inner = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let sql = format!("SELECT {inner} AS x FROM 't'");
            let statement = Statement::parse(&sql, SECOND);
            assert_eq!(statement.is_ok(), is_read, "{open} {depth}");
            drop(statement.map(|statement| told(&statement, b"{}", &Answers::new())));
        }
    }
    let nested = |n: usize| format!("@v{n} = {}@v{}{}", "[".repeat(50), n - 1, "]".repeat(50));
    let steps: Vec<String> = (1..60).map(nested).collect();
    let sql = format!("SET @v0 = 1, {} SELECT @v59 AS x FROM 't'", steps.join(", "));
    assert!(matches!(outcome(&sql, "{}"), Told::Failed(_)));
    // A chain of one connective is no depth; one of arithmetic is.
    let terms = |operator: &str, count: usize| vec!["a"; count].join(operator);
    let is_read = |expression: String| {
        Statement::parse(&format!("SELECT * FROM 't' WHERE {expression}"), SECOND).is_ok()
    };
    assert!(is_read(terms(" OR ", 5_000)));
    assert!(is_read(terms(" + ", 50)));
    assert!(!is_read(terms(" + ", 500)));
    assert!(!is_read(terms(" OR ", 20_000)));
}

#[test]
fn values_have_a_size() {
    let doubled = |first: &str, step: &str| {
        let steps: Vec<String> = (1..40)
            .map(|n| format!("@v{n} = {}", step.replace('@', &format!("@v{}", n - 1))))
            .collect();
        format!("SET @v0 = {first}, {} SELECT length(@v39) AS x FROM 't'", steps.join(", "))
    };
    for sql in [
        doubled("'xxxxxxxx'", "concat(@, @)"),
        doubled("'xxxxxxxx'", "@ + @"),
        doubled("[1]", "concat(@, @)"),
        doubled("[1]", "[@, @]"),
        doubled("'ab'", "replace(@, 'a', @)"),
        doubled("'ab'", "regexp_replace(@, '[ab]', 'abab')"),
    ] {
        let result = outcome(&sql, "{}");
        assert!(matches!(result, Told::Failed(_)), "{sql}: {result:?}");
    }
}

#[test]
fn queries_of_queries_end() {
    let numbers = vec!["1"; 2_000].join(",");
    let payload = format!("{{\"a\":[{numbers}]}}");
    let sql = "SET @a = a SELECT (SELECT VALUE (SELECT VALUE (SELECT VALUE 1 FROM @a) FROM @a) FROM @a) AS x FROM 't'";
    assert_eq!(
        outcome(sql, &payload),
        Told::Failed(
            "SELECT: more than 1000000 steps in nested queries and copies of values".to_owned()
        )
    );
}
