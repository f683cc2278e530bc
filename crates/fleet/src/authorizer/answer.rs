//! What an authorizer's function answers.

use std::sync::Arc;
use std::time::Duration;

use policy::Document;
use serde::Deserialize;
use serde_json::Value;

/// AWS's limits.
const DOCUMENTS_MAX: usize = 10;
const PRINCIPAL_CHARACTERS_MAX: usize = 128;
const SECS_MIN: u64 = 300;
const SECS_MAX: u64 = 86_400;

/// What a function says of somebody whom it knows.
#[derive(Clone, Debug)]
pub struct Answer {
    pub principal: String,
    /// Its policies: their texts, and what they mean.
    pub documents: Vec<(String, Arc<Document>)>,
    /// How long the connection may last.
    pub disconnect_after: Duration,
    /// When to ask again.
    pub refresh_after: Duration,
}

/// Why an answer is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    #[error("it answered what is no answer of an authorizer: {what}")]
    Malformed { what: String },
    #[error("principalId must be 1 to {PRINCIPAL_CHARACTERS_MAX} letters and digits")]
    Principal,
    #[error("policyDocuments must hold 1 to {DOCUMENTS_MAX} documents, not {count}")]
    Documents { count: usize },
    #[error("policyDocuments[{index}]: {what}")]
    Document { index: usize, what: String },
    #[error("{field} must be {SECS_MIN} to {SECS_MAX}, not {secs}")]
    Secs { field: &'static str, secs: u64 },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    is_authenticated: bool,
    principal_id: Option<String>,
    policy_documents: Option<Vec<Value>>,
    disconnect_after_in_seconds: Option<u64>,
    refresh_after_in_seconds: Option<u64>,
}

impl Answer {
    /// Reads an answer; nothing if it says that it does not know the client.
    pub(crate) fn read(payload: &[u8]) -> Result<Option<Answer>, AnswerError> {
        let written: Written = serde_json::from_slice(payload)
            .map_err(|error| AnswerError::Malformed { what: error.to_string() })?;
        if !written.is_authenticated {
            return Ok(None);
        }
        let principal = written.principal_id.filter(|id| is_principal(id));
        let documents = written.policy_documents.unwrap_or_default();
        if !(1..=DOCUMENTS_MAX).contains(&documents.len()) {
            return Err(AnswerError::Documents { count: documents.len() });
        }
        let documents = documents.into_iter().enumerate().map(|(index, value)| {
            // AWS's own examples give texts, and as many functions give the documents themselves.
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            let document = Document::parse(&text)
                .map_err(|error| AnswerError::Document { index, what: error.to_string() })?;
            Ok((text, Arc::new(document)))
        });
        Ok(Some(Answer {
            principal: principal.ok_or(AnswerError::Principal)?,
            documents: documents.collect::<Result<_, _>>()?,
            disconnect_after: secs(
                "disconnectAfterInSeconds",
                written.disconnect_after_in_seconds,
            )?,
            refresh_after: secs("refreshAfterInSeconds", written.refresh_after_in_seconds)?,
        }))
    }
}

fn is_principal(id: &str) -> bool {
    (1..=PRINCIPAL_CHARACTERS_MAX).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// As long as may be, unless it is said.
fn secs(field: &'static str, secs: Option<u64>) -> Result<Duration, AnswerError> {
    let secs = secs.unwrap_or(SECS_MAX);
    match (SECS_MIN..=SECS_MAX).contains(&secs) {
        true => Ok(Duration::from_secs(secs)),
        false => Err(AnswerError::Secs { field, secs }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(answer: &Value) -> Result<Option<Answer>, AnswerError> {
        Answer::read(answer.to_string().as_bytes())
    }

    #[test]
    fn documents_come_as_texts_or_as_they_are() {
        let document = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "iot:Connect", "Resource": "*" },
        ]});
        let answer = json!({
            "isAuthenticated": true,
            "principalId": "lamp7",
            "policyDocuments": [document, document.to_string()],
            "disconnectAfterInSeconds": 3600,
            "refreshAfterInSeconds": 300,
        });
        let read = read(&answer).expect("an answer").expect("a client");
        assert_eq!((read.principal.as_str(), read.documents.len()), ("lamp7", 2));
        assert_eq!(read.disconnect_after, Duration::from_secs(3600));
        assert_eq!(read.refresh_after, Duration::from_secs(300));
    }

    #[test]
    fn answers_that_are_none_say_why() {
        assert!(read(&json!({ "isAuthenticated": false })).expect("an answer").is_none());
        let document = r#"{"Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}"#;
        let good = json!({
            "isAuthenticated": true, "principalId": "a", "policyDocuments": [document],
        });
        let with = |field: &str, value: Value| {
            let mut answer = good.clone();
            answer[field] = value;
            read(&answer).expect_err(field).to_string()
        };
        assert!(read(&good).expect("an answer").is_some());
        let told = with("principalId", json!("lamp-7"));
        assert_eq!(told, "principalId must be 1 to 128 letters and digits");
        assert!(with("principalId", json!(null)).contains("principalId"));
        assert!(with("isAuthenticated", json!("yes")).contains("no answer of an authorizer"));
        assert!(with("policyDocuments", json!([])).contains("1 to 10 documents, not 0"));
        assert!(with("policyDocuments", json!([{}])).contains("policyDocuments[0]"));
        let told = with("disconnectAfterInSeconds", json!(299));
        assert_eq!(told, "disconnectAfterInSeconds must be 300 to 86400, not 299");
        assert!(with("refreshAfterInSeconds", json!(86_401)).contains("refreshAfterInSeconds"));
    }
}
