//! Publishing versions, and listing them.

use model::FunctionName;
use records::{Page, decode, encode, page};
use stdx::clock::UnixMillis;

use crate::error::BlueprintError;
use crate::function::Version;
use crate::key::{FUNCTIONS, VERSIONS, numbered};
use crate::store::{Blueprints, function_in};

impl Blueprints {
    /// Freezes `$LATEST` under a number. If nothing changed since the last version, answers that one.
    pub async fn publish(
        &self,
        name: &FunctionName,
        description: Option<String>,
        code_sha256: Option<String>,
        revision: Option<String>,
        now: UnixMillis,
    ) -> Result<Version, BlueprintError> {
        let (name, not_found) = (name.clone(), self.no_function(name, None));
        self.decide(move |present| {
            let mut function = function_in(present, &name)?.ok_or(not_found)?;
            function.latest.check_revision(revision.as_deref())?;
            if code_sha256.is_some_and(|wanted| wanted != function.latest.code.sha256_base64()) {
                return Err(BlueprintError::unfit(format!(
                    "CodeSHA256 ({}) is different from current CodeSHA256 in $LATEST.",
                    function.latest.code.sha256_base64()
                )));
            }
            let last = present
                .get(VERSIONS, numbered(name.as_str(), function.last_number).as_bytes())?
                .map(|bytes| decode::<Version>(&bytes))
                .transpose()?;
            if let Some(last) = last.filter(|last| last.is_same(&function.latest)) {
                return Ok(last);
            }
            let version = function.next_version(description, now);
            present.put(VERSIONS, numbered(name.as_str(), function.last_number), encode(&version));
            present.put(FUNCTIONS, name.as_str(), encode(&function));
            Ok(version)
        })
        .await
    }

    /// Published versions, the oldest first.
    pub fn versions(
        &self,
        name: &FunctionName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Version>, BlueprintError> {
        let prefix = format!("{name}/");
        let read = |_: &str, value: &bytes::Bytes| decode(value);
        Ok(page(&self.snapshot(), VERSIONS, &prefix, after, limit, read)?)
    }
}

impl Version {
    /// Whether publishing the other one would make the same version again.
    fn is_same(&self, latest: &Version) -> bool {
        let described = &self.settings.description;
        let settings =
            crate::Settings { description: described.clone(), ..latest.settings.clone() };
        self.code == latest.code
            && self.settings == settings
            && self.environment == latest.environment
    }
}
