//! Who asks, from where and when: the values behind condition keys and variables.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use model::{CertificateId, DistinguishedName};
use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::key::{Key, Which, Whose};

/// What is known about whoever asks. What is not known is left out, and a statement that needs it
/// does not match.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    pub client_id: Option<&'a str>,
    pub certificate: Option<&'a CertificateFacts>,
    /// The thing whose name is the client id, if the principal is attached to it: AWS resolves
    /// thing variables only then, since anybody can choose a client id.
    pub thing: Option<&'a ThingFacts>,
    pub source_ip: Option<IpAddr>,
    pub now: Option<UnixMillis>,
    /// Keys that only the caller knows, in lower case, with their values.
    pub more: &'a [(&'a str, &'a [&'a str])],
}

/// What policies can ask about the certificate of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    pub id: CertificateId,
    pub serial_number: String,
    pub subject: DistinguishedName,
    pub issuer: DistinguishedName,
}

/// What policies can ask about the thing that a connection stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThingFacts {
    pub name: String,
    pub type_name: Option<String>,
    pub attributes: BTreeMap<String, String>,
}

impl<'a> Context<'a> {
    /// The value that stands for a variable: there is one, or the variable is undefined.
    pub(crate) fn value(&self, key: &Key) -> Option<Cow<'a, str>> {
        match key {
            Key::ClientId => self.client_id.map(Cow::from),
            Key::CertificateId => self.certificate.map(|c| c.id.as_str().into()),
            Key::CertificateSerialNumber => {
                self.certificate.map(|c| c.serial_number.as_str().into())
            }
            Key::ThingName => self.thing.map(|thing| thing.name.as_str().into()),
            Key::ThingTypeName => self.thing?.type_name.as_deref().map(Cow::from),
            Key::ThingAttribute(name) => {
                self.thing?.attributes.get(&**name).map(|value| value.as_str().into())
            }
            Key::ThingIsAttached => self.client_id.map(|_| self.thing.is_some().to_string().into()),
            Key::SourceIp => self.source_ip.map(|ip| ip.to_canonical().to_string().into()),
            Key::CurrentTime => self.now.and_then(iso_8601).map(Cow::from),
            Key::EpochTime => self.now.map(|now| (now / 1000).to_string().into()),
            Key::CertificateName { .. } | Key::Other(_) => only(self.values(key)),
        }
    }

    /// All values of a condition key; none if it is not known.
    pub(crate) fn values(&self, key: &Key) -> Vec<Cow<'a, str>> {
        match key {
            Key::CertificateName { whose, field, which } => {
                let Some(certificate) = self.certificate else { return Vec::new() };
                let name = match whose {
                    Whose::Subject => &certificate.subject,
                    Whose::Issuer => &certificate.issuer,
                };
                let values = name.values(*field).map(Cow::from);
                match which {
                    Which::All => values.collect(),
                    Which::Nth(place) => values.skip(*place).take(1).collect(),
                }
            }
            Key::Other(name) => {
                let held = self.more.iter().find(|(key, _)| *key == &**name);
                held.map_or_else(Vec::new, |(_, values)| {
                    values.iter().copied().map(Cow::from).collect()
                })
            }
            single => self.value(single).into_iter().collect(),
        }
    }
}

/// A list of several values stands for no one text.
fn only(mut values: Vec<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    values.pop().filter(|_| values.is_empty())
}

fn iso_8601(now: UnixMillis) -> Option<String> {
    let seconds = i64::try_from(now / 1000).ok()?;
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}
