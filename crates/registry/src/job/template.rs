//! Job templates.

use bytes::Bytes;
use jobs::Config;
use kv::{Batch, Expect, Space};
use model::JobTemplateId;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError, find};
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};
use records::{Page, page};

pub(crate) const TEMPLATES: Space = Space::new("job-templates");

/// What jobs of a kind have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct JobTemplate {
    pub id: JobTemplateId,
    pub description: String,
    pub document: String,
    pub config: Config,
    pub created_at: UnixMillis,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateJobTemplateError {
    #[error("the job template {id} already exists")]
    AlreadyExists { id: JobTemplateId },
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Serialize, Deserialize)]
struct StoredTemplate {
    description: String,
    document: String,
    config: Config,
    created_at: UnixMillis,
}

impl Record for StoredTemplate {
    const VERSION: u8 = 1;
}

impl StoredTemplate {
    fn into_template(self, id: JobTemplateId) -> JobTemplate {
        let StoredTemplate { description, document, config, created_at } = self;
        JobTemplate { id, description, document, config, created_at }
    }
}

impl Registry {
    pub async fn create_job_template(
        &self,
        template: &JobTemplate,
        tags: &Tags,
    ) -> Result<(), CreateJobTemplateError> {
        check_tags(tags)?;
        let JobTemplate { id, description, document, config, created_at } = template.clone();
        let record = StoredTemplate { description, document, config, created_at };
        let bytes = Bytes::from(record::encode(&record));
        self.mutate(|snapshot| {
            if snapshot.get(TEMPLATES, id.as_str().as_bytes()).map_err(StoreError::from)?.is_some()
            {
                return Err(CreateJobTemplateError::AlreadyExists { id: id.clone() });
            }
            let mut batch = Batch::new();
            batch.require(TEMPLATES, id.as_str(), Expect::Absent);
            batch.put(TEMPLATES, id.as_str(), bytes.clone());
            put_tags(&mut batch, &Taggable::JobTemplate(id.clone()), tags);
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn job_template(&self, id: &JobTemplateId) -> Result<Option<JobTemplate>, StoreError> {
        let found = find::<StoredTemplate>(&self.snapshot(), TEMPLATES, id.as_str())?;
        Ok(found.map(|found| found.record.into_template(id.clone())))
    }

    /// Templates in the order of their identifiers.
    pub fn job_templates(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<JobTemplate>, StoreError> {
        page(&self.snapshot(), TEMPLATES, "", after, limit, |id, bytes| {
            let id = JobTemplateId::new(id).map_err(|_| RecordError::Key)?;
            Ok(record::decode::<StoredTemplate>(bytes)?.into_template(id))
        })
    }

    /// Answers whether it was there.
    pub async fn delete_job_template(&self, id: &JobTemplateId) -> Result<bool, StoreError> {
        self.mutate(|snapshot| {
            let Some(found) = find::<StoredTemplate>(snapshot, TEMPLATES, id.as_str())? else {
                return Ok(Decision::nothing(false));
            };
            let mut batch = Batch::new();
            batch.require(TEMPLATES, id.as_str(), Expect::Value(found.bytes));
            batch.delete(TEMPLATES, id.as_str());
            forget_tags(&mut batch, &Taggable::JobTemplate(id.clone()));
            Ok(Decision { batch, changes: Vec::new(), outcome: true })
        })
        .await
    }
}
