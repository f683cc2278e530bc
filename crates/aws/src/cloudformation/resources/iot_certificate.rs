//! AWS::IoT::Certificate: of a request for signing, or one that is there.

use model::CertificateId;
use registry::PAGE_ITEMS_MAX;
use serde_json::{Value, json};
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
        let is_again = want.is_again && desk.has_receipt(want)?;
        if let Some(id) = if is_again { made_before(desk, want)? } else { None } {
            let arn = desk.state.fleet.registry().certificate_arn(&id).to_string();
            return Ok(shown(id.to_string().into(), arn.into()));
        }
        let answer = desk.receipted(want, make(desk, want)).await?;
        Ok(shown(said(&answer, "/certificateId"), said(&answer, "/certificateArn")))
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

fn shown(id: Value, arn: Value) -> Made {
    let physical_id = id.as_str().unwrap_or_default().to_owned();
    made(physical_id, id.clone(), [("Arn", arn), ("Id", id)])
}

/// What an attempt of ours made, as its receipt says: the newest certificate of the key that is asked for, or the
/// one that is named whole.
fn made_before(desk: &Desk, want: &Wanted<'_>) -> Result<Option<CertificateId>, AwsError> {
    let registry = desk.state.fleet.registry();
    if let Some(pem) = want.text("CertificatePem") {
        let id = pki::describe_pem(&pem)?.id;
        return Ok(registry.certificate(&id)?.map(|found| found.id));
    }
    let request = want.need("CertificateSigningRequest")?;
    let (mut newest, mut after): (Option<registry::Certificate>, Option<String>) = (None, None);
    loop {
        let page = registry.certificates(after.as_deref(), PAGE_ITEMS_MAX)?;
        for found in page.items {
            let is_newer = newest.as_ref().is_none_or(|it| found.created_at >= it.created_at);
            if is_newer && pki::is_of_request(&found.pem, &request)? {
                newest = Some(found);
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(newest.map(|found| found.id));
        }
    }
}

async fn make(desk: &Desk, want: &Wanted<'_>) -> Result<Value, AwsError> {
    let is_active = want.need("Status")? == "ACTIVE";
    match (want.text("CertificateSigningRequest"), want.text("CertificatePem")) {
        (Some(request), None) => {
            let input = json!({ "certificateSigningRequest": request, "setAsActive": is_active });
            desk.ask("iot", "CreateCertificateFromCsr", input).await
        }
        (None, Some(pem)) if want.text("CertificateMode").as_deref() == Some("SNI_ONLY") => {
            let input = json!({ "certificatePem": pem, "status": want.get("Status") });
            desk.ask("iot", "RegisterCertificateWithoutCA", input).await
        }
        (None, Some(pem)) => {
            let authority = want.get("CACertificatePem");
            let input = json!({
                "certificatePem": pem, "caCertificatePem": authority, "status": want.get("Status"),
            });
            desk.ask("iot", "RegisterCertificate", input).await
        }
        _ => {
            let what = "either CertificateSigningRequest or CertificatePem is needed";
            Err(AwsError::validation(format!("Property validation failure: {what}")))
        }
    }
}
