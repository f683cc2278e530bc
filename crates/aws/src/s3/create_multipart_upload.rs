//! CreateMultipartUpload.

use objects::{Algorithm, ChecksumType, NewObject, NewUpload};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::put_object::{algorithm, new_object};
use crate::s3::row::{On, Operation};
use crate::s3::words::invalid_request;
use crate::s3::writer::Xml;

pub(super) struct CreateMultipartUpload;

impl Operation for CreateMultipartUpload {
    const NAME: &'static str = "CreateMultipartUpload";
    const METHOD: &'static str = "POST";
    const ON: On = On::Object;
    const QUERY: &'static str = "uploads";
    const ACTION: &'static str = "PutObject";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let NewObject { bucket, key, meta, tags, now, .. } = new_object(&ask)?;
        let checksum = checksum(&ask)?;
        let mut xml = Xml::new("InitiateMultipartUploadResult");
        xml.leaf("Bucket", bucket.as_str()).leaf("Key", key.as_str());
        let new = NewUpload { bucket, key, meta, tags, checksum, now };
        let id = ask.objects().begin_upload(new).await.map_err(ask.refused())?;
        xml.leaf("UploadId", id);
        let (algorithm, kind) = match checksum {
            Some((algorithm, kind)) => (Some(algorithm.name()), Some(kind.name())),
            None => (None, None),
        };
        Ok(Answer::xml(xml)
            .with_some("x-amz-checksum-algorithm", algorithm)
            .with_some("x-amz-checksum-type", kind))
    }
}

fn checksum(ask: &Ask) -> Result<Option<(Algorithm, ChecksumType)>, AwsError> {
    let algorithm = algorithm(ask, "x-amz-checksum-algorithm")?;
    let kind = match ask.header("x-amz-checksum-type") {
        None => None,
        Some("FULL_OBJECT") => Some(ChecksumType::FullObject),
        Some("COMPOSITE") => Some(ChecksumType::Composite),
        Some(_) => return Err(invalid_request("Value for x-amz-checksum-type header is invalid.")),
    };
    match (algorithm, kind) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(invalid_request(
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
        )),
        (Some(algorithm), kind) => {
            let kind = kind.unwrap_or(algorithm.usual_type());
            let is_fit = match kind {
                ChecksumType::FullObject => algorithm.is_linear(),
                ChecksumType::Composite => algorithm != Algorithm::Crc64Nvme,
            };
            let (kind_name, name) = (kind.name(), algorithm.name().to_lowercase());
            let message = format!(
                "The {kind_name} checksum type cannot be used with the {name} checksum algorithm."
            );
            if is_fit { Ok(Some((algorithm, kind))) } else { Err(invalid_request(&message)) }
        }
    }
}
