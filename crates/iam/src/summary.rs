//! How many there are of each noun.

use records::Page;

use crate::entity::EntityKind;
use crate::error::IamError;
use crate::iam::Iam;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    pub users: usize,
    pub groups: usize,
    pub roles: usize,
    pub policies: usize,
    pub instance_profiles: usize,
}

impl Iam {
    pub fn summary(&self) -> Result<Summary, IamError> {
        let most = records::PAGE_ITEMS_MAX;
        let entities = |kind| count(|after| self.entities(kind, "/", after, most));
        Ok(Summary {
            users: entities(EntityKind::User)?,
            groups: entities(EntityKind::Group)?,
            roles: entities(EntityKind::Role)?,
            policies: count(|after| self.policies("/", after, most))?,
            instance_profiles: count(|after| self.instance_profiles("/", after, most))?,
        })
    }
}

fn count<T>(page: impl Fn(Option<&str>) -> Result<Page<T>, IamError>) -> Result<usize, IamError> {
    let (mut total, mut after) = (0, None);
    loop {
        let Page { items, next } = page(after.as_deref())?;
        total += items.len();
        match next {
            Some(next) => after = Some(next),
            None => return Ok(total),
        }
    }
}
