//! Why a connection ends, for those who are told.

use mqtt::ReasonCode;

use crate::port::Farewell;

/// The end of a connection: what presence events call it, what the client hears (in MQTT 5), and
/// what the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) farewell: Farewell,
    /// What the DISCONNECT says; `None` if none is sent.
    pub(crate) reason: Option<ReasonCode>,
    pub(crate) detail: Option<String>,
}

impl Ending {
    pub(crate) fn of(farewell: Farewell) -> Ending {
        Ending { farewell, reason: reason_of(farewell), detail: None }
    }

    pub(crate) fn client_error(reason: ReasonCode) -> Ending {
        Ending::because(reason, reason.text().to_owned())
    }

    pub(crate) fn because(reason: ReasonCode, detail: String) -> Ending {
        Ending { farewell: Farewell::ClientError, reason: Some(reason), detail: Some(detail) }
    }

    pub(crate) fn forbidden() -> Ending {
        Ending::of(Farewell::Forbidden)
    }
}

fn reason_of(farewell: Farewell) -> Option<ReasonCode> {
    match farewell {
        Farewell::ByClient | Farewell::ByClientWithWill | Farewell::Lost => None,
        Farewell::KeepAliveTimeout => Some(ReasonCode::KeepAliveTimeout),
        Farewell::DuplicateClientId => Some(ReasonCode::SessionTakenOver),
        Farewell::ClientError => Some(ReasonCode::ProtocolError),
        Farewell::Forbidden | Farewell::AuthorityRevoked => Some(ReasonCode::NotAuthorized),
        Farewell::TooSlow => Some(ReasonCode::QuotaExceeded),
        Farewell::ServerShutdown => Some(ReasonCode::ServerShuttingDown),
        Farewell::ServerError => Some(ReasonCode::UnspecifiedError),
        Farewell::ByAdministrator => Some(ReasonCode::AdministrativeAction),
    }
}
