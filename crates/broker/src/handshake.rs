//! Why a TLS handshake failed, in words that tell the owner of the client what to change. The
//! library's own words are for those who write TLS libraries; they stand at the end, to search for.

use std::io;

use rustls::{AlertDescription, Error};

/// The reason, and what to do.
pub(crate) fn reason(error: &io::Error) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner.and_then(plain_words) {
        Some(words) => format!("{words} ({error})"),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            format!("the client ended the connection before the TLS handshake was done ({error})")
        }
        None => format!("the TLS handshake failed: {error}"),
    }
}

fn plain_words(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::AlertReceived(AlertDescription::UnknownCA) => {
            "the client does not trust this server's root certificate: give it root-ca.pem"
        }
        Error::AlertReceived(
            AlertDescription::BadCertificate | AlertDescription::CertificateUnknown,
        ) => {
            "the client does not accept this server's certificate: it needs root-ca.pem, and must \
             dial a name that the certificate has (more are added with --name)"
        }
        Error::AlertReceived(AlertDescription::CertificateExpired) => {
            "the client takes this server's certificate for expired: compare the clocks"
        }
        Error::NoCertificatesPresented => {
            "the client sent no certificate: give it the certificate and key of its bundle"
        }
        Error::InvalidMessage(_) => "what came is not TLS: the client must use TLS on this port",
        Error::PeerIncompatible(_) => {
            "client and server have no version or cipher of TLS in common"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: Error) -> String {
        reason(&io::Error::new(io::ErrorKind::InvalidData, error))
    }

    #[test]
    fn the_common_failures_say_what_to_change() {
        let untrusted = told(Error::AlertReceived(AlertDescription::UnknownCA));
        assert!(untrusted.contains("give it root-ca.pem"), "{untrusted}");
        assert!(untrusted.ends_with("(received fatal alert: UnknownCA)"), "{untrusted}");
        let anonymous = told(Error::NoCertificatesPresented);
        assert!(anonymous.contains("sent no certificate"), "{anonymous}");
        let other = told(Error::DecryptError);
        assert!(other.starts_with("the TLS handshake failed: "), "{other}");
    }
}
