//! Whether a caller may ask a query: of each table that it names.

use timesql::{Query, Shows};

use crate::caller::{Asked, Caller};
use crate::error::AwsError;
use crate::state::State;
use crate::timestream_write::words::of_table;

pub(super) fn check(state: &State, caller: &Caller, query: &Query) -> Result<(), AwsError> {
    let home = state.fleet.registry().home();
    let check = |action: &str, path: &str| {
        caller.check(state, &Asked::new(home, "timestream", action, path))
    };
    let of_tables = |action: &str| {
        let mut tables = query.tables().iter();
        tables.try_for_each(|(database, table)| check(action, &of_table(database, table)))
    };
    match query.shows() {
        Some(Shows::Databases) => check("ListDatabases", "*"),
        Some(Shows::Tables(database)) => check("ListTables", &format!("database/{database}/*")),
        Some(Shows::Measures) => of_tables("ListMeasures"),
        Some(Shows::Columns) => of_tables("DescribeTable"),
        None if query.tables().is_empty() => check("SelectValues", "*"),
        None => of_tables("Select"),
    }
}
