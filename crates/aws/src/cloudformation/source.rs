//! Where the text of a template comes from: the request, a bucket, or the stack itself.

use std::sync::Arc;

use iam::Login;
use stacks::Aim;

use crate::caller::{Caller, Who};
use crate::error::AwsError;
use crate::s3::{self, Inside};
use crate::state::State;

/// AWS's limit of a template that stands in the request.
const BODY_BYTES_MAX: usize = 51_200;

#[derive(Clone, Debug, Default)]
pub(crate) struct Source<'a> {
    pub(crate) body: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) previous: Option<&'a Aim>,
}

impl Source<'_> {
    pub(crate) async fn text(
        self,
        state: &Arc<State>,
        login: &Arc<Login>,
        host: &str,
    ) -> Result<String, AwsError> {
        match (self.body, self.url, self.previous) {
            (Some(body), None, None) if body.len() > BODY_BYTES_MAX => {
                let what =
                    format!("Member must have length less than or equal to {BODY_BYTES_MAX}");
                Err(AwsError::validation(format!("templateBody: {what}")))
            }
            (Some(body), None, None) => Ok(body),
            (None, Some(url), None) => fetch(state, login, host, &url).await,
            (None, None, Some(aim)) => {
                Ok(aim.original.clone().unwrap_or_else(|| aim.template.clone()))
            }
            _ => {
                Err(AwsError::validation("Either Template URL or Template Body must be specified."))
            }
        }
    }
}

/// Whoever calls, if an access key says so.
pub(crate) fn login(caller: &Caller) -> Result<&Arc<Login>, AwsError> {
    match &caller.who {
        Who::Signed(login) => Ok(login),
        Who::Device(_) => Err(AwsError::new(403, "AccessDenied", "devices make no stacks")),
    }
}

async fn fetch(
    state: &Arc<State>,
    login: &Arc<Login>,
    host: &str,
    url: &str,
) -> Result<String, AwsError> {
    let host = host.split("://").last().unwrap_or_default();
    let unfit = || AwsError::validation("TemplateURL must be a supported URL.");
    let (bucket, key, version) = s3::read_url(url, host).ok_or_else(unfit)?;
    let query = version.map(|version| format!("versionId={version}")).unwrap_or_default();
    let inside =
        Inside { method: "GET", bucket: &bucket, key: &key, query: &query, body: String::new() };
    let read = s3::ask(state, Arc::clone(login), inside).await;
    let bytes = read.map_err(|error| {
        let (code, what) = (error.code, error.message);
        AwsError::validation(format!("S3 error: {what} (Error Code: {code})"))
    })?;
    String::from_utf8(bytes.to_vec()).map_err(|_| AwsError::validation("the template is no text"))
}
