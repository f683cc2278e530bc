//! Databases and tables: made, changed, deleted and listed.

use bytes::Bytes;
use kv::{Present, Snapshot};
use model::{DatabaseName, SeriesTableName};
use records::{Page, RecordError, decode, encode, page, page_where};

use crate::definition::{
    Database, NewTable, StoredDatabase, StoredTable, Table, TableUpdate, Tags, check_tags,
};
use crate::error::SeriesError;
use crate::key::{DATABASES, DROPPED, SCHEMAS, TABLES, table_key};
use crate::standing::Standing;
use crate::store::{Series, next_number};

// === databases ===

impl Series {
    pub async fn create_database(
        &self,
        name: &DatabaseName,
        key_id: Option<String>,
        tags: Tags,
    ) -> Result<Database, SeriesError> {
        check_tags(&tags)?;
        let (name, now) = (name.clone(), self.now());
        self.decide(0, move |present| {
            if present.get(DATABASES, name.as_str().as_bytes())?.is_some() {
                return Err(SeriesError::DatabaseExists);
            }
            let stored = StoredDatabase { created_at: now, updated_at: now, key_id, tags };
            present.put(DATABASES, name.as_str(), encode(&stored));
            Ok(database(name, stored, 0))
        })
        .await
    }

    pub fn database(&self, name: &DatabaseName) -> Result<Option<Database>, SeriesError> {
        let snapshot = self.kv_snapshot();
        let Some(stored) = stored_database(&snapshot, name)? else { return Ok(None) };
        let count = count_tables(&snapshot, name.as_str())?;
        Ok(Some(database(name.clone(), stored, count)))
    }

    pub fn databases(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Database>, SeriesError> {
        let snapshot = self.kv_snapshot();
        let mut found = page(&snapshot, DATABASES, "", after, limit, |name, bytes| {
            let name = DatabaseName::new(name).map_err(|_| RecordError::Key)?;
            Ok(database(name, decode(bytes)?, 0))
        })?;
        for database in &mut found.items {
            database.table_count = count_tables(&snapshot, database.name.as_str())?;
        }
        Ok(found)
    }

    pub async fn update_database(
        &self,
        name: &DatabaseName,
        key_id: String,
    ) -> Result<Database, SeriesError> {
        self.change_database(name, move |stored| {
            stored.key_id = Some(key_id);
            Ok(())
        })
        .await?;
        self.database(name)?.ok_or_else(|| no_database(name))
    }

    /// Its tables must be gone.
    pub async fn delete_database(&self, name: &DatabaseName) -> Result<(), SeriesError> {
        let name = name.clone();
        // A table that is made meanwhile asks for the database at its own commit: so the count is
        // looked at where no table can come between.
        let (series, asked) = (self.clone(), name.clone());
        let snapshot = series.kv_snapshot();
        let has_tables = count_tables(&snapshot, asked.as_str())? > 0;
        let mark = snapshot.get(DATABASES, asked.as_str().as_bytes())?;
        drop(snapshot);
        self.decide(0, move |present| {
            let stored = present.get(DATABASES, name.as_str().as_bytes())?;
            if stored.is_none() {
                return Err(no_database(&name));
            }
            if has_tables || stored != mark {
                return Err(SeriesError::DatabaseNotEmpty { name: name.as_str().to_owned() });
            }
            present.delete(DATABASES, name.as_str());
            Ok(())
        })
        .await
    }

    pub async fn tag_database(&self, name: &DatabaseName, tags: Tags) -> Result<(), SeriesError> {
        self.change_database(name, move |stored| {
            stored.tags.extend(tags);
            check_tags(&stored.tags)
        })
        .await
    }

    pub async fn untag_database(
        &self,
        name: &DatabaseName,
        keys: Vec<String>,
    ) -> Result<(), SeriesError> {
        self.change_database(name, move |stored| {
            stored.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
    }

    async fn change_database(
        &self,
        name: &DatabaseName,
        change: impl FnOnce(&mut StoredDatabase) -> Result<(), SeriesError> + Send + Sync + 'static,
    ) -> Result<(), SeriesError> {
        let (name, now) = (name.clone(), self.now());
        self.decide(0, move |present| {
            let bytes = present.get(DATABASES, name.as_str().as_bytes())?;
            let mut stored: StoredDatabase = decode(&bytes.ok_or_else(|| no_database(&name))?)?;
            change(&mut stored)?;
            stored.updated_at = now.max(stored.updated_at);
            present.put(DATABASES, name.as_str(), encode(&stored));
            Ok(())
        })
        .await
    }
}

// === tables ===

impl Series {
    pub async fn create_table(
        &self,
        database: &DatabaseName,
        name: &SeriesTableName,
        new: NewTable,
    ) -> Result<Table, SeriesError> {
        new.retention.check()?;
        check_tags(&new.tags)?;
        let (database, name, now) = (database.clone(), name.clone(), self.now());
        let standings = std::sync::Arc::clone(&self.standings);
        self.decide(0, move |present| {
            let of = present.get(DATABASES, database.as_str().as_bytes())?;
            let mut of: StoredDatabase = decode(&of.ok_or_else(|| no_database(&database))?)?;
            let key = table_key(database.as_str(), name.as_str());
            if present.get(TABLES, key.as_bytes())?.is_some() {
                return Err(SeriesError::TableExists);
            }
            let stored = StoredTable {
                number: next_number(present)?,
                created_at: now,
                updated_at: now,
                retention: new.retention,
                magnetic_writes: new.magnetic_writes,
                partition_key: new.partition_key,
                tags: new.tags,
            };
            // Whoever counted the tables of the database must count again.
            of.updated_at = now.max(of.updated_at + 1);
            present.put(DATABASES, database.as_str(), encode(&of));
            present.put(TABLES, &key, encode(&stored));
            standings.decided(&key, None);
            Ok(stored.named(database, name))
        })
        .await
    }

    /// The table of this name, if there is one: for writes, and to describe it.
    pub fn table(&self, database: &str, name: &str) -> Result<Option<Standing>, SeriesError> {
        let key = table_key(database, name);
        if let Some(standing) = self.standings.trusted(&key) {
            return Ok(Some(standing));
        }
        let Some(bytes) = self.store().get(TABLES, key.as_bytes())? else { return Ok(None) };
        let table = named(&key, &bytes)?;
        Ok(Some(self.standings.read(&key, &bytes, table)))
    }

    /// Tables of one database, or of all. The page's place is `database/table`.
    pub fn tables(
        &self,
        database: Option<&DatabaseName>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Table>, SeriesError> {
        let prefix = database.map_or_else(String::new, |name| format!("{name}/"));
        let found =
            page_where(&self.kv_snapshot(), TABLES, &prefix, after, limit, |rest, bytes| {
                named(&format!("{prefix}{rest}"), bytes).map(Some)
            })?;
        Ok(found)
    }

    pub async fn update_table(
        &self,
        database: &DatabaseName,
        name: &SeriesTableName,
        update: TableUpdate,
    ) -> Result<Table, SeriesError> {
        if let Some(retention) = &update.retention {
            retention.check()?;
        }
        self.change_table(database, name, move |stored| {
            stored.retention = update.retention.unwrap_or(stored.retention);
            if let Some(magnetic_writes) = update.magnetic_writes {
                stored.magnetic_writes = magnetic_writes;
            }
            if let Some(partition_key) = update.partition_key {
                stored.partition_key = Some(partition_key);
            }
            Ok(())
        })
        .await
    }

    pub async fn tag_table(
        &self,
        database: &DatabaseName,
        name: &SeriesTableName,
        tags: Tags,
    ) -> Result<(), SeriesError> {
        self.change_table(database, name, move |stored| {
            stored.tags.extend(tags);
            check_tags(&stored.tags)
        })
        .await
        .map(drop)
    }

    pub async fn untag_table(
        &self,
        database: &DatabaseName,
        name: &SeriesTableName,
        keys: Vec<String>,
    ) -> Result<(), SeriesError> {
        self.change_table(database, name, move |stored| {
            stored.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
        .map(drop)
    }

    /// Its rows are gone at once, and taken away by the settler.
    pub async fn delete_table(
        &self,
        database: &DatabaseName,
        name: &SeriesTableName,
    ) -> Result<(), SeriesError> {
        let (database, name) = (database.clone(), name.clone());
        let standings = std::sync::Arc::clone(&self.standings);
        self.decide(0, move |present| {
            let (key, bytes, stored) = table_in(present, &database, &name)?;
            present.delete(TABLES, &key);
            present.delete(SCHEMAS, stored.number.to_be_bytes());
            present.put(DROPPED, stored.number.to_be_bytes(), Bytes::new());
            let memory = standings.memory(stored.number);
            memory.is_suspect.store(true, std::sync::atomic::Ordering::Release);
            standings.decided(&key, Some(bytes));
            Ok(())
        })
        .await
    }

    async fn change_table(
        &self,
        database: &DatabaseName,
        name: &SeriesTableName,
        change: impl FnOnce(&mut StoredTable) -> Result<(), SeriesError> + Send + Sync + 'static,
    ) -> Result<Table, SeriesError> {
        let (database, name, now) = (database.clone(), name.clone(), self.now());
        let standings = std::sync::Arc::clone(&self.standings);
        self.decide(0, move |present| {
            let (key, bytes, mut stored) = table_in(present, &database, &name)?;
            change(&mut stored)?;
            stored.updated_at = now.max(stored.updated_at);
            let changed = encode(&stored);
            if changed[..] != bytes[..] {
                present.put(TABLES, &key, changed);
                standings.decided(&key, Some(bytes));
            }
            Ok(stored.named(database, name))
        })
        .await
    }
}

fn table_in(
    present: &mut Present<'_>,
    database: &DatabaseName,
    name: &SeriesTableName,
) -> Result<(String, Bytes, StoredTable), SeriesError> {
    let key = table_key(database.as_str(), name.as_str());
    let Some(bytes) = present.get(TABLES, key.as_bytes())? else {
        if present.get(DATABASES, database.as_str().as_bytes())?.is_none() {
            return Err(no_database(database));
        }
        return Err(SeriesError::NoTable { name: name.as_str().to_owned() });
    };
    let stored = decode(&bytes)?;
    Ok((key, bytes, stored))
}

pub(crate) fn named(key: &str, bytes: &[u8]) -> Result<Table, RecordError> {
    let (database, name) = key.split_once('/').ok_or(RecordError::Key)?;
    let database = DatabaseName::new(database).map_err(|_| RecordError::Key)?;
    let name = SeriesTableName::new(name).map_err(|_| RecordError::Key)?;
    Ok(decode::<StoredTable>(bytes)?.named(database, name))
}

fn stored_database(
    snapshot: &Snapshot,
    name: &DatabaseName,
) -> Result<Option<StoredDatabase>, SeriesError> {
    let bytes = snapshot.get(DATABASES, name.as_str().as_bytes())?;
    Ok(bytes.map(|bytes| decode(&bytes)).transpose()?)
}

fn count_tables(snapshot: &Snapshot, database: &str) -> Result<usize, SeriesError> {
    let mut count = 0;
    for found in snapshot.scan(TABLES, table_key(database, "").as_bytes())? {
        found?;
        count += 1;
    }
    Ok(count)
}

fn database(name: DatabaseName, stored: StoredDatabase, table_count: usize) -> Database {
    let StoredDatabase { created_at, updated_at, key_id, tags } = stored;
    Database { name, created_at, updated_at, key_id, tags, table_count }
}

fn no_database(name: &DatabaseName) -> SeriesError {
    SeriesError::NoDatabase { name: name.as_str().to_owned() }
}
