//! Making, changing and deleting tables.

use model::IndexName;
use stdx::task::block_on;
use tables::{
    CreateTableRefused, DeleteTableRefused, IndexChange, IndexStatus, KeyKind, Projection, Query,
    ReadRefused, Scope, StreamChange, StreamView, TableUpdate, UpdateTableRefused, WriteRefused,
};

use crate::checks::content;
use crate::common::{
    NOW, Place, attribute, create, delete, do_write, index, key, name, new_indexed_table,
    new_table, put, schema, sweep, table, tables, with,
};

#[test]
fn a_table_is_there_when_it_was_made_and_survives() {
    let place = Place::new();
    let tables = place.open();
    let made = block_on(tables.create_table(new_indexed_table("things"))).unwrap();
    assert_eq!((made.created_at, made.id.len()), (NOW, 36));
    assert_eq!(table(&tables, "things").definition(), &made);
    assert!(tables.table("others").unwrap().is_none());
    let again = block_on(tables.create_table(new_table("things")));
    assert!(matches!(again, Err(CreateTableRefused::AlreadyExists { .. })), "{again:?}");
    block_on(tables.create_table(new_table("more"))).unwrap();
    let names: Vec<String> =
        tables.tables(None, 10).unwrap().items.into_iter().map(String::from).collect();
    assert_eq!(names, ["more", "things"]);
    drop(tables);
    assert_eq!(table(&place.open(), "things").definition(), &made);
}

#[test]
fn schemas_that_do_not_fit_are_refused() {
    let tables = tables();
    let refused = |change: &dyn Fn(&mut tables::NewTable)| {
        let mut new = new_indexed_table("things");
        change(&mut new);
        block_on(tables.create_table(new)).expect_err("refused").to_string()
    };
    let unused = refused(&|new| new.attributes.push(attribute("more", KeyKind::S)));
    assert_eq!(
        unused,
        "One or more parameter values were invalid: Some AttributeDefinitions are not used. \
         AttributeDefinitions: [at, id, level, more, room], keys used: [at, id, level, room]"
    );
    let twice = refused(&|new| new.indexes[1].name = new.indexes[0].name.clone());
    assert!(twice.ends_with("Duplicate index name: by-room"), "{twice}");
    let local = refused(&|new| new.indexes[1].key.partition = attribute("room", KeyKind::S));
    assert!(local.contains("the same leading hash key as table KeySchema"), "{local}");
    let many = refused(&|new| {
        let one = new.indexes[1].clone();
        let named = |n| IndexName::new(&format!("index-{n}")).unwrap();
        new.indexes.extend((0..5).map(|n| tables::NewIndex { name: named(n), ..one.clone() }));
    });
    assert!(many.ends_with("per-table limit of 5"), "{many}");
}

#[test]
fn a_deleted_table_leaves_nothing_to_its_successor() {
    let place = Place::new();
    let tables = place.open();
    let first = create(&tables, new_indexed_table("things"));
    for at in 0..20 {
        let item = with(with(key("a", at), "room", "hall"), "level", at);
        do_write(&tables, put(&first, item)).unwrap();
    }
    block_on(tables.delete_table(&name("things"))).unwrap();
    let gone = do_write(&tables, put(&first, key("late", 1)));
    assert!(matches!(gone, Err(WriteRefused::TableNotFound)), "{gone:?}");
    let second = create(&tables, new_indexed_table("things"));
    let late = do_write(&tables, put(&first, key("late", 1)));
    assert!(matches!(late, Err(WriteRefused::TableNotFound)), "{late:?}");
    // What somebody else's batch holds is done all the same, but for what has no table.
    let mut batch = kv::Batch::new();
    let pending = tables.put_into(&mut batch, &first, key("late", 1)).unwrap();
    let kept = tables.put_into(&mut batch, &second, key("kept", 1)).unwrap();
    block_on(tables.store().commit(batch)).unwrap();
    tables.committed(&pending);
    tables.committed(&kept);

    assert_eq!(content(&tables, &second).len(), 1);
    sweep(&tables);
    let items = kv::Space::new("table-items");
    assert_eq!(tables.store().scan(items, b"").unwrap().count(), 1);
    let indexes = kv::Space::new("table-indexes");
    assert_eq!(tables.store().scan(indexes, b"").unwrap().count(), 0);
}

#[test]
fn a_protected_table_is_not_deleted() {
    let tables = tables();
    let mut new = new_table("things");
    new.deletion_protected = true;
    create(&tables, new);
    let refused = block_on(tables.delete_table(&name("things")));
    assert!(matches!(refused, Err(DeleteTableRefused::Protected)), "{refused:?}");
    let deletion_protected = Some(false);
    let update = TableUpdate { deletion_protected, ..TableUpdate::default() };
    block_on(tables.update_table(&name("things"), update)).unwrap();
    block_on(tables.delete_table(&name("things"))).unwrap();
    let missing = block_on(tables.delete_table(&name("things")));
    assert!(matches!(missing, Err(DeleteTableRefused::NotFound { .. })), "{missing:?}");
}

#[test]
fn an_index_that_comes_later_holds_what_was_there_and_what_comes() {
    let tables = tables();
    let before = create(&tables, new_table("things"));
    let note = attribute("note", KeyKind::N);
    for at in 0..250 {
        do_write(&tables, put(&before, with(key("a", at), "note", at))).unwrap();
    }
    do_write(&tables, put(&before, with(key("odd", 1), "note", "a text"))).unwrap();
    let key_schema = schema(note.clone(), None);
    let new = index("by-note", Scope::Global, key_schema, Projection::All);
    let update = TableUpdate {
        attributes: vec![note],
        index: Some(IndexChange::Create(new.clone())),
        ..TableUpdate::default()
    };
    let updated = block_on(tables.update_table(&name("things"), update.clone())).unwrap();
    assert_eq!(updated.indexes[0].status, IndexStatus::Backfilling);
    assert_eq!(updated.attributes.len(), 3);
    let second = block_on(tables.update_table(&name("things"), update));
    assert!(matches!(second, Err(UpdateTableRefused::IndexInCreation)), "{second:?}");

    // Planned with the definition from before the index.
    do_write(&tables, put(&before, with(key("a", 3), "note", 1_003))).unwrap();
    do_write(&tables, delete(&before, key("a", 4))).unwrap();
    do_write(&tables, put(&before, with(key("b", 1), "note", 2_000))).unwrap();
    let refused = do_write(&tables, put(&before, with(key("b", 2), "note", "a text")));
    assert!(matches!(refused, Err(WriteRefused::IndexKey(_))), "{refused:?}");

    let now = table(&tables, "things");
    let count = |partition: i64| {
        let partition = items::Value::from(partition);
        let (table, index) = (&now, Some("by-note"));
        let (sort, backward, whole_items, limit, start) = (None, false, false, None, None);
        tables
            .query(&Query {
                table,
                index,
                partition: &partition,
                sort,
                backward,
                whole_items,
                limit,
                start,
            })
            .map(|page| page.items.len())
    };
    assert!(matches!(count(5), Err(ReadRefused::Backfilling { .. })));
    sweep(&tables);
    let now = table(&tables, "things");
    let items = crate::checks::scan_all(&tables, &now, Some("by-note"), None);
    assert_eq!(items.len(), 250);
    let has = |note: i64| items.iter().any(|item| item.get("note") == Some(&note.into()));
    assert!(has(5) && has(1_003) && has(2_000) && !has(3) && !has(4));
}

#[test]
fn a_stream_is_enabled_once() {
    let tables = tables();
    create(&tables, new_table("things"));
    let change = |stream| {
        let update = TableUpdate { stream: Some(stream), ..TableUpdate::default() };
        block_on(tables.update_table(&name("things"), update))
    };
    let none = change(StreamChange::Disable);
    assert!(matches!(none, Err(UpdateTableRefused::NoStream { .. })), "{none:?}");
    let enabled = change(StreamChange::Enable(StreamView::KeysOnly)).unwrap();
    let again = change(StreamChange::Enable(StreamView::NewImage));
    assert!(matches!(again, Err(UpdateTableRefused::StreamEnabled { .. })), "{again:?}");
    change(StreamChange::Disable).unwrap();
    let other = change(StreamChange::Enable(StreamView::NewImage)).unwrap();
    let label = |of: &tables::Definition| of.stream.as_ref().unwrap().label.clone();
    assert_ne!(label(&enabled), label(&other), "though the clock stands still");
}

#[test]
fn tags_are_set_and_taken_away() {
    let tables = tables();
    create(&tables, new_table("things"));
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let tags = vec![tag("b", "1"), tag("a", "1")];
    block_on(tables.tag_table(&name("things"), tags)).unwrap();
    block_on(tables.tag_table(&name("things"), vec![tag("b", "2")])).unwrap();
    assert_eq!(table(&tables, "things").definition().tags, [tag("a", "1"), tag("b", "2")]);
    block_on(tables.untag_table(&name("things"), vec!["a".to_owned()])).unwrap();
    assert_eq!(table(&tables, "things").definition().tags, [tag("b", "2")]);
}
