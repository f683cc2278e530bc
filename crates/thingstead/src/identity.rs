//! Who this installation is: its certificate authority, its server certificate and the access key
//! of its administrator, made at the first start.

use anyhow::{Context, Result};
use pki::CertificateAuthority;
use serde::{Deserialize, Serialize};

use crate::data::{Data, read_if_there, write_private};

/// What a server certificate is good for. Clients that hold to the rules of browsers take no more.
const SERVER_DAYS: u32 = 397;

/// The administrator's access key, as it lies in `credentials`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
}

/// The authority that signs the certificates of this server and its devices.
pub(crate) fn authority(data: &Data, now: u64) -> Result<CertificateAuthority> {
    let certificate = read_if_there(&data.root_ca())?;
    let key = read_if_there(&data.root_key())?;
    if let Some((certificate, key)) = certificate.zip(key) {
        return CertificateAuthority::from_pem(&certificate, &key)
            .with_context(|| format!("{} cannot be used", data.root_ca().display()));
    }
    let authority = CertificateAuthority::generate("Thingstead Root CA", now)?;
    // The key first: a certificate without its key would look like an authority that was lost.
    write_private(&data.root_key(), &authority.private_key_pem())?;
    write_private(&data.root_ca(), &authority.certificate_pem())?;
    Ok(authority)
}

/// A server certificate and its key, in PEM.
#[derive(Clone, Debug)]
pub(crate) struct ServerIdentity {
    pub(crate) certificate_pem: String,
    pub(crate) private_key_pem: String,
}

/// The server's certificate for `names`: the one that lies here, if it is for these names and good
/// for a while, or a new one.
pub(crate) fn server(
    data: &Data,
    authority: &CertificateAuthority,
    names: &[String],
    now: u64,
) -> Result<ServerIdentity> {
    let certificate = read_if_there(&data.server_certificate())?;
    let key = read_if_there(&data.server_key())?;
    if let Some((certificate_pem, private_key_pem)) = certificate.zip(key) {
        let is_good = pki::describe_pem(&certificate_pem).is_ok_and(|description| {
            !description.needs_renewal(now)
                && names.iter().all(|name| description.names.contains(name))
        });
        if is_good {
            return Ok(ServerIdentity { certificate_pem, private_key_pem });
        }
    }
    let issued = authority.issue_server(names, now, SERVER_DAYS)?;
    let keys = issued.keys.context("a server certificate comes with its key")?;
    let identity = ServerIdentity {
        certificate_pem: issued.certificate_pem,
        private_key_pem: keys.private_key_pem,
    };
    write_private(&data.server_key(), &identity.private_key_pem)?;
    write_private(&data.server_certificate(), &identity.certificate_pem)?;
    Ok(identity)
}

/// The names and addresses under which clients may dial this host.
pub(crate) fn names(extra: &[String]) -> Vec<String> {
    let mut names: Vec<String> =
        ["localhost", "127.0.0.1", "::1"].into_iter().map(str::to_owned).collect();
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    names.push(host);
    names.extend(own_addresses());
    names.extend(extra.iter().cloned());
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    names
}

/// The address that this host has towards others. Nothing is sent: a connected datagram socket
/// only asks which way a packet would go.
fn own_addresses() -> Option<String> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip().to_string())
}

/// The administrator's access key, new at the first start.
pub(crate) fn credentials(data: &Data) -> Result<Credentials> {
    if let Some(credentials) = read_credentials(data)? {
        return Ok(credentials);
    }
    let credentials = Credentials {
        access_key_id: random("AKIA", 8)?.to_uppercase(),
        secret_access_key: random("", 20)?,
    };
    write_private(&data.credentials(), &serde_json::to_string_pretty(&credentials)?)?;
    Ok(credentials)
}

/// The access key of an installation that was started before.
pub(crate) fn read_credentials(data: &Data) -> Result<Option<Credentials>> {
    let text = read_if_there(&data.credentials())?;
    let parse = |text: String| {
        serde_json::from_str(&text)
            .with_context(|| format!("{} is damaged", data.credentials().display()))
    };
    text.map(parse).transpose()
}

fn random(prefix: &str, bytes: usize) -> Result<String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).context("the system gives no random numbers")?;
    Ok(format!("{prefix}{}", stdx::hex::encode(&random)))
}
