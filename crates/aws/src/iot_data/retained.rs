//! What the operations on retained messages share.

use sessions::SessionsError;

use crate::error::AwsError;

impl From<SessionsError> for AwsError {
    fn from(error: SessionsError) -> AwsError {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "retained messages are unreadable"
        );
        AwsError::new(503, "ServiceUnavailableException", error.to_string())
    }
}

/// AWS knows no retained messages of QoS 2.
pub(crate) fn qos(qos: model::Qos) -> u8 {
    qos.bits().min(1)
}
