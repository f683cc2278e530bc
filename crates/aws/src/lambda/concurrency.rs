//! How AWS's accounts count concurrency, so that templates that reserve some of it stay legal. How many
//! workers this machine really runs at once is its own setting.

use blueprints::{BlueprintError, Blueprints};
use model::FunctionName;

/// AWS's.
pub(super) const CONCURRENCY: u32 = 1_000;
pub(super) const UNRESERVED_MIN: u32 = 100;

const PAGE: usize = 250;

/// What is reserved for other functions than this one.
pub(super) fn reserved_beside(
    blueprints: &Blueprints,
    name: &FunctionName,
) -> Result<u64, BlueprintError> {
    let all = all(blueprints)?;
    let others = all.iter().filter(|function| function.name != *name);
    Ok(others.filter_map(|function| function.reserved_concurrency.map(u64::from)).sum())
}

/// Every function.
pub(super) fn all(blueprints: &Blueprints) -> Result<Vec<blueprints::Function>, BlueprintError> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = blueprints.functions(after.as_deref(), PAGE)?;
        all.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}
