//! TestInvokeAuthorizer

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fleet::{Answer, JudgeError, Shown, ShownHttp, ShownMqtt, Tested};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use model::AuthorizerName;

#[derive(Debug)]
pub(crate) struct TestInvokeAuthorizer;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    authorizer_name: AuthorizerName,
    token: Option<String>,
    token_signature: Option<String>,
    http_context: Option<HttpContext>,
    mqtt_context: Option<MqttContext>,
    tls_context: Option<TlsContext>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HttpContext {
    headers: Option<BTreeMap<String, String>>,
    query_string: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MqttContext {
    username: Option<String>,
    password: Option<String>,
    client_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TlsContext {
    server_name: Option<String>,
}

/// What the function said; only the first if it does not know the client.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    is_authenticated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_documents: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_after_in_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_after_in_seconds: Option<u64>,
}

impl Operation for TestInvokeAuthorizer {
    const NAME: &'static str = "TestInvokeAuthorizer";
    const METHOD_AND_PATH: &'static str = "POST /authorizer/{authorizerName}/test";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("authorizer/{}", input.authorizer_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let password = input.password()?;
        let headers = input.headers();
        let shown = Shown {
            server_name: input.tls_context.as_ref().and_then(|tls| tls.server_name.as_deref()),
            http: headers.as_deref().map(|headers| ShownHttp { headers, query: input.query() }),
            mqtt: input.mqtt_context.as_ref().map(|mqtt| ShownMqtt {
                user_name: mqtt.username.as_deref(),
                password: password.as_deref(),
                client_id: mqtt.client_id.as_deref(),
            }),
        };
        let (token, signature) = (input.token.as_deref(), input.token_signature.as_deref());
        let tested = Tested { token, signature };
        let name = &input.authorizer_name;
        match state.fleet.test_authorizer(name, tested, &shown).await {
            Ok(answer) => Ok(Output::known(answer)),
            Err(JudgeError::Unknown { .. }) => Ok(Output::default()),
            Err(error) => Err(worded(error)),
        }
    }
}

impl Input {
    fn headers(&self) -> Option<Vec<(String, String)>> {
        let http = self.http_context.as_ref()?;
        Some(http.headers.clone().unwrap_or_default().into_iter().collect())
    }

    fn query(&self) -> &str {
        let query = self.http_context.as_ref().and_then(|http| http.query_string.as_deref());
        let query = query.unwrap_or_default();
        query.strip_prefix('?').unwrap_or(query)
    }

    fn password(&self) -> Result<Option<Vec<u8>>, AwsError> {
        let text = self.mqtt_context.as_ref().and_then(|mqtt| mqtt.password.as_deref());
        let unfit = |_| AwsError::invalid_request("mqttContext.password must be in base64");
        text.map(|text| STANDARD.decode(text)).transpose().map_err(unfit)
    }
}

impl Output {
    fn known(answer: Answer) -> Output {
        Output {
            is_authenticated: true,
            principal_id: Some(answer.principal),
            policy_documents: Some(answer.documents.into_iter().map(|(text, _)| text).collect()),
            refresh_after_in_seconds: Some(answer.refresh_after.as_secs()),
            disconnect_after_in_seconds: Some(answer.disconnect_after.as_secs()),
        }
    }
}

fn worded(error: JudgeError) -> AwsError {
    let message = error.to_string();
    match error {
        JudgeError::NotFound { .. } => AwsError::not_found(message),
        JudgeError::Answer { .. } | JudgeError::NotInvoked { .. } => {
            AwsError::new(400, "InvalidResponseException", message)
        }
        JudgeError::Busy => AwsError::new(429, "ThrottlingException", message),
        JudgeError::Store(error) => error.into(),
        JudgeError::NoDefault
        | JudgeError::NotActive { .. }
        | JudgeError::Missing { .. }
        | JudgeError::Signature { .. }
        | JudgeError::Unknown { .. } => AwsError::invalid_request(message),
    }
}
