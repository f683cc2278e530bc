//! Labels: names that versions carry, each one version at a time.

use crate::error::ParameterError;
use crate::name::ParameterName;
use crate::parameter::Head;
use crate::store::Parameters;

/// AWS's limits.
const LABELS_MAX: usize = 10;
const LABEL_CHARS_MAX: usize = 100;

/// What became of labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    pub version: u64,
    /// Those that were put on, or taken off.
    pub done: Vec<String>,
    pub invalid: Vec<String>,
}

impl Parameters {
    /// Puts labels on a version, from wherever they are; without a number on the newest.
    pub async fn label(
        &self,
        name: &ParameterName,
        version: Option<u64>,
        labels: Vec<String>,
    ) -> Result<Labelled, ParameterError> {
        let owner = name.clone();
        self.change(name, move |head| {
            let version = version.unwrap_or(head.newest.number);
            check_version(head, &owner, version)?;
            let (done, invalid): (Vec<_>, Vec<_>) =
                labels.into_iter().partition(|label| is_label(label));
            for label in &done {
                head.labels.insert(label.clone(), version);
            }
            match head.labels_of(version).len() > LABELS_MAX {
                true => Err(ParameterError::Labels { most: LABELS_MAX }),
                false => Ok(Labelled { version, done, invalid }),
            }
        })
        .await
    }

    /// Takes labels off a version; those that it does not carry are not valid.
    pub async fn unlabel(
        &self,
        name: &ParameterName,
        version: u64,
        labels: Vec<String>,
    ) -> Result<Labelled, ParameterError> {
        let owner = name.clone();
        self.change(name, move |head| {
            check_version(head, &owner, version)?;
            let carries = |label: &String| head.labels.get(label) == Some(&version);
            let (done, invalid): (Vec<_>, Vec<_>) = labels.into_iter().partition(carries);
            head.labels.retain(|label, _| !done.contains(label));
            Ok(Labelled { version, done, invalid })
        })
        .await
    }
}

fn check_version(head: &Head, name: &ParameterName, version: u64) -> Result<(), ParameterError> {
    match (head.oldest..=head.newest.number).contains(&version) {
        true => Ok(()),
        false => Err(ParameterError::VersionNotFound {
            name: name.as_str().to_owned(),
            version: version.to_string(),
        }),
    }
}

fn is_label(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    (1..=LABEL_CHARS_MAX).contains(&label.len())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
        && !label.starts_with(|c: char| c.is_ascii_digit())
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
}
