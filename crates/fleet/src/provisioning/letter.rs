//! What devices ask for over MQTT: a certificate, and to be provisioned with it.

use std::collections::BTreeMap;

use bytes::Bytes;
use model::{Message, Qos, TemplateName, Topic};
use pki::KeyKind;
use registry::{
    CertificateMode, CertificateStatus, DeleteCertificateError, NewCertificate, OwnershipError,
    TemplateKind,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::certificate::CreateCertificateError;
use crate::fleet::Fleet;
use crate::letter::{NotAccepted, Undone, Writer};
use crate::provisioning::aside::{Busy, aside};
use crate::provisioning::error::{ProvisionError, TemplateError};
use crate::provisioning::template::Template;

/// What a topic asks for, and how its payload is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    ask: Ask,
    format: Format,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Ask {
    CreateKeys,
    CreateFromRequest,
    Provision(TemplateName),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Cbor,
}

/// Why a device does not get what it asks for, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rejection {
    status: u16,
    code: &'static str,
    message: String,
}

type Answer = Result<Value, NotAccepted<Rejection>>;

impl Request {
    pub(crate) fn parse(topic: &str) -> Option<Request> {
        let (room, format) = topic.strip_prefix("$aws/")?.rsplit_once('/')?;
        let format = match format {
            "json" => Format::Json,
            "cbor" => Format::Cbor,
            _ => return None,
        };
        let ask = match room {
            "certificates/create" => Ask::CreateKeys,
            "certificates/create-from-csr" => Ask::CreateFromRequest,
            room => {
                let name = room.strip_prefix("provisioning-templates/")?;
                Ask::Provision(TemplateName::new(name.strip_suffix("/provision")?).ok()?)
            }
        };
        Some(Request { ask, format })
    }

    /// The topic that it came with.
    fn topic(&self) -> String {
        let format = match self.format {
            Format::Json => "json",
            Format::Cbor => "cbor",
        };
        match &self.ask {
            Ask::CreateKeys => format!("$aws/certificates/create/{format}"),
            Ask::CreateFromRequest => format!("$aws/certificates/create-from-csr/{format}"),
            Ask::Provision(name) => {
                format!("$aws/provisioning-templates/{name}/provision/{format}")
            }
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FromRequest {
    certificate_signing_request: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Provision {
    certificate_ownership_token: String,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

impl Fleet {
    /// Does what a device asks for; the answer is for that device alone.
    pub(crate) async fn answer_provisioning(
        &self,
        request: &Request,
        payload: &[u8],
        writer: &Writer,
    ) -> Result<Message, Undone> {
        let outcome = match request.format.read(payload) {
            Ok(payload) => self.do_for_device(&request.ask, payload, writer).await,
            Err(rejection) => Err(rejection.into()),
        };
        let (end, answer) = match outcome {
            Ok(answer) => ("accepted", answer),
            Err(NotAccepted::Undone(undone)) => return Err(undone),
            Err(NotAccepted::Rejected(Rejection { status, code, message })) => {
                let answer =
                    json!({ "statusCode": status, "errorCode": code, "errorMessage": message });
                ("rejected", answer)
            }
        };
        let topic = format!("{}/{end}", request.topic());
        Ok(Message {
            topic: Topic::new(&topic).expect("names of templates hold no wildcard and are short"),
            payload: request.format.write(&answer),
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: None,
        })
    }

    async fn do_for_device(&self, ask: &Ask, payload: Value, writer: &Writer) -> Answer {
        match ask {
            Ask::CreateKeys => self.create_keys_for_device().await,
            Ask::CreateFromRequest => {
                let asked: FromRequest = read(payload)?;
                self.create_from_request_for_device(&asked.certificate_signing_request).await
            }
            Ask::Provision(name) => self.provision_device(name, read(payload)?, writer).await,
        }
    }

    async fn create_keys_for_device(&self) -> Answer {
        let fleet = self.clone();
        let issued = aside(move || fleet.issue_certificate(KeyKind::Rsa2048))?.await;
        let issued = issued.map_err(CreateCertificateError::from).map_err(ProvisionError::from)?;
        let keys = issued.keys.clone();
        let private_key = keys.map(|keys| keys.private_key_pem);
        let (id, pem) = (issued.id, issued.certificate_pem);
        let token = self.hand_out(&id, &pem).await?;
        Ok(json!({
            "certificateId": id,
            "certificatePem": pem,
            "privateKey": private_key,
            "certificateOwnershipToken": token,
        }))
    }

    async fn create_from_request_for_device(&self, request: &str) -> Answer {
        let now = self.0.clock.now();
        let issued = self.0.certificate_authority.sign_request(request, now);
        let issued = issued.map_err(CreateCertificateError::from).map_err(ProvisionError::from)?;
        let (id, pem) = (issued.id, issued.certificate_pem);
        let token = self.hand_out(&id, &pem).await?;
        Ok(json!({
            "certificateId": id,
            "certificatePem": pem,
            "certificateOwnershipToken": token,
        }))
    }

    /// Registers a certificate that waits for its template, and makes a token for it.
    async fn hand_out(
        &self,
        id: &model::CertificateId,
        pem: &str,
    ) -> Result<String, ProvisionError> {
        let new = NewCertificate {
            id: id.clone(),
            pem: pem.to_owned(),
            status: CertificateStatus::PendingActivation,
            ca_certificate_id: None,
            mode: CertificateMode::Default,
        };
        let now = self.0.clock.now();
        let registered = self.registry().register_certificate(new, now).await;
        registered.map_err(CreateCertificateError::from)?;
        let secret = pki::random_digits();
        let (token, abandoned) = self.registry().create_ownership_token(id, &secret, now).await?;
        for id in abandoned {
            self.take_back(&id).await?;
        }
        Ok(token)
    }

    /// Deletes a certificate that was handed out and never provisioned: who has a claim could fill
    /// the store with them.
    async fn take_back(&self, id: &model::CertificateId) -> Result<(), ProvisionError> {
        let found = self.registry().certificate(id)?.map(|certificate| certificate.status);
        if found != Some(CertificateStatus::PendingActivation) {
            return Ok(());
        }
        match self.registry().delete_certificate(id, true).await {
            Err(DeleteCertificateError::Store(error)) => Err(error.into()),
            // One that somebody attached to a thing meanwhile, or activated, is somebody's.
            Ok(()) | Err(_) => Ok(()),
        }
    }

    async fn provision_device(
        &self,
        name: &TemplateName,
        asked: Provision,
        writer: &Writer,
    ) -> Answer {
        let template = self.registry().template(name).map_err(ProvisionError::from)?;
        let template = template.filter(|template| {
            template.is_enabled && template.kind == TemplateKind::FleetProvisioning
        });
        let template = template.ok_or_else(|| Rejection {
            status: 404,
            code: "ResourceNotFoundException",
            message: format!("there is no provisioning template {name} that is enabled"),
        })?;
        let Provision { certificate_ownership_token: token, mut parameters } = asked;
        let now = self.0.clock.now();
        let id = self.registry().owned_certificate(&token, now).map_err(ProvisionError::from)?;
        // Whatever the device says of itself, these are not for it to say.
        parameters.retain(|name, _| !name.starts_with("AWS::"));
        if let Some(hook) = &template.hook {
            self.ask_hook(hook, name, &id, writer, &mut parameters).await?;
        }
        parameters.insert("AWS::IoT::Certificate::Id".to_owned(), id.to_string());
        let plan = Template::parse(&template.default().body).map_err(ProvisionError::from)?;
        let plan = plan.plan(&parameters).map_err(ProvisionError::from)?;
        let provisioned = self.provision(plan, Some(&id)).await?;
        let used = self.registry().use_ownership_token(&token, now).await;
        used.map_err(ProvisionError::from)?;
        Ok(json!({
            "deviceConfiguration": provisioned.device_configuration,
            "thingName": provisioned.thing,
        }))
    }
}

impl Format {
    fn read(self, payload: &[u8]) -> Result<Value, Rejection> {
        if payload.is_empty() {
            return Ok(json!({}));
        }
        let value = match self {
            Format::Json => serde_json::from_slice(payload).map_err(|error| error.to_string()),
            Format::Cbor => ciborium::from_reader(payload).map_err(|error| error.to_string()),
        };
        value.map_err(|message| Rejection { status: 400, code: "InvalidPayload", message })
    }

    fn write(self, value: &Value) -> Bytes {
        match self {
            Format::Json => Bytes::from(value.to_string()),
            Format::Cbor => {
                let mut bytes = Vec::new();
                ciborium::into_writer(value, &mut bytes).expect("JSON goes into CBOR, in memory");
                Bytes::from(bytes)
            }
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(payload: Value) -> Result<T, Rejection> {
    serde_json::from_value(payload).map_err(|error| Rejection {
        status: 400,
        code: "InvalidPayload",
        message: error.to_string(),
    })
}

impl From<Busy> for NotAccepted<Rejection> {
    fn from(Busy: Busy) -> NotAccepted<Rejection> {
        let message = "too many keys are being made; ask again".to_owned();
        Rejection { status: 429, code: "ThrottlingException", message }.into()
    }
}

impl From<ProvisionError> for NotAccepted<Rejection> {
    fn from(error: ProvisionError) -> NotAccepted<Rejection> {
        NotAccepted::because(error, Rejection::from)
    }
}

impl From<ProvisionError> for Rejection {
    fn from(error: ProvisionError) -> Rejection {
        let (status, code) = match &error {
            ProvisionError::Template(TemplateError::MissingParameter { .. }) => {
                (400, "InvalidParameters")
            }
            ProvisionError::Token(OwnershipError::Unknown) => {
                (400, "InvalidCertificateOwnershipToken")
            }
            ProvisionError::HookRefused => (403, "AccessDenied"),
            ProvisionError::Hook(_) => (500, "InternalServerError"),
            ProvisionError::Conflict { .. } | ProvisionError::StatusConflict { .. } => {
                (409, "ResourceConflictException")
            }
            ProvisionError::Store(_) | ProvisionError::Token(OwnershipError::Store(_)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no provisioning");
                (500, "InternalServerError")
            }
            _ => (400, "InvalidRequest"),
        };
        Rejection { status, code, message: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_say_what_is_asked_for() {
        for topic in [
            "$aws/certificates/create/json",
            "$aws/certificates/create-from-csr/cbor",
            "$aws/provisioning-templates/fleet-1/provision/json",
        ] {
            assert_eq!(Request::parse(topic).expect("a request").topic(), topic);
        }
        for topic in [
            "$aws/certificates/create/json/accepted",
            "$aws/certificates/create",
            "$aws/certificates/create/xml",
            "$aws/provisioning-templates/a/b/provision/json",
            "$aws/provisioning-templates//provision/json",
            "certificates/create/json",
        ] {
            assert_eq!(Request::parse(topic), None, "{topic}");
        }
    }

    #[test]
    fn both_formats_say_the_same() {
        let value = json!({ "a": "b", "c": { "d": [1, null, true] } });
        for format in [Format::Json, Format::Cbor] {
            assert_eq!(format.read(&format.write(&value)), Ok(value.clone()));
            assert_eq!(format.read(b""), Ok(json!({})));
            assert_eq!(format.read(b"\xff").expect_err("refused").code, "InvalidPayload");
        }
    }
}
