//! Labels that go from version to version.

use stdx::clock::UnixMillis;

use crate::error::{SecretError, check_length};
use crate::id::SecretId;
use crate::secret::{CURRENT, Head, PENDING, PREVIOUS};
use crate::store::{Named, Secrets};

/// AWS's limits: of one label, and of all labels of a secret.
const LABEL_CHARS_MAX: usize = 256;
const LABELS_MAX: usize = 20;

/// AWS keeps about so many versions.
pub(crate) const VERSIONS_MAX: usize = 100;

/// A label, and between which versions it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub label: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

impl Secrets {
    /// Moves a label, puts it on a version, or takes it off one.
    pub async fn move_label(
        &self,
        id: &SecretId,
        moved: Move,
        now: UnixMillis,
    ) -> Result<Named, SecretError> {
        check_label(&moved.label)?;
        self.change(id, move |_, head| {
            head.move_label(&moved)?;
            head.changed_at = now;
            Ok(())
        })
        .await
        .map(|(named, ())| named)
    }
}

pub(crate) fn check_label(label: &str) -> Result<(), SecretError> {
    check_length("versionStage", label.chars().count(), 1, LABEL_CHARS_MAX)
}

impl Head {
    /// Puts labels on a version that was just added.
    pub(crate) fn label_new(&mut self, id: &str, labels: &[String]) -> Result<(), SecretError> {
        let is_current = |label: &String| label == CURRENT;
        for label in labels.iter().filter(|label| !is_current(label)) {
            self.labels.insert(label.clone(), id.to_owned());
        }
        if labels.iter().any(is_current) {
            let former = self.labels.get(CURRENT).cloned();
            // What was about to become current is not what became it.
            if former.is_some() && self.labels.get(PENDING) == former.as_ref() {
                self.labels.remove(PENDING);
            }
            self.make_current(id);
        }
        self.check_labels()
    }

    fn move_label(&mut self, moved: &Move) -> Result<(), SecretError> {
        let Move { label, from, to } = moved;
        let unfit = |what: String| Err(SecretError::Unfit(what));
        if from.is_none() && to.is_none() {
            return unfit("One of RemoveFromVersionId and MoveToVersionId is needed.".to_owned());
        }
        if let Some(missing) = from.iter().chain(to).find(|id| self.version(id).is_none()) {
            return unfit(format!("Not a valid version: {missing}"));
        }
        let held = self.labels.get(label);
        match (held, from) {
            (Some(held), None) if to.as_ref() != Some(held) => {
                return unfit(format!(
                    "The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently \
                     attached to version {held}, so you must explicitly reference that version in \
                     RemoveFromVersionId."
                ));
            }
            (held, Some(from)) if held != Some(from) => {
                return unfit(format!("Version stage {label} not found in version {from}"));
            }
            _ => {}
        }
        match to {
            None if label == CURRENT => unfit(format!(
                "You can only move staging label {CURRENT} to a different secret version. It can't be \
                 completely removed."
            )),
            None => {
                self.labels.remove(label);
                Ok(())
            }
            Some(to) if label == CURRENT => {
                self.make_current(to);
                Ok(())
            }
            Some(to) => {
                self.labels.insert(label.clone(), to.clone());
                self.check_labels()
            }
        }
    }

    /// The version that was current becomes the previous one.
    fn make_current(&mut self, id: &str) {
        match self.labels.insert(CURRENT.to_owned(), id.to_owned()) {
            Some(former) if former != id => {
                self.labels.insert(PREVIOUS.to_owned(), former);
            }
            _ => {}
        }
    }

    fn check_labels(&self) -> Result<(), SecretError> {
        match self.labels.len() > LABELS_MAX {
            true => Err(SecretError::Limit(format!(
                "A secret can have at most {LABELS_MAX} staging labels."
            ))),
            false => Ok(()),
        }
    }

    /// Lets go of the oldest versions without labels that are too many, and says which.
    pub(crate) fn prune(&mut self) -> Vec<String> {
        let surplus = self.versions.len().saturating_sub(VERSIONS_MAX);
        let labels = &self.labels;
        let is_labelled = |id: &String| labels.values().any(|labelled| labelled == id);
        let ids = self.versions.iter().map(|version| &version.id);
        let gone: Vec<String> = ids.filter(|id| !is_labelled(id)).take(surplus).cloned().collect();
        self.versions.retain(|version| !gone.contains(&version.id));
        gone
    }
}
