//! The sockets of the doors, before anything is served, and how they are called.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use aws::Endpoints;
use tokio::net::TcpListener;

use crate::cli::Door;
use crate::config::Config;

pub(crate) struct Doors {
    pub(crate) mqtt: Option<TcpListener>,
    pub(crate) mqtts: Option<TcpListener>,
    pub(crate) https: Option<TcpListener>,
    pub(crate) aws: Option<TcpListener>,
    pub(crate) console: Option<TcpListener>,
}

impl Doors {
    pub(crate) async fn bind(config: &Config) -> Result<Doors> {
        Ok(Doors {
            mqtt: bind("mqtt", config.doors.mqtt).await?,
            mqtts: bind("mqtts", config.doors.mqtts).await?,
            https: bind("https", config.doors.https).await?,
            aws: bind("aws", config.doors.aws).await?,
            console: bind("console", config.doors.console).await?,
        })
    }

    pub(crate) fn endpoints(&self) -> Result<Endpoints> {
        let address = |listener: &Option<TcpListener>| {
            listener.as_ref().map(TcpListener::local_addr).transpose()
        };
        Ok(Endpoints {
            mqtt: address(&self.mqtt)?,
            mqtts: address(&self.mqtts)?,
            https: address(&self.https)?,
            aws: address(&self.aws)?,
            console: address(&self.console)?.map(console_url),
        })
    }
}

/// The name of this host, under which others find it.
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Whether other machines can come by a door.
pub(crate) fn is_public(address: SocketAddr) -> bool {
    !address.ip().is_loopback()
}

/// By TLS where others can come, as that door wants.
fn console_url(address: SocketAddr) -> String {
    match (is_public(address), address.ip().is_unspecified()) {
        (false, _) => format!("http://{address}"),
        (true, false) => format!("https://{address}"),
        (true, true) => format!("https://{}:{}", host(), address.port()),
    }
}

async fn bind(name: &str, door: Door) -> Result<Option<TcpListener>> {
    let Door::At(address) = door else { return Ok(None) };
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "port {} is in use by another program; end that one, or choose another: --{name} {}:0",
            address.port(),
            address.ip(),
        ),
        Err(error) => {
            Err(error).with_context(|| format!("the door --{name} {address} cannot be opened"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_console_is_called_by_a_name_that_its_certificate_has() {
        let url = |text: &str| console_url(text.parse().expect("an address"));
        assert_eq!(url("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(url("[::1]:8080"), "http://[::1]:8080");
        assert_eq!(url("192.168.1.7:8080"), "https://192.168.1.7:8080");
        assert_eq!(url("0.0.0.0:8080"), format!("https://{}:8080", host()));
    }
}
