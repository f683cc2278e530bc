//! Lists of secrets.

use records::{RecordError, decode};

use crate::error::SecretError;
use crate::id::{SecretId, SecretName};
use crate::secret::{Head, Secret};
use crate::store::{SECRETS, Secrets};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    #[default]
    Created,
    Changed,
    Accessed,
    Name,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    pub by: SortBy,
    pub is_descending: bool,
}

impl Secrets {
    /// Those that are wanted, in an order, behind the place that a token names; and the next token.
    pub fn list(
        &self,
        order: Order,
        after: Option<&str>,
        limit: usize,
        is_wanted: impl Fn(&Secret) -> bool,
    ) -> Result<(Vec<Secret>, Option<String>), SecretError> {
        let snapshot = self.snapshot();
        let after = after.map(read_token).transpose()?;
        let is_behind = |place: &(u64, String)| match (&after, order.is_descending) {
            (None, _) => true,
            (Some(after), false) => place > after,
            (Some(after), true) => place < after,
        };
        // Only where they stand is kept of all; a page of them is read again.
        let mut places = Vec::new();
        for entry in snapshot.scan(SECRETS, b"")? {
            let (key, value) = entry?;
            let secret = self.read_entry(&key, &value)?;
            let place = (sort_key(&secret, order.by), secret.name.to_string());
            if is_behind(&place) && is_wanted(&secret) {
                places.push(place);
            }
        }
        places.sort_unstable();
        if order.is_descending {
            places.reverse();
        }
        let next = places.get(limit).and_then(|_| places.get(limit.checked_sub(1)?)).map(token);
        places.truncate(limit);
        let mut secrets = Vec::with_capacity(places.len());
        for (_, name) in places {
            let (name, head) = self.head(&snapshot, &SecretId::Name(SecretName::new(&name)?))?;
            let arn = self.arn(&name, &head.suffix);
            secrets.push(head.shown(name, arn));
        }
        Ok((secrets, next))
    }

    fn read_entry(&self, key: &[u8], value: &[u8]) -> Result<Secret, SecretError> {
        let name = std::str::from_utf8(key).map_err(|_| RecordError::Key)?;
        let name = SecretName::new(name).map_err(|_| RecordError::Key)?;
        let head: Head = decode(value)?;
        let arn = self.arn(&name, &head.suffix);
        Ok(head.shown(name, arn))
    }
}

fn sort_key(secret: &Secret, by: SortBy) -> u64 {
    match by {
        SortBy::Created => secret.created_at,
        SortBy::Changed => secret.changed_at,
        SortBy::Accessed => secret.accessed_on.unwrap_or(0),
        SortBy::Name => 0,
    }
}

fn token((at, name): &(u64, String)) -> String {
    format!("{at}:{name}")
}

fn read_token(token: &str) -> Result<(u64, String), SecretError> {
    let (at, name) = token.split_once(':').ok_or(SecretError::Token)?;
    Ok((at.parse().map_err(|_| SecretError::Token)?, name.to_owned()))
}
