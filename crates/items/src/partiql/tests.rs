use super::*;
use crate::expression::KeyTest;
use crate::value::Value;

fn item(json: &str) -> Item {
    serde_json::from_str(json).expect("an item")
}

fn select(text: &str, parameters: Vec<Value>) -> Select {
    match Statement::parse(text, parameters).unwrap_or_else(|error| panic!("{text}: {error}")) {
        Statement::Select(select) => select,
        other => panic!("{other:?}"),
    }
}

const LAMP: &str = r#"{"id":{"S":"lamp"},"at":{"N":"5"},"on":{"BOOL":true},"z":{"NULL":true},
    "room":{"M":{"name":{"S":"hall"},"walls":{"L":[{"S":"red"}]}}},"tags":{"SS":["a"]}}"#;

#[test]
fn conditions_hold_or_do_not() {
    for (text, holds) in [
        ("id = 'lamp' AND at = 5", true),
        ("id = 'lamp' and at <> 5.0", false),
        ("id != 'x' OR at > 9", true),
        ("NOT (at BETWEEN 1 AND 9)", false),
        ("at NOT IN [1, 5]", false),
        ("at IN (1, 5)", true),
        ("room.name = 'hall' AND \"room\".walls[0] = 'red'", true),
        ("room['name'] = 'hall'", true),
        ("begins_with(id, 'la') AND contains(tags, 'a')", true),
        ("attribute_type(id, 'S') AND size(tags) = 1", true),
        ("other IS MISSING AND id IS NOT MISSING", true),
        ("z IS NULL AND id IS NOT NULL", true),
        ("on = true AND tags = <<'a'>>", true),
        ("at = -5e0", false),
    ] {
        let select = select(&format!("SELECT * FROM lamps WHERE {text};"), Vec::new());
        let condition = select.search.expect("a search").condition();
        assert_eq!(condition.evaluate(&item(LAMP)), holds, "{text}");
    }
}

#[test]
fn a_search_tells_its_keys() {
    let text = "SELECT id, room.name FROM \"lamps\".\"by-room\" WHERE id = ? AND at >= ? AND on = ? \
                ORDER BY at DESC";
    let select = select(text, vec!["lamp".into(), 5.into(), Value::Bool(true)]);
    assert_eq!((select.table.as_str(), select.index.as_deref()), ("lamps", Some("by-room")));
    let order = Order { name: "at".to_owned(), is_descending: true };
    assert_eq!(select.order, Some(order));
    let search = select.search.expect("a search");
    let expected = ("lamp".into(), Some(KeyTest::GreaterOrEqual(5.into())));
    assert_eq!(search.partition("id", Some("at")), Some(expected));
    assert_eq!(search.partition("other", None), None);
    assert_eq!(search.key(["id", "at"]), None);
    assert_eq!(search.key(["id"]), Some([("id", "lamp")].into_iter().collect()));
    assert!(search.beside_key(&["id"]).is_some());
    let projected = select.projection.expect("paths").project(&item(LAMP));
    assert_eq!(projected, item(r#"{"id":{"S":"lamp"},"room":{"M":{"name":{"S":"hall"}}}}"#));
}

#[test]
fn writes_become_what_expressions_become() {
    let text =
        "INSERT INTO lamps VALUE {'id': ?, 'list': [1, 'it''s', {'k': null}], 'set': <<1, 2>>}";
    let statement = Statement::parse(text, vec!["lamp".into()]).expect("a statement");
    let json = r#"{"id":{"S":"lamp"},"list":{"L":[{"N":"1"},{"S":"it's"},{"M":{"k":{"NULL":true}}}]},"set":{"NS":["1","2"]}}"#;
    assert_eq!(statement, Statement::Insert { table: "lamps".to_owned(), item: item(json) });

    let text = "UPDATE lamps SET at = at + ?, room.name = 'attic' SET tags = set_add(tags, <<'b'>>) \
                REMOVE z WHERE id = 'lamp' AND on = true RETURNING ALL NEW *";
    let statement = Statement::parse(text, vec![2.into()]).expect("a statement");
    let Statement::Update { update, search, returning, .. } = statement else {
        panic!("no update")
    };
    assert_eq!(returning, Returning::AllNew);
    let beside = search.beside_key(&["id"]).expect("a condition");
    assert!(beside.evaluate(&item(LAMP)));
    let mut changed = item(LAMP);
    update.apply(&mut changed).expect("applied");
    assert_eq!(changed.get("at"), Some(&Value::from(7)));
    assert_eq!(changed.get("tags"), Some(&Value::Ss(vec!["a".to_owned(), "b".to_owned()])));
    assert!(!changed.contains("z"));

    let text = "DELETE FROM lamps WHERE id = 'lamp' RETURNING ALL OLD *";
    let statement = Statement::parse(text, Vec::new()).expect("a statement");
    assert!(matches!(statement, Statement::Delete { returning: Returning::AllOld, .. }));
}

#[test]
fn other_statements_are_refused() {
    let malformed = "Statement wasn't well formed, can't be processed: ";
    for (text, what) in [
        ("", "unexpected end"),
        ("DROP TABLE lamps", "unexpected DROP"),
        ("SELECT * FROM lamps WHERE", "unexpected end"),
        ("SELECT * FROM lamps LIMIT 5", "LIMIT is not supported"),
        ("SELECT * FROM lamps WHERE id = 'open", "a ' is not closed"),
        ("SELECT * FROM lamps; SELECT * FROM lamps", "unexpected ';'"),
        ("UPDATE lamps SET a = 1, a.b = 2 WHERE id = 1", "[a, b] is changed twice"),
        (
            "UPDATE lamps SET a = 1",
            "Where clause does not contain a mandatory equality on all key attributes",
        ),
        ("UPDATE lamps SET a = f(1) WHERE id = 1", "the function f is not known"),
    ] {
        let error = Statement::parse(text, Vec::new()).expect_err(text).to_string();
        assert_eq!(error, format!("{malformed}{what}"), "{text}");
    }
    let count = Err(StatementError::ParameterCount);
    assert_eq!(Statement::parse("SELECT * FROM a WHERE id = ?", Vec::new()), count);
    assert_eq!(Statement::parse("SELECT * FROM a", vec![Value::Null]), count);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_parser(text in "(SELECT|UPDATE|INSERT INTO|DELETE FROM) [a-c \"'?=<>{}\\[\\].,*SETWHR]{0,40}|.{0,40}") {
        let _ = Statement::parse(&text, vec![Value::Null]);
    }
}
