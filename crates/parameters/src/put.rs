//! Writing a parameter: a new one, or a new version.

use std::collections::BTreeMap;

use records::{decode, encode};
use regex::Regex;
use stdx::clock::UnixMillis;

use crate::error::ParameterError;
use crate::name::ParameterName;
use crate::parameter::{Head, Kind, StoredVersion, Tier};
use crate::store::{PARAMETERS, Parameters, VERSIONS, check_tags, head_in, version_key};

/// AWS's limits.
const STANDARD_BYTES_MAX: usize = 4_096;
const ADVANCED_BYTES_MAX: usize = 8_192;
const VERSIONS_MAX: u64 = 100;

/// What is to be written.
#[derive(Clone, Debug)]
pub struct NewParameter {
    pub name: ParameterName,
    pub value: String,
    /// May be left out for a parameter that is there.
    pub kind: Option<Kind>,
    pub description: Option<String>,
    pub allowed_pattern: Option<String>,
    /// `None`: what the value needs.
    pub tier: Option<Tier>,
    pub tags: BTreeMap<String, String>,
    pub overwrite: bool,
    pub modified_by: String,
    pub now: UnixMillis,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    pub version: u64,
    pub tier: Tier,
}

impl Parameters {
    pub async fn put(&self, new: NewParameter) -> Result<Put, ParameterError> {
        let tier = tier_of(&new)?;
        check_pattern(&new)?;
        check_tags(&new.tags)?;
        if new.overwrite && !new.tags.is_empty() {
            let what = "Invalid request: tags and overwrite can't be used together. To create a \
                        parameter with tags, please remove overwrite flag. To update tags for an \
                        existing parameter, please use AddTagsToResource or RemoveTagsFromResource.";
            return Err(ParameterError::Unfit(what.to_owned()));
        }
        let parameters = self.clone();
        self.decide(move |present| {
            let before = head_in(present, &new.name)?;
            let kind = kind_of(&new, before.as_ref())?;
            let number = before.as_ref().map_or(1, |head| head.newest.number + 1);
            let value = parameters.closed(&new.name, kind, number, &new.value);
            let newest = StoredVersion {
                number,
                value,
                modified_at: new.now,
                modified_by: new.modified_by,
                description: new.description,
                allowed_pattern: new.allowed_pattern,
                tier,
            };
            let head = match before {
                None => Head { kind, newest, oldest: 1, labels: BTreeMap::new(), tags: new.tags },
                Some(mut head) => {
                    let key = version_key(&new.name, head.newest.number);
                    present.put(VERSIONS, key, encode(&head.newest));
                    if number - head.oldest >= VERSIONS_MAX {
                        let oldest = head.oldest;
                        if !head.labels_of(oldest).is_empty() {
                            let name = new.name.as_str().to_owned();
                            return Err(ParameterError::Versions { name, most: VERSIONS_MAX });
                        }
                        present.delete(VERSIONS, version_key(&new.name, oldest));
                        head.oldest += 1;
                    }
                    // What is not said anew stays.
                    let StoredVersion { description, allowed_pattern, .. } = head.newest;
                    let newest = StoredVersion {
                        description: newest.description.or(description),
                        allowed_pattern: newest.allowed_pattern.or(allowed_pattern),
                        ..newest
                    };
                    Head { newest, ..head }
                }
            };
            present.put(PARAMETERS, new.name.as_str(), encode(&head));
            Ok(Put { version: number, tier })
        })
        .await
    }

    /// An older version, as it is stored.
    pub(crate) fn older(
        &self,
        snapshot: &kv::Snapshot,
        name: &ParameterName,
        number: u64,
    ) -> Result<Option<StoredVersion>, ParameterError> {
        let stored = snapshot.get(VERSIONS, &version_key(name, number))?;
        Ok(stored.map(|bytes| decode(&bytes)).transpose()?)
    }
}

fn kind_of(new: &NewParameter, before: Option<&Head>) -> Result<Kind, ParameterError> {
    let Some(before) = before else {
        let what = "A parameter type is required when you create a parameter.";
        return new.kind.ok_or_else(|| ParameterError::Unfit(what.to_owned()));
    };
    if !new.overwrite {
        return Err(ParameterError::Exists);
    }
    match new.kind {
        Some(kind) if kind != before.kind => Err(ParameterError::Kind { was: before.kind.name() }),
        _ => Ok(before.kind),
    }
}

fn tier_of(new: &NewParameter) -> Result<Tier, ParameterError> {
    let bytes = new.value.len();
    if bytes == 0 {
        let what = "The parameter value must have at least one character.".to_owned();
        return Err(ParameterError::Unfit(what));
    }
    let needed = if bytes > STANDARD_BYTES_MAX { Tier::Advanced } else { Tier::Standard };
    if bytes > ADVANCED_BYTES_MAX || (new.tier, needed) == (Some(Tier::Standard), Tier::Advanced) {
        return Err(ParameterError::Unfit(format!(
            "Standard tier parameters support a maximum parameter value of {STANDARD_BYTES_MAX} \
             characters, advanced tier parameters one of {ADVANCED_BYTES_MAX}."
        )));
    }
    Ok(new.tier.unwrap_or(needed))
}

fn check_pattern(new: &NewParameter) -> Result<(), ParameterError> {
    let Some(pattern) = &new.allowed_pattern else { return Ok(()) };
    let regex =
        Regex::new(pattern).map_err(|_| ParameterError::Pattern { pattern: pattern.clone() })?;
    match regex.is_match(&new.value) {
        true => Ok(()),
        false => Err(ParameterError::Mismatch { pattern: pattern.clone() }),
    }
}
