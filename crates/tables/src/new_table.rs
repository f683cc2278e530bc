//! What is asked of a new table or index, and what is refused. The texts are DynamoDB's.

use model::{IndexName, TableName};

use crate::definition::{
    Billing, Index, IndexBilling, IndexStatus, KeyAttribute, KeySchema, Projection, Scope,
    StreamView, TableClass,
};

/// AWS's limits.
const LOCAL_INDEXES_MAX: usize = 5;
const GLOBAL_INDEXES_MAX: usize = 20;
const PROJECTED_MAX: usize = 100;

#[derive(Clone, Debug)]
pub struct NewTable {
    pub name: TableName,
    pub key: KeySchema,
    /// As they were given; each must belong to a key.
    pub attributes: Vec<KeyAttribute>,
    pub indexes: Vec<NewIndex>,
    pub billing: Billing,
    pub class: TableClass,
    pub deletion_protected: bool,
    pub stream: Option<StreamView>,
    pub tags: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct NewIndex {
    pub name: IndexName,
    pub scope: Scope,
    pub key: KeySchema,
    pub projection: Projection,
    pub billing: IndexBilling,
}

/// Why tables and indexes do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaRefused {
    #[error(
        "One or more parameter values were invalid: Some AttributeDefinitions are not used. \
         AttributeDefinitions: [{}], keys used: [{}]", defined.join(", "), used.join(", ")
    )]
    Unused { defined: Vec<String>, used: Vec<String> },
    #[error(
        "One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds \
         per-table limit of 5"
    )]
    TooManyLocal,
    #[error(
        "One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the \
         per-table limit of 20"
    )]
    TooManyGlobal,
    #[error(
        "One or more parameter values were invalid: Number of NonKeyAttributes in all indexes \
         exceeds the limit of 100"
    )]
    TooManyProjected,
    #[error("One or more parameter values were invalid: Duplicate index name: {name}")]
    DuplicateIndex { name: IndexName },
    #[error(
        "One or more parameter values were invalid: Table KeySchema does not have a range key, \
         which is required when specifying a LocalSecondaryIndex"
    )]
    LocalWithoutSort,
    #[error(
        "One or more parameter values were invalid: Index KeySchema does not have a range key for \
         index: {name}"
    )]
    LocalIndexWithoutSort { name: IndexName },
    #[error(
        "One or more parameter values were invalid: Index KeySchema does not have the same leading \
         hash key as table KeySchema for index: {name}. index hash key: {index}, table hash key: \
         {table}"
    )]
    LocalPartition { name: IndexName, index: String, table: String },
}

impl NewTable {
    pub(crate) fn check(&self) -> Result<(), SchemaRefused> {
        for index in &self.indexes {
            index.check(&self.key)?;
        }
        check_indexes(self.indexes.iter().map(Facts::of_new))?;
        let schemas = std::iter::once(&self.key).chain(self.indexes.iter().map(|index| &index.key));
        check_attributes(&self.attributes, schemas)
    }
}

impl NewIndex {
    fn check(&self, table: &KeySchema) -> Result<(), SchemaRefused> {
        if self.scope == Scope::Global {
            return Ok(());
        }
        let name = || self.name.clone();
        if table.sort.is_none() {
            return Err(SchemaRefused::LocalWithoutSort);
        }
        if self.key.partition != table.partition {
            let (index, table) = (&self.key.partition.name, &table.partition.name);
            let (index, table) = (index.clone(), table.clone());
            return Err(SchemaRefused::LocalPartition { name: name(), index, table });
        }
        match &self.key.sort {
            Some(_) => Ok(()),
            None => Err(SchemaRefused::LocalIndexWithoutSort { name: name() }),
        }
    }

    pub(crate) fn into_index(self, number: u32, status: IndexStatus) -> Index {
        let NewIndex { name, scope, key, projection, billing } = self;
        Index { name, scope, key, projection, status, billing, number }
    }
}

/// What the indexes of one table are checked by together.
struct Facts<'a> {
    name: &'a IndexName,
    scope: Scope,
    projected: usize,
}

impl<'a> Facts<'a> {
    fn of_new(index: &'a NewIndex) -> Facts<'a> {
        Facts { name: &index.name, scope: index.scope, projected: projected(&index.projection) }
    }

    fn of_index(index: &'a Index) -> Facts<'a> {
        Facts { name: &index.name, scope: index.scope, projected: projected(&index.projection) }
    }
}

fn projected(projection: &Projection) -> usize {
    match projection {
        Projection::Include(names) => names.len(),
        Projection::All | Projection::KeysOnly => 0,
    }
}

fn check_indexes<'a>(indexes: impl Iterator<Item = Facts<'a>>) -> Result<(), SchemaRefused> {
    let indexes: Vec<Facts<'_>> = indexes.collect();
    for (at, Facts { name, .. }) in indexes.iter().enumerate() {
        if indexes[..at].iter().any(|other| other.name == *name) {
            return Err(SchemaRefused::DuplicateIndex { name: (*name).clone() });
        }
    }
    let count = |scope| indexes.iter().filter(|index| index.scope == scope).count();
    if count(Scope::Local) > LOCAL_INDEXES_MAX {
        return Err(SchemaRefused::TooManyLocal);
    }
    if count(Scope::Global) > GLOBAL_INDEXES_MAX {
        return Err(SchemaRefused::TooManyGlobal);
    }
    if indexes.iter().map(|index| index.projected).sum::<usize>() > PROJECTED_MAX {
        return Err(SchemaRefused::TooManyProjected);
    }
    Ok(())
}

/// Whether a table's indexes fit together.
pub(crate) fn check_existing(indexes: &[Index]) -> Result<(), SchemaRefused> {
    check_indexes(indexes.iter().map(Facts::of_index))
}

fn check_attributes<'a>(
    attributes: &[KeyAttribute],
    schemas: impl Iterator<Item = &'a KeySchema>,
) -> Result<(), SchemaRefused> {
    let mut used: Vec<&str> = Vec::new();
    for attribute in schemas.flat_map(KeySchema::attributes) {
        if !used.contains(&attribute.name.as_str()) {
            used.push(&attribute.name);
        }
    }
    if attributes.iter().all(|attribute| used.contains(&attribute.name.as_str())) {
        return Ok(());
    }
    let mut defined: Vec<String> = attributes.iter().map(|it| it.name.clone()).collect();
    let mut used: Vec<String> = used.into_iter().map(str::to_owned).collect();
    defined.sort();
    used.sort();
    Err(SchemaRefused::Unused { defined, used })
}
