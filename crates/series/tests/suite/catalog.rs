//! Databases and tables.

use series::{MagneticWrites, Retention, SeriesError, TableUpdate};
use stdx::task::block_on;
use timesql::Source;

use crate::common::{Place, air, database, lab, new_table, records, rows_of, table_name, texts};

#[test]
fn databases_are_made_listed_changed_and_deleted() {
    let place = Place::new();
    let series = place.open();
    let made = block_on(series.create_database(&database("lab"), None, [].into())).unwrap();
    assert_eq!((made.table_count, made.key_id), (0, None));
    let again = block_on(series.create_database(&database("lab"), None, [].into()));
    assert!(matches!(again, Err(SeriesError::DatabaseExists)));
    let tags = [("a".to_owned(), "b".to_owned())];
    block_on(series.tag_database(&database("lab"), tags.into())).unwrap();
    let changed = block_on(series.update_database(&database("lab"), "key".into())).unwrap();
    assert_eq!((changed.key_id.as_deref(), changed.tags.len()), (Some("key"), 1));
    block_on(series.untag_database(&database("lab"), vec!["a".into()])).unwrap();
    assert_eq!(series.database(&database("lab")).unwrap().unwrap().tags.len(), 0);
    block_on(series.create_database(&database("hall"), None, [].into())).unwrap();
    let page = series.databases(None, 1).unwrap();
    assert_eq!(page.items[0].name.as_str(), "hall");
    let rest = series.databases(page.next.as_deref(), 9).unwrap();
    assert_eq!((rest.items.len(), rest.next), (1, None));
    block_on(series.delete_database(&database("hall"))).unwrap();
    let gone = block_on(series.delete_database(&database("hall")));
    assert!(matches!(gone, Err(SeriesError::NoDatabase { .. })));
}

#[test]
fn a_database_with_tables_is_not_deleted() {
    let (_place, series, _) = lab();
    let refused = block_on(series.delete_database(&database("lab")));
    assert!(matches!(refused, Err(SeriesError::DatabaseNotEmpty { .. })));
    assert_eq!(series.database(&database("lab")).unwrap().unwrap().table_count, 1);
    block_on(series.delete_table(&database("lab"), &table_name("air"))).unwrap();
    block_on(series.delete_database(&database("lab"))).unwrap();
    assert!(series.snapshot().databases().unwrap().is_empty());
}

#[test]
fn tables_are_made_changed_and_listed() {
    let (_place, series, _) = lab();
    let name = table_name("air");
    let again = block_on(series.create_table(&database("lab"), &name, new_table()));
    assert!(matches!(again, Err(SeriesError::TableExists)));
    let nowhere = block_on(series.create_table(&database("none"), &name, new_table()));
    assert!(matches!(nowhere, Err(SeriesError::NoDatabase { .. })));
    let retention = Retention { memory_hours: 2, magnetic_days: 3 };
    let magnetic_writes = Some(MagneticWrites::default());
    let update = TableUpdate { retention: Some(retention), magnetic_writes, partition_key: None };
    block_on(series.update_table(&database("lab"), &name, update)).unwrap();
    let table = air(&series).table().clone();
    assert_eq!((table.retention, table.magnetic_writes.enabled), (retention, false));
    let wrong = Retention { memory_hours: 0, magnetic_days: 3 };
    let update = TableUpdate { retention: Some(wrong), ..TableUpdate::default() };
    let refused = block_on(series.update_table(&database("lab"), &name, update)).unwrap_err();
    assert!(refused.to_string().starts_with("MemoryStoreRetentionPeriodInHours"));
    block_on(series.create_table(&database("lab"), &table_name("sea"), new_table())).unwrap();
    let page = series.tables(Some(&database("lab")), None, 1).unwrap();
    let rest = series.tables(Some(&database("lab")), page.next.as_deref(), 9).unwrap();
    assert_eq!((page.items[0].name.as_str(), rest.items[0].name.as_str()), ("air", "sea"));
    assert_eq!(series.tables(None, None, 9).unwrap().items.len(), 2);
    assert_eq!(series.snapshot().tables("lab").unwrap().unwrap(), ["air", "sea"]);
    assert_eq!(series.snapshot().tables("none").unwrap(), None);
}

#[test]
fn a_table_that_is_made_again_is_empty() {
    let (_place, series, old) = lab();
    let written = texts("a", 0, 1, None);
    block_on(series.write(&old, &records(&[written]))).unwrap();
    assert_eq!(rows_of(&series.snapshot(), false).len(), 1);
    block_on(series.delete_table(&database("lab"), &table_name("air"))).unwrap();
    assert!(series.table("lab", "air").unwrap().is_none());
    let late = texts("a", 1, 1, None);
    let gone = block_on(series.write(&old, &records(&[late])));
    assert!(matches!(gone, Err(SeriesError::NoTable { .. })), "{gone:?}");
    let mut batch = kv::Batch::new();
    let joined = texts("a", 1, 1, None);
    series.write_into(&mut batch, &old, &records(&[joined])).unwrap();
    block_on(series.store().commit(batch)).unwrap();
    block_on(series.create_table(&database("lab"), &table_name("air"), new_table())).unwrap();
    assert!(rows_of(&series.snapshot(), false).is_empty());
    assert_eq!(air(&series).table().tags.len(), 0);
}
