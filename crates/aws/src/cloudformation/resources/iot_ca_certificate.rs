//! AWS::IoT::CACertificate

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted, is_there_already};
use crate::cloudformation::resources::deed::{Deed, attribute, made, said};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct CaCertificate;

impl Deed for CaCertificate {
    const KIND: &'static str = "AWS::IoT::CACertificate";
    const CHANGED: &'static [&'static str] =
        &["AutoRegistrationStatus", "RegistrationConfig", "Status", "Tags"];
    const REPLACED: &'static [&'static str] =
        &["CACertificatePem", "CertificateMode", "VerificationCertificatePem"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let input = json!({
            "caCertificate": want.need("CACertificatePem")?,
            "verificationCertificate": want.get("VerificationCertificatePem"),
            "setAsActive": want.need("Status")? == "ACTIVE",
            "allowAutoRegistration": want.text("AutoRegistrationStatus").as_deref() == Some("ENABLE"),
            "registrationConfig": registration(want)?,
            "certificateMode": want.get("CertificateMode"), "tags": want.tags(),
        });
        let is_ours = want.is_again && desk.has_receipt(want)?;
        let registering = desk.ask("iot", "RegisterCACertificate", input);
        let (id, arn) = match desk.receipted(want, registering).await {
            Err(error) if is_ours && is_there_already(&error) => {
                let pem = want.need("CACertificatePem")?;
                let id = pki::describe_pem(&pem)?.id;
                let arn = desk.state.fleet.registry().ca_certificate_arn(&id).to_string();
                (json!(id.to_string()), json!(arn))
            }
            outcome => {
                let answer = outcome?;
                (said(&answer, "/certificateId"), said(&answer, "/certificateArn"))
            }
        };
        let physical_id = id.as_str().unwrap_or_default().to_owned();
        Ok(made(physical_id, id.clone(), [("Arn", arn), ("Id", id)]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let automatic = want.text("AutoRegistrationStatus").unwrap_or_else(|| "DISABLE".to_owned());
        let registration = registration(want)?;
        let mut input = json!({
            "caCertificateId": made.physical_id, "newStatus": want.need("Status")?,
            "newAutoRegistrationStatus": automatic,
        });
        match registration.is_null() {
            false => input["registrationConfig"] = registration,
            true if made.properties.contains_key("RegistrationConfig") => {
                input["removeAutoRegistration"] = json!(true);
            }
            true => {}
        }
        desk.ask("iot", "UpdateCACertificate", input).await?;
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::IOT, json!({ "resourceArn": arn }), made, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let id = &made.physical_id;
        let off = json!({ "caCertificateId": id, "newStatus": "INACTIVE" });
        desk.take("iot", "UpdateCACertificate", off).await?;
        desk.take("iot", "DeleteCACertificate", json!({ "caCertificateId": id })).await
    }
}

fn registration(want: &Wanted<'_>) -> Result<Value, AwsError> {
    let given = want.get("RegistrationConfig");
    want.only("RegistrationConfig", &given, &["RoleArn", "TemplateBody", "TemplateName"])?;
    if given.is_null() {
        return Ok(given);
    }
    let fields = [
        ("roleArn", "RoleArn"),
        ("templateBody", "TemplateBody"),
        ("templateName", "TemplateName"),
    ];
    let some = fields
        .iter()
        .filter_map(|(field, name)| Some(((*field).to_owned(), given.get(*name)?.clone())));
    Ok(Value::Object(some.collect()))
}
