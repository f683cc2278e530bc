//! AWS::IoT::Certificate: of a request for signing, or one that is there.

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, said};
use crate::error::AwsError;

pub(crate) struct Certificate;

impl Deed for Certificate {
    const KIND: &'static str = "AWS::IoT::Certificate";
    const CHANGED: &'static [&'static str] = &["Status"];
    const REPLACED: &'static [&'static str] =
        &["CACertificatePem", "CertificateMode", "CertificatePem", "CertificateSigningRequest"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let is_active = want.need("Status")? == "ACTIVE";
        let answer = match (want.text("CertificateSigningRequest"), want.text("CertificatePem")) {
            (Some(request), None) => {
                let input =
                    json!({ "certificateSigningRequest": request, "setAsActive": is_active });
                desk.ask("iot", "CreateCertificateFromCsr", input).await?
            }
            (None, Some(pem)) if want.text("CertificateMode").as_deref() == Some("SNI_ONLY") => {
                let input = json!({ "certificatePem": pem, "status": want.get("Status") });
                desk.ask("iot", "RegisterCertificateWithoutCA", input).await?
            }
            (None, Some(pem)) => {
                let authority = want.get("CACertificatePem");
                let input = json!({
                    "certificatePem": pem, "caCertificatePem": authority, "status": want.get("Status"),
                });
                desk.ask("iot", "RegisterCertificate", input).await?
            }
            _ => {
                let what = "either CertificateSigningRequest or CertificatePem is needed";
                return Err(AwsError::validation(format!("Property validation failure: {what}")));
            }
        };
        let (id, arn) = (said(&answer, "/certificateId"), said(&answer, "/certificateArn"));
        let physical_id = id.as_str().unwrap_or_default().to_owned();
        Ok(made(physical_id, id.clone(), [("Arn", arn), ("Id", id)]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let input = json!({ "certificateId": made.physical_id, "newStatus": want.need("Status")? });
        desk.ask("iot", "UpdateCertificate", input).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let id = &made.physical_id;
        let off = json!({ "certificateId": id, "newStatus": "INACTIVE" });
        desk.take("iot", "UpdateCertificate", off).await?;
        desk.take("iot", "DeleteCertificate", json!({ "certificateId": id })).await
    }
}
