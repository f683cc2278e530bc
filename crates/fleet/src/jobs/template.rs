//! Job templates.

use jobs::{Config, ConfigError, WordsError, check_text};
use model::{Arn, JobId, JobTemplateId};
use registry::{CreateJobTemplateError, JobTemplate, StoreError, Tags};

use crate::fleet::Fleet;
use crate::jobs::create::{ConfigChoice, DocumentError, check_document};

/// A template to be made, from a job that there is or from nothing.
#[derive(Clone, Debug)]
pub struct NewJobTemplate {
    pub id: JobTemplateId,
    pub job_arn: Option<String>,
    pub description: String,
    pub document: Option<String>,
    pub config: ConfigChoice,
    pub tags: Tags,
}

#[derive(Debug, thiserror::Error)]
pub enum NewTemplateError {
    #[error("the job {arn} does not exist")]
    JobNotFound { arn: String },
    #[error("jobArn and document cannot both be given")]
    JobAndDocument,
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error(transparent)]
    Create(#[from] CreateJobTemplateError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    pub async fn create_job_template(
        &self,
        new: NewJobTemplate,
    ) -> Result<JobTemplate, NewTemplateError> {
        let (config, document) = match (&new.job_arn, new.document) {
            (Some(_), Some(_)) => return Err(NewTemplateError::JobAndDocument),
            (Some(arn), None) => self.template_from_job(arn)?,
            (None, document) => (Config::default(), document.ok_or(DocumentError::Missing)?),
        };
        let config = new.config.over(&config);
        config.check()?;
        check_text("description", Some(&new.description))?;
        check_document(&document)?;
        let created_at = self.0.clock.now();
        let (id, description) = (new.id, new.description);
        let template = JobTemplate { id, description, document, config, created_at };
        self.registry().create_job_template(&template, &new.tags).await?;
        Ok(template)
    }

    fn template_from_job(&self, arn: &str) -> Result<(Config, String), NewTemplateError> {
        let named = Arn::from_text(arn);
        let id = match named.iot_resource() {
            Some(("job", id)) => JobId::new(id).ok(),
            _ => None,
        };
        let view = self.registry().jobs();
        let missing = || NewTemplateError::JobNotFound { arn: arn.to_owned() };
        let id = id.ok_or_else(missing)?;
        let job = view.job(&id)?.ok_or_else(missing)?.job;
        let document = view.document(&id)?.ok_or_else(missing)?;
        Ok((job.config, document))
    }
}
