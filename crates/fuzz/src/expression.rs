//! Expressions and statements about documents.

use items::partiql::Statement;
use items::{Arguments, Item, Names, Parameter, Value, Values};

/// Reading any text as any of them ends without a panic, and so does doing what it says.
pub fn expression(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let item = item();
    let mut arguments = arguments();
    if let Ok(condition) = arguments.condition(Parameter::Condition, text) {
        condition.evaluate(&item);
    }
    if let Ok(projection) = arguments.projection(text) {
        projection.project(&item);
    }
    if let Ok(update) = arguments.update(text) {
        let mut changed = item.clone();
        let is_done = update.apply(&mut changed).is_ok();
        assert!(is_done || changed == item, "what cannot be changed stays as it was");
    }
    if let Ok(tests) = arguments.key_condition(text) {
        drop(tests.split("id", Some("n")));
    }
    if let Ok(Statement::Select(select)) = Statement::parse(text, vec![Value::from(1)])
        && let Some(search) = select.search
    {
        search.condition().evaluate(&item);
        search.partition("id", Some("n"));
    }
}

fn item() -> Item {
    let list = Value::L(vec![Value::from(1), Value::from("x")]);
    let map: Item = [("k", list.clone())].into_iter().collect();
    let mut item: Item = [("id", "lamp")].into_iter().collect();
    item.insert("n", 5);
    item.insert("l", list);
    item.insert("m", Value::M(map));
    item.insert("s", Value::Ss(vec!["p".to_owned(), "q".to_owned()]));
    item
}

fn arguments() -> Arguments {
    let names = Names(vec![("#n".to_owned(), "n".to_owned())]);
    let values = [
        (":n", Value::from(2)),
        (":s", Value::from("lamp")),
        (":l", Value::L(Vec::new())),
        (":p", Value::Ss(vec!["p".to_owned()])),
    ];
    let values = values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Arguments::new(Some(names), Some(Values(values))).expect("they are well formed")
}
