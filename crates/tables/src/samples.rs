//! Tables for tests.

use model::TableName;

use crate::definition::{
    Billing, BillingMode, Definition, KeyAttribute, KeyKind, KeySchema, TableClass, Throughput,
};

pub(crate) fn attribute(name: &str, kind: KeyKind) -> KeyAttribute {
    KeyAttribute { name: name.to_owned(), kind }
}

/// Items by `id`, a text.
pub(crate) fn table() -> Definition {
    let id = attribute("id", KeyKind::S);
    Definition {
        name: TableName::new("lamps").expect("a name"),
        id: "0000".to_owned(),
        created_at: 0,
        key: KeySchema { partition: id.clone(), sort: None },
        attributes: vec![id],
        indexes: Vec::new(),
        billing: Billing {
            mode: BillingMode::PayPerRequest,
            throughput: Throughput::default(),
            on_demand: None,
            warm: None,
            on_demand_since: None,
            increased_at: None,
            decreased_at: None,
        },
        class: TableClass::Standard,
        deletion_protected: false,
        stream: None,
        time_to_live: None,
        tags: Vec::new(),
        number: 7,
        next_index: 1,
    }
}

/// Items by `id` and `at`, a number.
pub(crate) fn with_sort() -> Definition {
    let mut table = table();
    let at = attribute("at", KeyKind::N);
    table.key.sort = Some(at.clone());
    table.attributes.push(at);
    table
}
